-- How far cases had come at the end of each day or week, the last one ending now: how many had reached
-- a step and how many had completed it, since the first submission, and how many stood in it, open or
-- withdrawn. By what is known now: a step that a reopening undid was not complete until it was again.
-- Cases that were finished and are done again stand in their step as open ones.
-- Cases completed before $since are left out, so that the completed ones count from there.
--
-- grain:   one row per day or week, path and step; the form, which takes no time, is left out
-- params:  $period TEXT = 'week' (or 'day'), $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the ends shown,
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: period, last_date, workflow, step, label, party, reached, completed, open, withdrawn
-- order:   period, workflow, step

WITH ends AS MATERIALIZED (
    SELECT *
    FROM
        periods(
            $period::TEXT, $workflow::TEXT, $team_leader::TEXT, $since::DATE, $until::DATE,
            $now::TIMESTAMPTZ, $now_position::BIGINT
        )
),

binned AS (  -- by days: every end is the end of one
    SELECT
        path,
        step,
        completed_date,
        count(*) AS n
    FROM steps
    WHERE
        completed_at <= $now::TIMESTAMPTZ
        AND ($workflow::TEXT IS NULL OR path = path_of($workflow::TEXT))
        AND (
            $team_leader::TEXT IS NULL
            OR case_no IN (SELECT case_no FROM cases_of($team_leader::TEXT))
        )
        AND ($since::DATE IS NULL OR closed_date IS NULL OR closed_date >= $since::DATE)
    GROUP BY path, step, completed_date
),

counted AS (
    SELECT
        binned.path,
        binned.step,
        ends.period,
        sum(binned.n) AS n
    FROM binned
    ASOF INNER JOIN ends ON binned.completed_date <= ends.last_date
    GROUP BY binned.path, binned.step, ends.period
),

withdrawn AS MATERIALIZED (
    SELECT
        case_no,
        began_at,
        ended_at,
        path
    FROM turns
    WHERE
        is_withdrawn
        AND ($workflow::TEXT IS NULL OR path = path_of($workflow::TEXT))
        AND (
            $team_leader::TEXT IS NULL
            OR case_no IN (SELECT case_no FROM cases_of($team_leader::TEXT))
        )
        AND ($since::DATE IS NULL OR closed_date IS NULL OR closed_date >= $since::DATE)
),

withdrawn_cases AS (
    SELECT DISTINCT case_no
    FROM withdrawn
),

stands AS (  -- from when to when a case that was withdrawn stood in a step, as is known now
    SELECT
        steps.case_no,
        steps.step + 1 AS step,
        steps.completed_at AS began_at,
        lead(steps.completed_at) OVER (PARTITION BY steps.case_no ORDER BY steps.step) AS ended_at
    FROM steps
    INNER JOIN withdrawn_cases ON steps.case_no = withdrawn_cases.case_no
    WHERE steps.completed_at IS NOT NULL
),

rests AS MATERIALIZED (
    SELECT
        withdrawn.path,
        stands.step,
        greatest(withdrawn.began_at, stands.began_at) AS began_at,
        coalesce(least(withdrawn.ended_at, stands.ended_at), 'infinity'::TIMESTAMPTZ) AS ended_at
    FROM withdrawn
    INNER JOIN stands ON withdrawn.case_no = stands.case_no
),

rest_moves AS (
    SELECT
        rests.path,
        rests.step,
        ends.period,
        1 AS n
    FROM rests
    ASOF INNER JOIN ends ON rests.began_at < ends.end_at
    WHERE rests.began_at < rests.ended_at
    UNION ALL
    SELECT
        rests.path,
        rests.step,
        ends.period,
        -1 AS n
    FROM rests
    ASOF INNER JOIN ends ON rests.ended_at < ends.end_at
    WHERE rests.began_at < rests.ended_at
),

resting AS (
    SELECT
        path,
        step,
        period,
        sum(n) AS n
    FROM rest_moves
    GROUP BY path, step, period
),

again AS (
    SELECT
        reworks.path,
        reworks.step,
        ends.period,
        count(*) AS n
    FROM ends
    INNER JOIN reworks
        ON ends.end_at > reworks.began_at AND ends.end_at <= coalesce(reworks.ended_at, 'infinity'::TIMESTAMPTZ)
    WHERE $team_leader::TEXT IS NULL OR reworks.team_leader = $team_leader::TEXT
    GROUP BY reworks.path, reworks.step, ends.period
),

told AS (
    SELECT
        ends.period,
        ends.last_date,
        rules.workflow,
        rules.step,
        rules.label,
        rules.party,
        coalesce(again.n, 0)::BIGINT AS reworked,
        coalesce(sum(counted.n) OVER so_far, 0)::BIGINT AS completed,
        coalesce(sum(resting.n) OVER so_far, 0)::BIGINT AS withdrawn
    FROM ends
    CROSS JOIN workflow_steps AS rules
    LEFT JOIN counted
        ON rules.path = counted.path AND rules.step = counted.step AND ends.period = counted.period
    LEFT JOIN resting
        ON rules.path = resting.path AND rules.step = resting.step AND ends.period = resting.period
    LEFT JOIN again
        ON rules.path = again.path AND rules.step = again.step AND ends.period = again.period
    WHERE $workflow::TEXT IS NULL OR rules.workflow = $workflow::TEXT
    WINDOW so_far AS (PARTITION BY rules.workflow, rules.step ORDER BY ends.period)
),

stood AS (
    SELECT
        *,
        lag(completed) OVER (PARTITION BY period, workflow ORDER BY step) AS reached
    FROM told
)

SELECT
    period,
    last_date,
    workflow,
    step,
    label,
    party,
    reached,
    completed,
    reached - completed - withdrawn + reworked AS open,
    withdrawn
FROM stood
WHERE reached IS NOT NULL
ORDER BY period, workflow, step
