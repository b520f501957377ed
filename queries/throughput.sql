-- Cases opened and completed in each week, and how many were open at its end, how many of those
-- past their limit. The last week ends now. A withdrawn case is opened once, and neither completed
-- nor open while it rests: it is counted apart. A case opened again was, as now known, never closed.
--
-- grain:   one row per week, named by its Monday, from the first submission on
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the event's day,
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: week, opened, completed, open_at_end, late_at_end, withdrawn_at_end
-- order:   week

WITH counted AS (
    SELECT *
    FROM cases
    WHERE
        ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
),

days AS (
    SELECT
        date_trunc('week', date)::DATE AS week,
        min(date) AS first_date,
        max(date) AS last_date
    FROM calendar
    WHERE
        date >= (SELECT min(opened_date) FROM counted)
        AND first_us <= epoch_us($now::TIMESTAMPTZ)
        AND ($since::DATE IS NULL OR date >= $since::DATE)
        AND ($until::DATE IS NULL OR date < $until::DATE)
    GROUP BY date_trunc('week', date)
),

weeks AS (  -- what happened now is over, what happens at the next week's first instant is not
    SELECT
        days.week,
        days.first_date,
        days.last_date,
        make_timestamptz(least(calendar.first_us, epoch_us($now::TIMESTAMPTZ) + 1)) AS end_at,
        least(calendar.first_pos, $now_position::BIGINT) AS end_pos
    FROM days
    INNER JOIN calendar ON calendar.date = days.last_date + 1
),

arrivals AS (
    SELECT
        weeks.week,
        count(*) AS n
    FROM weeks
    INNER JOIN counted ON counted.opened_date BETWEEN weeks.first_date AND weeks.last_date
    GROUP BY weeks.week
),

completions AS (
    SELECT
        weeks.week,
        count(*) AS n
    FROM weeks
    INNER JOIN counted ON counted.closed_date BETWEEN weeks.first_date AND weeks.last_date
    GROUP BY weeks.week
),

unfinished AS (
    SELECT
        weeks.week,
        count(*) FILTER (WHERE turns.case_no IS NULL) AS open_at_end,
        count(*) FILTER (
            WHERE turns.case_no IS NULL AND weeks.end_pos - counted.opened_pos > counted.limit_us
        ) AS late_at_end,
        count(turns.case_no) AS withdrawn_at_end
    FROM weeks
    INNER JOIN counted
        ON
            weeks.end_at > counted.opened_at
            AND weeks.end_at <= coalesce(counted.closed_at, 'infinity'::TIMESTAMPTZ)
    LEFT JOIN turns
        ON
            counted.case_no = turns.case_no
            AND turns.is_withdrawn
            AND weeks.end_at > turns.began_at
            AND weeks.end_at <= coalesce(turns.ended_at, 'infinity'::TIMESTAMPTZ)
    GROUP BY weeks.week
)

SELECT
    weeks.week,
    coalesce(arrivals.n, 0) AS opened,
    coalesce(completions.n, 0) AS completed,
    coalesce(unfinished.open_at_end, 0) AS open_at_end,
    coalesce(unfinished.late_at_end, 0) AS late_at_end,
    coalesce(unfinished.withdrawn_at_end, 0) AS withdrawn_at_end
FROM weeks
LEFT JOIN arrivals ON weeks.week = arrivals.week
LEFT JOIN completions ON weeks.week = completions.week
LEFT JOIN unfinished ON weeks.week = unfinished.week
ORDER BY week
