-- The cases that opening_days counts at one place in the month: opened on such a day, their limit
-- has passed. An open one is measured up to now; it has missed the limit. Withdrawn ones are left
-- out, and those delivered that wait for the customer's download.
--
-- grain:   one row per case
-- params:  $place INTEGER = 0 (business days to month end),
--          $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the opening,
--          $now_position BIGINT = now
-- columns: case_id, workflow, firm, opened_at, closed_at, business_us, business_minutes, day_us,
--          kept
-- order:   business_us DESC, case_id ASC

SELECT
    cases.case_id,
    cases.workflow,
    cases.firm,
    cases.opened_at,
    cases.closed_at,
    coalesce(cases.closed_pos, $now_position::BIGINT) - cases.opened_pos AS business_us,
    (coalesce(cases.closed_pos, $now_position::BIGINT) - cases.opened_pos) / 60000000
        AS business_minutes,
    cases.day_us,
    coalesce(cases.closed_pos - cases.opened_pos <= cases.limit_us, FALSE) AS kept
FROM cases
INNER JOIN calendar ON cases.opened_date = calendar.date
WHERE
    cases.state <> 'withdrawn'
    AND calendar.days_to_month_end = $place::INTEGER
    AND $now_position::BIGINT - cases.opened_pos > cases.limit_us
    AND NOT (cases.state = 'open' AND coalesce(cases.delivered_pos <= $now_position::BIGINT, FALSE))
    AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
    AND ($since::DATE IS NULL OR cases.opened_date >= $since::DATE)
    AND ($until::DATE IS NULL OR cases.opened_date < $until::DATE)
ORDER BY business_us DESC, case_id ASC
