-- How many cases completed in each month kept the promise: business time within the target and
-- within the limit (exact), and done by the end of as many business dates after the date of
-- submission as the case's own limit has days (by date; a part of a day counts as one). Beside
-- them, never in them: the cases open past their limit at the end of the month ($until or now, if
-- earlier); withdrawn ones, and those delivered that wait for the customer's download, are left
-- out.
--
-- grain:   one row per month from the first submission on, also one in which nothing was completed
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion,
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: month, n, within_target, within_limit, within_limit_by_date, open_late
-- order:   month

WITH months AS (
    SELECT *
    FROM
        unfinished(
            'month', $workflow::TEXT, $team_leader::TEXT, $since::DATE, $until::DATE, $now::TIMESTAMPTZ,
            $now_position::BIGINT
        )
),

finished AS (
    SELECT
        date_trunc('month', closed_date)::DATE AS month,
        count(*) AS n,
        count(*) FILTER (WHERE closed_pos - opened_pos <= target_us) AS within_target,
        count(*) FILTER (WHERE closed_pos - opened_pos <= limit_us) AS within_limit,
        count(*) FILTER (WHERE closed_date <= same_date_limit) AS within_limit_by_date
    FROM cases
    WHERE
        closed_date IS NOT NULL
        AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR closed_date < $until::DATE)
    GROUP BY date_trunc('month', closed_date)
)

SELECT
    months.period AS month,
    coalesce(finished.n, 0) AS n,
    coalesce(finished.within_target, 0) AS within_target,
    coalesce(finished.within_limit, 0) AS within_limit,
    coalesce(finished.within_limit_by_date, 0) AS within_limit_by_date,
    months.late_at_end AS open_late
FROM months
LEFT JOIN finished ON months.period = finished.month
ORDER BY month
