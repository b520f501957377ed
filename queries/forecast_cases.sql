-- The open cases that a forecast is made for, with what their limits are. Withdrawn and closed
-- cases are left out.
--
-- grain:   one row per open case
-- params:  none
-- columns: case_no, case_id, workflow, current_step, target_pos, limit_pos
-- order:   case_no

SELECT
    case_no,
    case_id,
    workflow,
    current_step,
    opened_pos + target_us AS target_pos,
    opened_pos + limit_us AS limit_pos
FROM cases
WHERE state = 'open'
ORDER BY case_no
