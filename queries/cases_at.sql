-- The cases that were neither completed nor to come at the end of a day, or now if that is earlier, and
-- the step in which each stood then, as is known now: what throughput and cumulative_flow count. Cases
-- that were done again then are among them (is_rework), their time from the reopening on.
--
-- grain:   one row per case
-- params:  $at_end_of DATE = NULL (now), $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: case_id, workflow, firm, team_leader, step, label, party, state, timing, opened_at,
--          business_us, business_minutes, day_us, is_rework
-- order:   business_us DESC, case_id ASC

WITH cut AS (
    SELECT
        make_timestamptz(least(max(first_us), epoch_us($now::TIMESTAMPTZ) + 1)) AS end_at,
        least(max(first_pos), $now_position::BIGINT) AS end_pos
    FROM calendar
    WHERE $at_end_of::DATE IS NULL OR date = $at_end_of::DATE + 1
),

held AS (
    SELECT
        cases.*,
        cut.end_at,
        cut.end_pos - cases.opened_pos AS business_us
    FROM cases
    CROSS JOIN cut
    WHERE
        cases.opened_at < cut.end_at
        AND (cases.closed_at IS NULL OR cases.closed_at >= cut.end_at)
        AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
),

again AS (
    SELECT
        reworks.*,
        cut.end_pos - reworks.clock_pos AS business_us
    FROM reworks
    INNER JOIN cut
        ON reworks.began_at < cut.end_at AND coalesce(reworks.ended_at, 'infinity'::TIMESTAMPTZ) >= cut.end_at
    WHERE
        ($workflow::TEXT IS NULL OR reworks.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR reworks.team_leader = $team_leader::TEXT)
),

done AS (
    SELECT
        held.case_no,
        max(steps.step) AS step
    FROM held
    INNER JOIN steps ON held.case_no = steps.case_no
    WHERE steps.completed_at < held.end_at
    GROUP BY held.case_no
),

resting AS (
    SELECT DISTINCT held.case_no
    FROM held
    INNER JOIN turns ON held.case_no = turns.case_no
    WHERE
        turns.is_withdrawn
        AND turns.began_at < held.end_at
        AND coalesce(turns.ended_at, 'infinity'::TIMESTAMPTZ) >= held.end_at
)

SELECT
    held.case_id,
    held.workflow,
    held.firm,
    held.team_leader,
    rules.step,
    rules.label,
    rules.party,
    CASE WHEN resting.case_no IS NULL THEN 'open' ELSE 'withdrawn' END AS state,
    CASE
        WHEN held.delivered_at < held.end_at THEN 'delivered'
        ELSE timing(held.business_us, held.target_us, held.limit_us)
    END AS timing,
    held.opened_at,
    held.business_us,
    held.business_us / 60000000 AS business_minutes,
    held.day_us,
    FALSE AS is_rework
FROM held
INNER JOIN done ON held.case_no = done.case_no
INNER JOIN workflow_steps AS rules ON held.workflow = rules.workflow AND done.step + 1 = rules.step
LEFT JOIN resting ON held.case_no = resting.case_no
UNION ALL
SELECT
    again.case_id,
    again.workflow,
    again.firm,
    again.team_leader,
    rules.step,
    rules.label,
    rules.party,
    'open' AS state,
    CASE
        WHEN again.is_delivered THEN 'delivered'
        ELSE timing(again.business_us, again.target_us, again.limit_us)
    END AS timing,
    again.opened_at,
    again.business_us,
    again.business_us / 60000000 AS business_minutes,
    again.day_us,
    TRUE AS is_rework
FROM again
INNER JOIN workflow_steps AS rules ON again.workflow = rules.workflow AND again.step = rules.step
ORDER BY business_us DESC, case_id ASC
