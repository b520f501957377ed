-- From when to when each case had each step, and how that compares: its quarter among the times of
-- the step that are asked for, 1 the quickest. What a picture of all cases over time is drawn of. Steps that
-- are not complete are left out.
--
-- grain:   one row per completed step of a case, the form left out
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the step's completion
-- columns: case_id, firm, workflow, step, step_label, current_at, completed_at, business_us, quarter
-- order:   workflow, case_id, step

SELECT
    cases.case_id,
    cases.firm,
    cases.workflow,
    steps.step,
    workflow_steps.label AS step_label,
    steps.current_at,
    steps.completed_at,
    steps.business_us,
    ntile(4) OVER (
        PARTITION BY steps.path, steps.step
        ORDER BY steps.business_us, steps.case_no
    )::INTEGER AS quarter
FROM steps
INNER JOIN cases ON steps.case_no = cases.case_no
INNER JOIN workflow_steps ON steps.path = workflow_steps.path AND steps.step = workflow_steps.step
WHERE
    steps.step > 1
    AND steps.completed_at IS NOT NULL
    AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
    AND ($since::DATE IS NULL OR steps.completed_date >= $since::DATE)
    AND ($until::DATE IS NULL OR steps.completed_date < $until::DATE)
ORDER BY workflow, case_id, step
