-- How many cases completed in each month kept the promise: business time within the target and
-- within the limit (exact), and done by the end of the third business date after the date of
-- submission (by date). Beside them, never in them: the cases open past their limit at the end of
-- the month ($until or now, if earlier), withdrawn ones left out.
--
-- grain:   one row per month from the first submission on, also one in which nothing was completed
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion,
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: month, n, within_target, within_limit, within_limit_by_date, open_late
-- order:   month

WITH counted AS (
    SELECT
        *,
        closed_pos - opened_pos AS business_us
    FROM cases
    WHERE
        ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
),

days AS (
    SELECT
        date_trunc('month', date)::DATE AS month,
        max(date) AS last_date
    FROM calendar
    WHERE
        date >= (SELECT min(opened_date) FROM counted)
        AND first_us <= epoch_us($now::TIMESTAMPTZ)
        AND ($since::DATE IS NULL OR date >= $since::DATE)
        AND ($until::DATE IS NULL OR date < $until::DATE)
    GROUP BY date_trunc('month', date)
),

months AS (  -- what happened now is over, what happens at the next month's first instant is not
    SELECT
        days.month,
        make_timestamptz(least(calendar.first_us, epoch_us($now::TIMESTAMPTZ) + 1)) AS end_at,
        least(calendar.first_pos, $now_position::BIGINT) AS end_pos
    FROM days
    INNER JOIN calendar ON calendar.date = days.last_date + 1
),

finished AS (
    SELECT
        date_trunc('month', closed_date)::DATE AS month,
        count(*) AS n,
        count(*) FILTER (WHERE business_us <= target_us) AS within_target,
        count(*) FILTER (WHERE business_us <= limit_us) AS within_limit,
        count(*) FILTER (WHERE closed_date <= same_date_limit) AS within_limit_by_date
    FROM counted
    WHERE
        state = 'closed'
        AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR closed_date < $until::DATE)
    GROUP BY date_trunc('month', closed_date)
),

unfinished AS (
    SELECT
        months.month,
        count(*) AS n
    FROM months
    INNER JOIN counted
        ON
            months.end_at > counted.opened_at
            AND months.end_at <= coalesce(counted.closed_at, 'infinity'::TIMESTAMPTZ)
    LEFT JOIN turns
        ON
            counted.case_no = turns.case_no
            AND turns.is_withdrawn
            AND months.end_at > turns.began_at
            AND months.end_at <= coalesce(turns.ended_at, 'infinity'::TIMESTAMPTZ)
    WHERE months.end_pos - counted.opened_pos > counted.limit_us AND turns.case_no IS NULL
    GROUP BY months.month
)

SELECT
    months.month,
    coalesce(finished.n, 0) AS n,
    coalesce(finished.within_target, 0) AS within_target,
    coalesce(finished.within_limit, 0) AS within_limit,
    coalesce(finished.within_limit_by_date, 0) AS within_limit_by_date,
    coalesce(unfinished.n, 0) AS open_late
FROM months
LEFT JOIN finished ON months.month = finished.month
LEFT JOIN unfinished ON months.month = unfinished.month
ORDER BY month
