-- Who had one case for how long: business time by step and party, adding up to the time from its
-- opening to its closing, or to now while it is open.
--
-- grain:   one row per step, party and whether the case was withdrawn meanwhile
-- params:  $case_id TEXT = '', $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: step, step_label, party, is_withdrawn, began_at, business_us, business_minutes,
--          lacks_handover
-- order:   step, began_at

WITH pieces AS (
    SELECT
        cases.workflow,
        turns.case_no,
        turns.step,
        turns.party,
        turns.is_withdrawn,
        min(turns.began_at) AS began_at,
        sum(spent_us(turns.began_pos, turns.ended_pos, coalesce(cases.closed_pos, $now_position::BIGINT)))
        ::BIGINT AS business_us
    FROM cases
    INNER JOIN turns ON cases.case_no = turns.case_no
    WHERE
        cases.case_id = $case_id::TEXT
        AND (cases.state = 'closed' OR turns.began_at <= $now::TIMESTAMPTZ)
    GROUP BY cases.workflow, turns.case_no, turns.step, turns.party, turns.is_withdrawn
)

SELECT
    pieces.step,
    workflow_steps.label AS step_label,
    pieces.party,
    pieces.is_withdrawn,
    pieces.began_at,
    pieces.business_us,
    pieces.business_us / 60000000 AS business_minutes,
    coalesce(steps.lacks_handover, FALSE) AS lacks_handover
FROM pieces
INNER JOIN workflow_steps ON pieces.workflow = workflow_steps.workflow AND pieces.step = workflow_steps.step
LEFT JOIN steps ON pieces.case_no = steps.case_no AND pieces.step = steps.step
ORDER BY step, began_at
