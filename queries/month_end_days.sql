-- How many times as long as in the days around the window each step takes by the day of the window on
-- which it became current: what month_end_steps says of the whole window, day by day. Not tested: of
-- so many days one always stands out.
--
-- grain:   one row per step of each path and place in the window with a completed step
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of becoming current,
--          $window_from INTEGER = 2, $window_to INTEGER = -1 (business days to month end)
-- columns: workflow, step, days_to_month_end, n, n_month_ends, factor
-- order:   workflow ASC, step ASC, days_to_month_end DESC

WITH timed AS (
    SELECT
        steps.path,
        steps.step,
        steps.place,
        calendar.month_end,
        steps.place BETWEEN $window_to::INTEGER AND $window_from::INTEGER AS is_window,
        round(1e9 * ln(steps.business_us + 60000000))::BIGINT AS size  -- whole: its sum has no order
    FROM steps
    INNER JOIN calendar ON steps.current_date_local = calendar.date
    WHERE
        steps.business_us IS NOT NULL
        AND steps.step > 1
        AND steps.place BETWEEN -5 AND $window_from::INTEGER + 5
        AND ($workflow::TEXT IS NULL OR steps.path = path_of($workflow::TEXT))
        AND (
            $team_leader::TEXT IS NULL
            OR steps.case_no IN (SELECT case_no FROM cases_of($team_leader::TEXT))
        )
        AND ($since::DATE IS NULL OR steps.current_date_local >= $since::DATE)
        AND ($until::DATE IS NULL OR steps.current_date_local < $until::DATE)
),

around AS (
    SELECT
        path,
        step,
        month_end,
        avg(size) AS size
    FROM timed
    WHERE NOT is_window
    GROUP BY path, step, month_end
),

daily AS (
    SELECT
        path,
        step,
        month_end,
        place,
        count(*) AS n,
        avg(size) AS size
    FROM timed
    WHERE is_window
    GROUP BY path, step, month_end, place
)

SELECT
    rules.workflow,
    daily.step,
    daily.place::INTEGER AS days_to_month_end,
    sum(daily.n)::BIGINT AS n,
    count(*) AS n_month_ends,
    exp(avg(round(daily.size - around.size)::BIGINT) / 1e9) AS factor
FROM daily
INNER JOIN around
    ON
        daily.path = around.path
        AND daily.step = around.step
        AND daily.month_end = around.month_end
INNER JOIN workflow_steps AS rules ON daily.path = rules.path AND daily.step = rules.step
GROUP BY rules.workflow, daily.step, daily.place
ORDER BY workflow ASC, step ASC, days_to_month_end DESC
