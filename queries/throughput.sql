-- Cases opened and completed in each week, and how many were open at its end, how many of those
-- past their limit. The last week ends now. A withdrawn case is opened once, and neither completed
-- nor open while it rests: it is counted apart. A reopened case was, as now known, never closed; if it
-- was really finished it is completed once, and open again while it is done again, on its own clock.
--
-- grain:   one row per week, named by its Monday, from the first submission on
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the event's day,
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: week, opened, completed, open_at_end, late_at_end, withdrawn_at_end
-- order:   week

WITH weeks AS (
    SELECT *
    FROM
        unfinished(
            'week', $workflow::TEXT, $team_leader::TEXT, $since::DATE, $until::DATE, $now::TIMESTAMPTZ,
            $now_position::BIGINT
        )
),

again AS (
    SELECT
        weeks.period,
        count(*) AS n_open,
        count(*) FILTER (WHERE weeks.end_pos - reworks.clock_pos > reworks.limit_us AND NOT reworks.is_delivered)
            AS n_late
    FROM weeks
    INNER JOIN reworks
        ON weeks.end_at > reworks.began_at AND weeks.end_at <= coalesce(reworks.ended_at, 'infinity'::TIMESTAMPTZ)
    WHERE
        ($workflow::TEXT IS NULL OR reworks.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR reworks.team_leader = $team_leader::TEXT)
    GROUP BY weeks.period
),

moves AS (
    SELECT
        opened_date AS date,
        count(*) AS n_opened,
        0 AS n_completed
    FROM cases
    WHERE
        ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
    GROUP BY opened_date
    UNION ALL
    SELECT
        closed_date AS date,
        0 AS n_opened,
        count(*) AS n_completed
    FROM cases
    WHERE
        closed_date IS NOT NULL
        AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
    GROUP BY closed_date
),

moved AS (
    SELECT
        weeks.period,
        sum(moves.n_opened)::BIGINT AS n_opened,
        sum(moves.n_completed)::BIGINT AS n_completed
    FROM weeks
    INNER JOIN moves ON moves.date BETWEEN weeks.first_date AND weeks.last_date
    GROUP BY weeks.period
)

SELECT
    weeks.period AS week,
    coalesce(moved.n_opened, 0) AS opened,
    coalesce(moved.n_completed, 0) AS completed,
    weeks.open_at_end + coalesce(again.n_open, 0) AS open_at_end,
    weeks.late_at_end + coalesce(again.n_late, 0) AS late_at_end,
    weeks.withdrawn_at_end
FROM weeks
LEFT JOIN again ON weeks.period = again.period
LEFT JOIN moved ON weeks.period = moved.period
ORDER BY week
