-- Median business time of whole cases opened in the month-end window against those opened in the
-- rest of the month, with a 95 % interval of the difference (MOVER over order statistics, as in
-- month_end_steps; each path by itself). Completed cases only: slow ones of the newest window that
-- are still open are missing, which makes it look quicker than it will be.
--
-- grain:   one row per path
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the opening,
--          $window_from INTEGER = 2, $window_to INTEGER = -1 (business days to month end)
-- columns: workflow, n_window, n_rest, median_window_minutes, median_rest_minutes,
--          difference_minutes, low_minutes, high_minutes, told_from_chance
-- order:   workflow

WITH timed AS (
    SELECT
        cases.workflow,
        (cases.closed_pos - cases.opened_pos) / 60000000 AS minutes,
        calendar.days_to_month_end BETWEEN $window_to::INTEGER AND $window_from::INTEGER AS is_window
    FROM cases
    INNER JOIN calendar ON cases.opened_date = calendar.date
    WHERE
        cases.state = 'closed'
        AND calendar.days_to_month_end IS NOT NULL
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR cases.opened_date >= $since::DATE)
        AND ($until::DATE IS NULL OR cases.opened_date < $until::DATE)
),

samples AS (
    SELECT
        workflow,
        is_window,
        count(*) AS n,
        median(minutes) AS middle,
        median_between(list(minutes ORDER BY minutes), 0, count(*), 0.98) AS likely
    FROM timed
    GROUP BY workflow, is_window
),

paired AS (
    SELECT
        workflows.workflow,
        coalesce(near.n, 0) AS n_window,
        coalesce(rest.n, 0) AS n_rest,
        near.middle AS near_middle,
        rest.middle AS rest_middle,
        near.middle - rest.middle AS difference,
        difference_between(near.middle, near.likely, rest.middle, rest.likely) AS likely
    FROM workflows
    LEFT JOIN samples AS near ON workflows.workflow = near.workflow AND near.is_window
    LEFT JOIN samples AS rest ON workflows.workflow = rest.workflow AND NOT rest.is_window
    WHERE $workflow::TEXT IS NULL OR workflows.workflow = $workflow::TEXT
)

SELECT
    workflow,
    n_window,
    n_rest,
    near_middle AS median_window_minutes,
    rest_middle AS median_rest_minutes,
    difference AS difference_minutes,
    likely.low AS low_minutes,
    likely.high AS high_minutes,
    coalesce(likely.low > 0 OR likely.high < 0, FALSE) AS told_from_chance
FROM paired
ORDER BY workflow
