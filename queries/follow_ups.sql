-- Open cases that somebody wanted to look at again on a date before `until`, the oldest first.
--
-- grain:   one row per open case with a follow-up date
-- params:  $until DATE = NULL (excluded), $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $now TIMESTAMPTZ = now
-- columns: case_id, firm, workflow, follow_up, step, step_label, party, team_leader
-- order:   follow_up, case_id

SELECT
    cases.case_id,
    cases.firm,
    cases.workflow,
    cases.follow_up,
    cases.current_step AS step,
    workflow_steps.label AS step_label,
    cases.party,
    cases.team_leader
FROM work_at($now::TIMESTAMPTZ) AS cases
INNER JOIN workflow_steps
    ON cases.workflow = workflow_steps.workflow AND cases.current_step = workflow_steps.step
WHERE
    cases.follow_up IS NOT NULL
    AND ($until::DATE IS NULL OR cases.follow_up < $until::DATE)
    AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
ORDER BY follow_up, case_id
