-- Whose turn it was in one case, turn by turn, in business time since it was opened. Turns that
-- lie ahead are left out; the one that runs is cut at now.
--
-- grain:   one row per turn of the case
-- params:  $case_id TEXT = '', $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: step, step_label, party, is_withdrawn, began_at, ended_at, began_us, ended_us, business_us
-- order:   began_at

SELECT
    turns.step,
    workflow_steps.label AS step_label,
    turns.party,
    turns.is_withdrawn,
    turns.began_at,
    turns.ended_at,
    turns.began_pos - cases.opened_pos AS began_us,
    turns.began_pos - cases.opened_pos
    + spent_us(turns.began_pos, turns.ended_pos, coalesce(cases.closed_pos, $now_position::BIGINT)) AS ended_us,
    spent_us(turns.began_pos, turns.ended_pos, coalesce(cases.closed_pos, $now_position::BIGINT)) AS business_us
FROM cases
INNER JOIN turns ON cases.case_no = turns.case_no
INNER JOIN workflow_steps ON cases.workflow = workflow_steps.workflow AND turns.step = workflow_steps.step
WHERE
    cases.case_id = $case_id::TEXT
    AND (cases.state = 'closed' OR turns.began_at <= $now::TIMESTAMPTZ)
ORDER BY began_at
