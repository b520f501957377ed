-- Cases whose firm, id, EMS ticket or order number holds what somebody types, the best match first.
-- Capitals, accents, blanks and signs do not matter; text without a letter or digit finds nothing.
--
-- grain:   one row per case found
-- params:  $text TEXT = '', $most BIGINT = 20
-- columns: case_id, firm, firm_id, path, state, step, step_label, ems_ticket, order_number,
--          team_leader, opened_at, match_rank
-- order:   match_rank ASC, opened_at DESC, case_id ASC

SELECT
    cases.case_id,
    cases.firm,
    cases.firm_id,
    workflows.label AS path,
    cases.state,
    cases.current_step AS step,
    workflow_steps.label AS step_label,
    cases.ems_ticket,
    cases.order_number,
    cases.team_leader,
    cases.opened_at,
    found.match_rank
FROM cases_holding($text::TEXT) AS found
INNER JOIN cases ON found.case_no = cases.case_no
INNER JOIN workflows ON cases.workflow = workflows.workflow
LEFT JOIN workflow_steps
    ON cases.workflow = workflow_steps.workflow AND cases.current_step = workflow_steps.step
QUALIFY
    row_number() OVER (ORDER BY found.match_rank ASC, cases.opened_at DESC, cases.case_id ASC) <= $most::BIGINT
ORDER BY match_rank ASC, opened_at DESC, case_id ASC
