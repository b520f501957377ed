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
        cases.workflow,
        steps.step,
        calendar.days_to_month_end,
        steps.business_us / 60000000 AS minutes
    FROM steps
    INNER JOIN cases ON steps.case_no = cases.case_no
    INNER JOIN calendar ON steps.current_date_local = calendar.date
    WHERE
        steps.completed_at IS NOT NULL
        AND steps.step > 1
        AND calendar.days_to_month_end IS NOT NULL
        AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR steps.current_date_local >= $since::DATE)
        AND ($until::DATE IS NULL OR steps.current_date_local < $until::DATE)
),

usual AS (
    SELECT
        workflow,
        step,
        count(*) AS n,
        median(minutes) AS middle
    FROM timed
    WHERE NOT days_to_month_end BETWEEN $window_to::INTEGER AND $window_from::INTEGER
    GROUP BY workflow, step
),

daily AS (
    SELECT
        workflow,
        step,
        days_to_month_end,
        count(*) AS n,
        median(minutes) AS middle
    FROM timed
    GROUP BY workflow, step, days_to_month_end
)

SELECT
    daily.workflow,
    daily.step,
    rules.label,
    rules.party,
    daily.days_to_month_end,
    daily.n,
    daily.middle AS median_minutes,
    coalesce(usual.n, 0) AS n_usual,
    usual.middle AS usual_minutes,
    daily.middle / nullif(usual.middle, 0) AS times_usual
FROM daily
INNER JOIN workflow_steps AS rules ON daily.workflow = rules.workflow AND daily.step = rules.step
LEFT JOIN usual ON daily.workflow = usual.workflow AND daily.step = usual.step
ORDER BY workflow ASC, step ASC, days_to_month_end DESC
