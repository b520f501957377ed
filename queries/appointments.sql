-- Appointments of open cases that begin in [since, until), the earliest first. One that was
-- undone by a reopening is left out. firm_zone: the firm's own time zone; NULL if nobody gave it.
--
-- grain:   one row per open case with an appointment
-- params:  $since TIMESTAMPTZ = NULL (included), $until TIMESTAMPTZ = NULL (excluded),
--          $workflow TEXT = NULL, $team_leader TEXT = NULL, $now TIMESTAMPTZ = now
-- columns: case_id, firm, workflow, appointment_at, step, step_label, team_leader, firm_zone
-- order:   appointment_at, case_id

SELECT
    cases.case_id,
    cases.firm,
    cases.workflow,
    cases.appointment_at,
    cases.current_step AS step,
    held.label AS step_label,
    cases.team_leader,
    cases.firm_zone
FROM work_at($now::TIMESTAMPTZ) AS cases
INNER JOIN workflow_steps AS held ON cases.workflow = held.workflow AND cases.current_step = held.step
INNER JOIN workflow_steps AS begun ON cases.workflow = begun.workflow AND begun.turn_from_window
WHERE
    cases.current_step >= begun.step
    AND cases.appointment_at IS NOT NULL
    AND ($since::TIMESTAMPTZ IS NULL OR cases.appointment_at >= $since::TIMESTAMPTZ)
    AND ($until::TIMESTAMPTZ IS NULL OR cases.appointment_at < $until::TIMESTAMPTZ)
    AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
ORDER BY appointment_at, case_id
