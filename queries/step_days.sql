-- Median business time in each step by business days to month end of the day on which it became
-- current, beside what is usual: the median of those that became current outside the window.
-- Completed steps count, also those of open cases; one still current does not.
--
-- grain:   one row per step of each path and place in the month with a completed step
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of becoming current,
--          $window_from INTEGER = 2, $window_to INTEGER = -1 (business days to month end)
-- columns: workflow, step, label, party, days_to_month_end, n, median_minutes, n_usual,
--          usual_minutes, times_usual
-- order:   workflow ASC, step ASC, days_to_month_end DESC

WITH timed AS (
    SELECT
        path,
        step,
        place,
        business_us
    FROM steps
    WHERE
        business_us IS NOT NULL
        AND step > 1
        AND place IS NOT NULL
        AND ($workflow::TEXT IS NULL OR path = path_of($workflow::TEXT))
        AND (
            $team_leader::TEXT IS NULL
            OR case_no IN (SELECT case_no FROM cases_of($team_leader::TEXT))
        )
        AND ($since::DATE IS NULL OR current_date_local >= $since::DATE)
        AND ($until::DATE IS NULL OR current_date_local < $until::DATE)
),

usual AS (
    SELECT
        path,
        step,
        count(*) AS n,
        median(business_us) / 60000000 AS middle
    FROM timed
    WHERE NOT place BETWEEN $window_to::INTEGER AND $window_from::INTEGER
    GROUP BY path, step
),

daily AS (
    SELECT
        path,
        step,
        place,
        count(*) AS n,
        median(business_us) / 60000000 AS middle
    FROM timed
    GROUP BY path, step, place
)

SELECT
    rules.workflow,
    daily.step,
    rules.label,
    rules.party,
    daily.place::INTEGER AS days_to_month_end,
    daily.n,
    daily.middle AS median_minutes,
    coalesce(usual.n, 0) AS n_usual,
    usual.middle AS usual_minutes,
    daily.middle / nullif(usual.middle, 0) AS times_usual
FROM daily
INNER JOIN workflow_steps AS rules ON daily.path = rules.path AND daily.step = rules.step
LEFT JOIN usual ON daily.path = usual.path AND daily.step = usual.step
ORDER BY workflow ASC, step ASC, days_to_month_end DESC
