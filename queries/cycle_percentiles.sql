-- Within what business time half, 85 and 95 of 100 completed cases were done, by month or week
-- of completion. Between two cases a percentile is interpolated linearly, as pandas and numpy do
-- by default. Days are business days of the length in force when the case was opened.
-- Open cases are absent, so the newest period looks better than it will be.
--
-- grain:   one row per period and part with a completed case; $period 'month', 'week' (Monday) or
--          'all' (one period, empty); $split 'path', 'team_leader' (their path empty, a case
--          without one in a row of its own) or 'none' (all in one row, both empty)
-- params:  $period TEXT = 'month', $split TEXT = 'path',
--          $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion
-- columns: period, workflow, team_leader, n, p50_minutes, p85_minutes, p95_minutes, p50_days,
--          p85_days, p95_days
-- order:   period, workflow, team_leader

WITH finished AS (
    SELECT
        date_trunc(nullif($period::TEXT, 'all'), closed_date)::DATE AS period,
        CASE WHEN $split::TEXT = 'path' THEN workflow END AS workflow,
        CASE WHEN $split::TEXT = 'team_leader' THEN team_leader END AS team_leader,
        closed_pos - opened_pos AS business_us,
        day_us
    FROM cases
    WHERE
        closed_date IS NOT NULL
        AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR closed_date < $until::DATE)
),

lengths AS (
    SELECT min(day_us) <> max(day_us) AS are_several
    FROM finished
),

cut AS (  -- where a day always had one length, one ranking serves for both
    SELECT
        period,
        workflow,
        team_leader,
        count(*) AS n,
        any_value(day_us) AS day_us,
        quantile_cont(business_us, [0.5, 0.85, 0.95]) AS us,
        quantile_cont(business_us / day_us, [0.5, 0.85, 0.95])
        FILTER (WHERE (SELECT are_several FROM lengths)) AS days
    FROM finished
    GROUP BY period, workflow, team_leader
)

SELECT
    period,
    workflow,
    team_leader,
    n,
    us[1] / 60000000 AS p50_minutes,
    us[2] / 60000000 AS p85_minutes,
    us[3] / 60000000 AS p95_minutes,
    coalesce(days[1], us[1] / day_us) AS p50_days,
    coalesce(days[2], us[2] / day_us) AS p85_days,
    coalesce(days[3], us[3] / day_us) AS p95_days
FROM cut
ORDER BY period, workflow, team_leader
