-- Where the time goes by step: business time of completed cases in each step, how much of it lay
-- before and after somebody started the step, and within what half, 85 and 95 of 100 steps were
-- done. Open and withdrawn cases are absent, so that the steps add up to the cycle times; what
-- piles up unfinished is missing, which flatters the step at which it waits.
--
-- Start is optional to record. Only of the n_split steps where it was is the time split, and the
-- steps of cases that were reopened are never split: their earlier rounds have lost the start.
-- Time withdrawn counts on the side on which it lay.
--
-- grain:   one row per path and step that a completed case has gone through, the form left out
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion
-- columns: workflow, step, label, party, n, n_split, n_unrecorded_handover, business_us,
--          waiting_us, working_us, not_split_us, share, p50_minutes, p85_minutes, p95_minutes
-- order:   workflow, step

WITH done AS (
    SELECT
        path,
        step,
        business_us,
        lacks_handover,
        worked_us(business_us, started_pos, completed_pos, is_reopened) AS working_us
    FROM steps
    WHERE
        closed_date IS NOT NULL
        AND step > 1
        AND ($workflow::TEXT IS NULL OR path = path_of($workflow::TEXT))
        AND (
            $team_leader::TEXT IS NULL
            OR case_no IN (SELECT case_no FROM cases_of($team_leader::TEXT))
        )
        AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR closed_date < $until::DATE)
),

spread AS (
    SELECT
        path,
        step,
        count(*) AS n,
        count(working_us) AS n_split,
        count(*) FILTER (WHERE lacks_handover) AS n_unrecorded_handover,
        sum(business_us)::BIGINT AS business_us,
        coalesce(sum(business_us) FILTER (WHERE working_us IS NOT NULL), 0)::BIGINT AS split_us,
        coalesce(sum(working_us), 0)::BIGINT AS working_us,
        quantile_cont(business_us, [0.5, 0.85, 0.95]) AS within_us
    FROM done
    GROUP BY path, step
)

SELECT
    rules.workflow,
    spread.step,
    rules.label,
    rules.party,
    spread.n,
    spread.n_split,
    spread.n_unrecorded_handover,
    spread.business_us,
    spread.split_us - spread.working_us AS waiting_us,
    spread.working_us,
    spread.business_us - spread.split_us AS not_split_us,
    spread.business_us / nullif(sum(spread.business_us) OVER (), 0) AS share,
    spread.within_us[1] / 60000000 AS p50_minutes,
    spread.within_us[2] / 60000000 AS p85_minutes,
    spread.within_us[3] / 60000000 AS p95_minutes
FROM spread
INNER JOIN workflow_steps AS rules
    ON spread.path = rules.path AND spread.step = rules.step
ORDER BY workflow, step
