-- How long each completed case stood in the order step (the one that passes to $party when the
-- signed order comes in), over all rounds, and how long it took as a whole against its limit: what
-- the estimate of a month end at mid-month pace is made of. A case belongs to the window by the day
-- on which its order step became current. Open and withdrawn cases are left out, the slowest of the
-- newest window among them.
--
-- grain:   one row per completed case
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of becoming current,
--          $window_from INTEGER = 2, $window_to INTEGER = -1 (business days to month end),
--          $party TEXT = 'Order Team'
-- columns: workflow, is_window, step_minutes, case_minutes, limit_minutes, month_end
-- order:   steps.case_no, steps.step

SELECT
    cases.workflow,
    calendar.days_to_month_end BETWEEN $window_to::INTEGER AND $window_from::INTEGER AS is_window,
    steps.business_us / 60000000 AS step_minutes,
    (cases.closed_pos - cases.opened_pos) / 60000000 AS case_minutes,
    cases.limit_us / 60000000 AS limit_minutes,
    calendar.month_end
FROM steps
INNER JOIN cases ON steps.case_no = cases.case_no
INNER JOIN workflow_steps AS rules
    ON
        cases.workflow = rules.workflow
        AND steps.step = rules.step
        AND rules.turn_after = $party::TEXT
INNER JOIN calendar ON steps.current_date_local = calendar.date
WHERE
    cases.state = 'closed'
    AND calendar.days_to_month_end IS NOT NULL
    AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
    AND ($since::DATE IS NULL OR steps.current_date_local >= $since::DATE)
    AND ($until::DATE IS NULL OR steps.current_date_local < $until::DATE)
ORDER BY steps.case_no, steps.step
