-- How many cases kept the limit, by business days to month end of the day they were opened, with
-- the 95% interval of Wilson. Only cases whose limit has passed are counted, so that each has
-- either kept or missed it: one still open then has missed it. Withdrawn cases are left out.
--
-- grain:   one row per place in the month with a case
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the opening,
--          $now_position BIGINT = now
-- columns: days_to_month_end, n, on_time, still_open, share, low, high
-- order:   days_to_month_end DESC

WITH decided AS (
    SELECT
        calendar.days_to_month_end,
        count(*) AS n,
        count(*) FILTER (WHERE cases.closed_pos - cases.opened_pos <= cases.limit_us) AS on_time,
        count(*) FILTER (WHERE cases.state = 'open') AS still_open
    FROM cases
    INNER JOIN calendar ON cases.opened_date = calendar.date
    WHERE
        cases.state <> 'withdrawn'
        AND $now_position::BIGINT - cases.opened_pos > cases.limit_us
        AND calendar.days_to_month_end IS NOT NULL
        AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR cases.opened_date >= $since::DATE)
        AND ($until::DATE IS NULL OR cases.opened_date < $until::DATE)
    GROUP BY calendar.days_to_month_end
),

shares AS (
    SELECT
        *,
        on_time / n AS share,
        1.96 ** 2 / n AS z2n
    FROM decided
)

SELECT
    days_to_month_end,
    n,
    on_time,
    still_open,
    share,
    greatest((share + z2n / 2 - sqrt(z2n * (share * (1 - share) + z2n / 4))) / (1 + z2n), 0) AS low,
    least((share + z2n / 2 + sqrt(z2n * (share * (1 - share) + z2n / 4))) / (1 + z2n), 1) AS high
FROM shares
ORDER BY days_to_month_end DESC
