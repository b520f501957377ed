-- Messages that somebody still has to see to: "drafted" for a person to send, "queued" for Changeover,
-- "sending" at this moment, "retrying" after again_at, "failed", and "unknown": begun ten minutes ago
-- or more without a known end, so perhaps sent. One whose step was reopened is left out, but for those.
--
-- grain:   one row per message that waits
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL, $party TEXT = NULL,
--          $now TIMESTAMPTZ = now
-- columns: case_id, firm, workflow, step, step_label, message, of_version, state, called_at, state_at,
--          again_at, attempt, reason, party, team_leader
-- order:   called_at, case_id, message

SELECT
    cases.case_id,
    cases.firm,
    cases.workflow,
    messages.step,
    workflow_steps.label AS step_label,
    messages.message,
    messages.of_version,
    CASE
        WHEN messages.state = 'sending' AND messages.state_at + INTERVAL 10 MINUTES <= $now::TIMESTAMPTZ
            THEN 'unknown'
        WHEN messages.state = 'failed' AND messages.again_at IS NOT NULL THEN 'retrying'
        ELSE messages.state
    END AS state,
    messages.called_at,
    messages.state_at,
    messages.again_at,
    messages.attempt,
    messages.reason,
    workflow_steps.party,
    cases.team_leader
FROM messages
INNER JOIN cases ON messages.case_no = cases.case_no
INNER JOIN workflow_steps ON cases.workflow = workflow_steps.workflow AND messages.step = workflow_steps.step
WHERE
    messages.state NOT IN ('sent', 'dropped')
    AND (messages.state = 'sending' OR NOT messages.is_undone)
    AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
    AND ($party::TEXT IS NULL OR workflow_steps.party = $party::TEXT)
ORDER BY called_at, case_id, message
