-- Completed cases with what they were measured against, the newest first and at most $most of
-- them: what a scatter shows. Days are business days of the length in force at the opening; state
-- is 'on time' up to the target, 'at risk' up to the limit and 'late' over it.
--
-- grain:   one row per completed case
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion,
--          $most INTEGER = 5000
-- columns: case_id, workflow, firm, closed_at, closed_date, business_us, day_us, business_days, state
-- order:   closed_at DESC, case_id ASC

SELECT
    case_id,
    workflow,
    firm,
    closed_at,
    closed_date,
    closed_pos - opened_pos AS business_us,
    day_us,
    (closed_pos - opened_pos) / day_us AS business_days,
    timing(closed_pos - opened_pos, target_us, limit_us) AS state
FROM cases
WHERE
    cases.state = 'closed'
    AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
    AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
    AND ($until::DATE IS NULL OR closed_date < $until::DATE)
ORDER BY closed_at DESC, case_id ASC
LIMIT $most::INTEGER
