-- How many cases kept the limit, by business days to month end of the day they were opened, with
-- the 95% interval of Wilson. Only cases whose limit has passed are counted, so that each has
-- either kept or missed it: one still open then has missed it. Withdrawn cases are left out, and so
-- are those delivered that still wait for the customer's download: they are neither until closed.
--
-- told_from_chance: the day is worse than the others. Judged for all days at once and by month: each case
-- against the share of its path in that month, summed by day and month, signs flipped by month
-- (judged_by_month_end); n_months have such cases, and under 8 of them nothing is told. Better days are
-- not told: where most cases keep the limit, the lack of a few misses makes a day look steadily better by
-- chance. The intervals are of each day by itself, of cases as if independent.
--
-- grain:   one row per place in the month with a case
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the opening,
--          $now_position BIGINT = now
-- columns: days_to_month_end, n, on_time, still_open, share, low, high, n_months, told_from_chance
-- order:   days_to_month_end DESC

WITH due AS (
    SELECT
        cases.workflow,
        cases.state,
        calendar.days_to_month_end,
        calendar.month_end,
        coalesce(cases.closed_pos - cases.opened_pos <= cases.limit_us, FALSE)::INTEGER AS kept
    FROM cases
    INNER JOIN calendar ON cases.opened_date = calendar.date
    WHERE
        cases.state <> 'withdrawn'
        AND $now_position::BIGINT - cases.opened_pos > cases.limit_us
        AND NOT (cases.state = 'open' AND coalesce(cases.delivered_pos <= $now_position::BIGINT, FALSE))
        AND calendar.days_to_month_end IS NOT NULL
        AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR cases.opened_date >= $since::DATE)
        AND ($until::DATE IS NULL OR cases.opened_date < $until::DATE)
),

decided AS (
    SELECT
        days_to_month_end,
        count(*) AS n,
        sum(kept)::BIGINT AS on_time,
        count(*) FILTER (WHERE state = 'open') AS still_open
    FROM due
    GROUP BY days_to_month_end
),

shares AS (
    SELECT
        *,
        on_time / n AS share,
        1.96 ** 2 / n AS z2n
    FROM decided
),

against AS (  -- each case against those of its path in the same month
    SELECT
        days_to_month_end,
        month_end,
        kept - avg(kept) OVER (PARTITION BY workflow, month_end) AS beyond
    FROM due
),

monthly AS (
    SELECT
        days_to_month_end,
        month_end,
        sum(round(1e9 * beyond)::BIGINT) / 1e9 AS beyond
    FROM against
    GROUP BY days_to_month_end, month_end
),

judged AS (
    SELECT *
    FROM judged_by_month_end((
        SELECT list({'key': days_to_month_end, 'month_end': month_end, 'value': beyond})
        FROM monthly
    ))
)

SELECT
    shares.days_to_month_end,
    shares.n,
    shares.on_time,
    shares.still_open,
    shares.share,
    greatest(
        (shares.share + z2n / 2 - sqrt(z2n * (shares.share * (1 - shares.share) + z2n / 4))) / (1 + z2n), 0
    ) AS low,
    least(
        (shares.share + z2n / 2 + sqrt(z2n * (shares.share * (1 - shares.share) + z2n / 4))) / (1 + z2n), 1
    ) AS high,
    judged.n AS n_months,
    judged.is_told AND judged.middle < 0 AS told_from_chance
FROM shares
INNER JOIN judged ON shares.days_to_month_end = judged.key
ORDER BY days_to_month_end DESC
