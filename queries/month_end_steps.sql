-- Business time in each step in the month-end window against the rest of the month. A step belongs to
-- the window by the day on which it became current. Completed steps count, also those of open cases;
-- one still current does not, so the newest window looks quicker than it will.
--
-- The medians are of all steps on a side. What is told from chance is judged by month end, since steps of
-- one day share its luck: of each, the mean logarithm of the time (and a minute) in the window minus that
-- of the days around it, five business days before and up to the fifth after, path by path. factor is the
-- mean of these over the month ends. told_from_chance: of all ways to give each month end the other sign,
-- at most 5 % make any step of either path stand out as much (sign flips, max-T: judged_by_month_end).
-- The interval is of what that test does not rule out, 95 % for all steps at once; there is none under 8
-- month ends with steps on both sides. least_factor is how far from 1 a factor had to be to be told.
-- low_minutes and high_minutes are the interval as minutes beside the rest's median.
--
-- grain:   one row per step of each path
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of becoming current,
--          $window_from INTEGER = 2, $window_to INTEGER = -1 (business days to month end)
-- columns: workflow, step, n_window, n_rest, median_window_minutes, median_rest_minutes,
--          difference_minutes, low_minutes, high_minutes, told_from_chance, n_month_ends, factor,
--          factor_low, factor_high, least_factor
-- order:   workflow, step

WITH timed AS (
    SELECT
        steps.path,
        steps.step,
        calendar.month_end,
        steps.business_us,
        steps.place BETWEEN $window_to::INTEGER AND $window_from::INTEGER AS is_window,
        steps.place BETWEEN -5 AND $window_from::INTEGER + 5 AS is_near,
        round(1e9 * ln(steps.business_us + 60000000))::BIGINT AS size,  -- whole: its sum has no order
        steps.place >= 0 AS is_before
    FROM steps
    INNER JOIN calendar ON steps.current_date_local = calendar.date
    WHERE
        steps.business_us IS NOT NULL
        AND steps.place IS NOT NULL
        AND ($workflow::TEXT IS NULL OR steps.path = path_of($workflow::TEXT))
        AND (
            $team_leader::TEXT IS NULL
            OR steps.case_no IN (SELECT case_no FROM cases_of($team_leader::TEXT))
        )
        AND ($since::DATE IS NULL OR steps.current_date_local >= $since::DATE)
        AND ($until::DATE IS NULL OR steps.current_date_local < $until::DATE)
),

sides AS (
    SELECT
        path,
        step,
        count(*) FILTER (WHERE is_window) AS n_window,
        count(*) FILTER (WHERE NOT is_window) AS n_rest,
        median(business_us) FILTER (WHERE is_window) AS near_middle,
        median(business_us) FILTER (WHERE NOT is_window) AS rest_middle
    FROM timed
    GROUP BY path, step
),

differences AS (  -- not of a month end of which only the days after it are asked for
    SELECT
        path,
        step,
        month_end,
        avg(size) FILTER (WHERE is_window) - avg(size) FILTER (WHERE NOT is_window) AS difference
    FROM timed
    WHERE is_near
    GROUP BY path, step, month_end
    HAVING difference IS NOT NULL AND bool_or(is_before)
),

judged AS (
    SELECT *
    FROM judged_by_month_end((
        SELECT list({'key': {'path': path, 'step': step}, 'month_end': month_end, 'value': difference / 1e9})
        FROM differences
    ))
)

SELECT
    rules.workflow,
    rules.step,
    coalesce(sides.n_window, 0) AS n_window,
    coalesce(sides.n_rest, 0) AS n_rest,
    sides.near_middle / 60000000 AS median_window_minutes,
    sides.rest_middle / 60000000 AS median_rest_minutes,
    (sides.near_middle - sides.rest_middle) / 60000000 AS difference_minutes,
    sides.rest_middle / 60000000 * (exp(judged.middle - judged.swing) - 1) AS low_minutes,
    sides.rest_middle / 60000000 * (exp(judged.middle + judged.swing) - 1) AS high_minutes,
    coalesce(judged.is_told, FALSE) AS told_from_chance,
    coalesce(judged.n, 0) AS n_month_ends,
    exp(judged.middle) AS factor,
    exp(judged.middle - judged.swing) AS factor_low,
    exp(judged.middle + judged.swing) AS factor_high,
    exp(judged.swing) AS least_factor
FROM workflow_steps AS rules
LEFT JOIN sides ON rules.path = sides.path AND rules.step = sides.step
LEFT JOIN judged ON rules.path = judged.key.path AND rules.step = judged.key.step
WHERE $workflow::TEXT IS NULL OR rules.workflow = $workflow::TEXT
ORDER BY workflow, step
