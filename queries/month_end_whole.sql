-- Business time of whole cases opened in the month-end window against those opened in the rest of the
-- month. Completed cases only: slow ones of the newest window that are still open are missing, which
-- makes it look quicker than it will be. Judged by month end as month_end_steps is, both paths at once.
--
-- grain:   one row per path
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the opening,
--          $window_from INTEGER = 2, $window_to INTEGER = -1 (business days to month end)
-- columns: workflow, n_window, n_rest, median_window_minutes, median_rest_minutes,
--          difference_minutes, low_minutes, high_minutes, told_from_chance, n_month_ends, factor,
--          factor_low, factor_high, least_factor
-- order:   workflow

WITH timed AS (
    SELECT
        cases.path,
        calendar.month_end,
        cases.closed_pos - cases.opened_pos AS business_us,
        calendar.days_to_month_end BETWEEN $window_to::INTEGER AND $window_from::INTEGER AS is_window,
        calendar.days_to_month_end BETWEEN -5 AND $window_from::INTEGER + 5 AS is_near,
        round(1e9 * ln(cases.closed_pos - cases.opened_pos + 60000000))::BIGINT AS size,  -- whole: its sum has no order
        calendar.days_to_month_end >= 0 AS is_before
    FROM cases
    INNER JOIN calendar ON cases.opened_date = calendar.date
    WHERE
        cases.state = 'closed'
        AND calendar.days_to_month_end IS NOT NULL
        AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR cases.opened_date >= $since::DATE)
        AND ($until::DATE IS NULL OR cases.opened_date < $until::DATE)
),

sides AS (
    SELECT
        path,
        count(*) FILTER (WHERE is_window) AS n_window,
        count(*) FILTER (WHERE NOT is_window) AS n_rest,
        median(business_us) FILTER (WHERE is_window) AS near_middle,
        median(business_us) FILTER (WHERE NOT is_window) AS rest_middle
    FROM timed
    GROUP BY path
),

differences AS (  -- not of a month end of which only the days after it are asked for
    SELECT
        path,
        month_end,
        avg(size) FILTER (WHERE is_window) - avg(size) FILTER (WHERE NOT is_window) AS difference
    FROM timed
    WHERE is_near
    GROUP BY path, month_end
    HAVING difference IS NOT NULL AND bool_or(is_before)
),

judged AS (
    SELECT *
    FROM judged_by_month_end((
        SELECT list({'key': path, 'month_end': month_end, 'value': difference / 1e9})
        FROM differences
    ))
)

SELECT
    rules.workflow,
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
FROM workflows AS rules
LEFT JOIN sides ON rules.path = sides.path
LEFT JOIN judged ON rules.path = judged.key
WHERE $workflow::TEXT IS NULL OR rules.workflow = $workflow::TEXT
ORDER BY workflow
