-- Business time of each completed case, from submission of the form to the end of the last step.
-- Open and withdrawn cases are absent: while late ones pile up unfinished, this looks too good. A case
-- that was really finished and is done again keeps its row; rework_us is the time that took, once
-- it is done again.
--
-- grain:   one row per completed case
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion
-- columns: case_id, workflow, firm, opened_at, closed_at, business_us, business_minutes,
--          rework_us, reworked_at
-- order:   closed_at, case_id

SELECT
    case_id,
    workflow,
    firm,
    opened_at,
    closed_at,
    closed_pos - opened_pos AS business_us,
    (closed_pos - opened_pos) / 60000000 AS business_minutes,
    rework_us,
    reworked_at
FROM cases
WHERE
    state = 'closed'
    AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
    AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
    AND ($until::DATE IS NULL OR closed_date < $until::DATE)
ORDER BY closed_at, case_id
