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
        -- one number for a side of a step: grouped and joined in two thirds of the time of three
        (
            path::INTEGER * 64 + step * 2 + (place BETWEEN $window_to::INTEGER AND $window_from::INTEGER)::INTEGER
        )::SMALLINT AS side,
        business_us
    FROM steps
    WHERE
        business_us IS NOT NULL
        AND place IS NOT NULL
        AND ($workflow::TEXT IS NULL OR path = path_of($workflow::TEXT))
        AND (
            $team_leader::TEXT IS NULL
            OR case_no IN (SELECT case_no FROM cases_of($team_leader::TEXT))
        )
        AND ($since::DATE IS NULL OR current_date_local >= $since::DATE)
        AND ($until::DATE IS NULL OR current_date_local < $until::DATE)
),

spread AS (
    SELECT
        side,
        count(*) AS n,
        quantile_cont(business_us, [0.44, 0.5, 0.56]) AS within_us
    FROM timed
    GROUP BY side
),

bounds AS (  -- of 1,000 steps and more both ranks lie between these: only what does has to be sorted
    SELECT
        *,
        CASE WHEN n < 1000 THEN 0 ELSE within_us[1]::BIGINT END AS least_us,
        CASE WHEN n < 1000 THEN 9223372036854775807 ELSE within_us[3]::BIGINT END AS most_us
    FROM spread
),

samples AS (
    SELECT
        bounds.side,
        any_value(bounds.n) AS n,
        any_value(bounds.within_us[2]) AS middle,
        median_between(
            list(timed.business_us ORDER BY timed.business_us) FILTER (
                WHERE timed.business_us BETWEEN bounds.least_us AND bounds.most_us
            ),
            count(*) FILTER (WHERE timed.business_us < bounds.least_us),
            any_value(bounds.n),
            1.5
        ) AS likely
    FROM timed
    INNER JOIN bounds ON timed.side = bounds.side
    GROUP BY bounds.side
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
    LEFT JOIN samples AS near ON near.side = rules.path::INTEGER * 64 + rules.step * 2 + 1
    LEFT JOIN samples AS rest ON rest.side = rules.path::INTEGER * 64 + rules.step * 2
    WHERE $workflow::TEXT IS NULL OR rules.workflow = $workflow::TEXT
)

SELECT
    workflow,
    step,
    n_window,
    n_rest,
    near_middle / 60000000 AS median_window_minutes,
    rest_middle / 60000000 AS median_rest_minutes,
    difference / 60000000 AS difference_minutes,
    likely.low / 60000000 AS low_minutes,
    likely.high / 60000000 AS high_minutes,
    coalesce(likely.low > 0 OR likely.high < 0, FALSE) AS told_from_chance
FROM paired
ORDER BY workflow, step
