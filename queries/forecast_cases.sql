-- The open cases that a forecast is made for, with what their limits are. Withdrawn and closed cases are
-- left out; those in rework, which nothing is forecast of, unless they are asked for. Of a delivered case
-- nothing is left but the customer's download: it can miss nothing.
--
-- grain:   one row per open case
-- params:  $with_reworks BOOLEAN = FALSE, $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: case_no, case_id, workflow, current_step, target_pos, limit_pos, is_delivered
-- order:   case_no

SELECT
    case_no,
    case_id,
    workflow,
    current_step,
    opened_pos + target_us AS target_pos,
    opened_pos + limit_us AS limit_pos,
    coalesce(delivered_pos <= $now_position::BIGINT, FALSE) AS is_delivered
FROM work_at($now::TIMESTAMPTZ)
WHERE $with_reworks::BOOLEAN OR NOT is_rework
ORDER BY case_no
