-- Where every open case stands: whose turn it is, and the business time left to its limit.
-- A case that was really finished and is done again stands among them (is_rework), its time from the
-- reopening on. Withdrawn and closed cases are left out; a turn that lies in the future has not begun. timing is
-- 'delivered' where only the customer's download is left: such a case is neither at risk nor late.
--
-- grain:   one row per open case, or one that is done again
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL, $party TEXT = NULL,
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: case_id, workflow, step, party, limit_at, business_minutes_left, business_us_left,
--          firm, path, timing, step_label, steps_done, last_step, turn_began_at, turn_us, step_us,
--          is_on_hold, waits_for_download, team_leader, follow_up, day_us,
--          is_rework
-- order:   business_us_left, case_id

WITH held AS (
    SELECT
        standing.* EXCLUDE (path),
        workflows.label AS path,
        spent_us(standing.turn_began_pos, NULL, $now_position::BIGINT) AS turn_us,
        workflows.last_step,
        workflow_steps.label AS step_label,
        spent_us(standing.opened_pos, NULL, $now_position::BIGINT) AS used_us,
        coalesce(standing.current_step BETWEEN workflows.hold_from AND workflows.hold_until, FALSE) AS is_on_hold,
        coalesce(standing.delivered_at <= $now::TIMESTAMPTZ, FALSE) AS waits_for_download
    FROM work_at($now::TIMESTAMPTZ) AS standing
    INNER JOIN workflows ON standing.workflow = workflows.workflow
    INNER JOIN workflow_steps
        ON standing.workflow = workflow_steps.workflow AND standing.current_step = workflow_steps.step
    WHERE
        ($workflow::TEXT IS NULL OR standing.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR standing.team_leader = $team_leader::TEXT)
        AND ($party::TEXT IS NULL OR standing.party = $party::TEXT)
),

spent AS (
    SELECT
        case_no,
        step,
        began_pos,
        ended_pos
    FROM turns
    WHERE closed_date IS NULL
    UNION ALL
    SELECT
        case_no,
        step,
        began_pos,
        ended_pos
    FROM rework_turns
),

in_step AS (  -- over all rounds of the step that is current
    SELECT
        held.case_no,
        sum(spent_us(spent.began_pos, spent.ended_pos, $now_position::BIGINT))::BIGINT AS step_us
    FROM held
    INNER JOIN spent ON held.case_no = spent.case_no AND held.current_step = spent.step
    GROUP BY held.case_no
)

SELECT
    held.case_id,
    held.workflow,
    held.current_step AS step,
    held.party,
    held.limit_at,
    (held.limit_us - held.used_us) / 60000000 AS business_minutes_left,
    held.limit_us - held.used_us AS business_us_left,
    held.firm,
    held.path,
    standing_at(
        held.delivered_pos, $now_position::BIGINT, held.used_us, held.target_us, held.limit_us
    ) AS timing,
    held.step_label,
    held.current_step - 1 AS steps_done,
    held.last_step,
    held.turn_began_at,
    held.turn_us,
    in_step.step_us,
    held.is_on_hold,
    held.waits_for_download,
    held.team_leader,
    held.follow_up,
    held.day_us,
    held.is_rework
FROM held
INNER JOIN in_step ON held.case_no = in_step.case_no
ORDER BY business_us_left, case_id
