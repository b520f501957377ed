-- Median business time in each step in the month-end window against the rest of the month, with
-- an interval of their difference that holds for all 18 steps at once in 95 of 100 cases. A step
-- belongs to the window by the day on which it became current. Completed steps count, also those
-- of open cases; one still current does not, so the newest window looks quicker than it will.
--
-- The interval is MOVER over order statistics: each median lies within 1.5 * sqrt(n) ranks (2.99
-- standard errors, 95 % for 18 looks) of the middle, and the two intervals are put together.
-- With fewer than 11 cases on a side no two ranks hold that often: there is no interval then.
--
-- grain:   one row per step of each path
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of becoming current,
--          $window_from INTEGER = 2, $window_to INTEGER = -1 (business days to month end)
-- columns: workflow, step, n_window, n_rest, median_window_minutes, median_rest_minutes,
--          difference_minutes, low_minutes, high_minutes, told_from_chance
-- order:   workflow, step

WITH timed AS (
    SELECT
        cases.workflow,
        steps.step,
        steps.business_us / 60000000 AS minutes,
        calendar.days_to_month_end BETWEEN $window_to::INTEGER AND $window_from::INTEGER AS is_window
    FROM steps
    INNER JOIN cases ON steps.case_no = cases.case_no
    INNER JOIN calendar ON steps.current_date_local = calendar.date
    WHERE
        steps.completed_at IS NOT NULL
        AND calendar.days_to_month_end IS NOT NULL
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR steps.current_date_local >= $since::DATE)
        AND ($until::DATE IS NULL OR steps.current_date_local < $until::DATE)
),

samples AS (
    SELECT
        workflow,
        step,
        is_window,
        count(*) AS n,
        median(minutes) AS middle,
        median_between(list(minutes ORDER BY minutes), 1.5) AS likely
    FROM timed
    GROUP BY workflow, step, is_window
),

paired AS (
    SELECT
        rules.workflow,
        rules.step,
        coalesce(near.n, 0) AS n_window,
        coalesce(rest.n, 0) AS n_rest,
        near.middle AS near_middle,
        rest.middle AS rest_middle,
        near.middle - rest.middle AS difference,
        difference_between(near.middle, near.likely, rest.middle, rest.likely) AS likely
    FROM workflow_steps AS rules
    LEFT JOIN samples AS near
        ON rules.workflow = near.workflow AND rules.step = near.step AND near.is_window
    LEFT JOIN samples AS rest
        ON rules.workflow = rest.workflow AND rules.step = rest.step AND NOT rest.is_window
    WHERE $workflow::TEXT IS NULL OR rules.workflow = $workflow::TEXT
)

SELECT
    workflow,
    step,
    n_window,
    n_rest,
    near_middle AS median_window_minutes,
    rest_middle AS median_rest_minutes,
    difference AS difference_minutes,
    likely.low AS low_minutes,
    likely.high AS high_minutes,
    coalesce(likely.low > 0 OR likely.high < 0, FALSE) AS told_from_chance
FROM paired
ORDER BY workflow, step
