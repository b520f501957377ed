-- The cases that a cell of the heat map or a mark of window against rest counts: their step became
-- current at that place in the month (or in the window, or outside it) and is complete.
--
-- grain:   one row per case and step that is counted
-- params:  $step INTEGER = NULL, $place INTEGER = NULL (business days to month end),
--          $in_window BOOLEAN = NULL, $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of becoming current,
--          $window_from INTEGER = 2, $window_to INTEGER = -1 (business days to month end)
-- columns: case_id, workflow, firm, step, current_at, completed_at, business_us, business_minutes,
--          day_us
-- order:   business_us DESC, case_id ASC, step ASC

SELECT
    cases.case_id,
    cases.workflow,
    cases.firm,
    steps.step,
    steps.current_at,
    steps.completed_at,
    steps.business_us,
    steps.business_us / 60000000 AS business_minutes,
    cases.day_us
FROM steps
INNER JOIN cases ON steps.case_no = cases.case_no
INNER JOIN calendar ON steps.current_date_local = calendar.date
WHERE
    steps.completed_at IS NOT NULL
    AND calendar.days_to_month_end IS NOT NULL
    AND ($step::INTEGER IS NULL OR steps.step = $step::INTEGER)
    AND ($place::INTEGER IS NULL OR calendar.days_to_month_end = $place::INTEGER)
    AND (
        $in_window::BOOLEAN IS NULL
        OR $in_window::BOOLEAN
        = (calendar.days_to_month_end BETWEEN $window_to::INTEGER AND $window_from::INTEGER)
    )
    AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
    AND ($since::DATE IS NULL OR steps.current_date_local >= $since::DATE)
    AND ($until::DATE IS NULL OR steps.current_date_local < $until::DATE)
ORDER BY business_us DESC, case_id ASC, step ASC
