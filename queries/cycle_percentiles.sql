-- Within what business time half, 85 and 95 of 100 completed cases were done, by month or week
-- of completion. Between two cases a percentile is interpolated linearly, as pandas and numpy do
-- by default. Days are business days of the length in force when the case was opened.
-- Open cases are absent, so the newest period looks better than it will be.
--
-- grain:   one row per period and path with a completed case; $period 'month', 'week' (Monday) or
--          'all' (one period, empty), $split 'path' or 'none' (all paths in one row, path empty)
-- params:  $period TEXT = 'month', $split TEXT = 'path',
--          $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion
-- columns: period, workflow, n, p50_minutes, p85_minutes, p95_minutes, p50_days, p85_days, p95_days
-- order:   period, workflow

WITH finished AS (
    SELECT
        date_trunc(nullif($period::TEXT, 'all'), closed_date)::DATE AS period,
        CASE WHEN $split::TEXT = 'path' THEN workflow END AS workflow,
        closed_pos - opened_pos AS business_us,
        (closed_pos - opened_pos) / day_us AS business_days
    FROM cases
    WHERE
        state = 'closed'
        AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR closed_date < $until::DATE)
),

cut AS (
    SELECT
        period,
        workflow,
        count(*) AS n,
        quantile_cont(business_us, [0.5, 0.85, 0.95]) AS us,
        quantile_cont(business_days, [0.5, 0.85, 0.95]) AS days
    FROM finished
    GROUP BY period, workflow
)

SELECT
    period,
    workflow,
    n,
    us[1] / 60000000 AS p50_minutes,
    us[2] / 60000000 AS p85_minutes,
    us[3] / 60000000 AS p95_minutes,
    days[1] AS p50_days,
    days[2] AS p85_days,
    days[3] AS p95_days
FROM cut
ORDER BY period, workflow
