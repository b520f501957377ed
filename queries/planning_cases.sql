-- When cases were opened and how long the completed ones took, against what limit: what arrivals and
-- the log's own percentiles are taken from. Withdrawn cases are left out; an open one has an arrival,
-- but no time yet.
--
-- grain:   one row per case that is open or completed
-- params:  $since DATE = NULL (included), $until DATE = NULL (excluded), both of opening,
--          $now TIMESTAMPTZ = now
-- columns: case_no, workflow, is_closed, opened_date, opened_pos, business_us, limit_us
-- order:   case_no

SELECT
    case_no,
    workflow,
    state = 'closed' AS is_closed,
    opened_date,
    opened_pos,
    closed_pos - opened_pos AS business_us,
    limit_us
FROM cases
WHERE
    state IN ('open', 'closed')
    AND opened_at <= $now::TIMESTAMPTZ
    AND ($since::DATE IS NULL OR opened_date >= $since::DATE)
    AND ($until::DATE IS NULL OR opened_date < $until::DATE)
ORDER BY case_no
