-- Every start and completion of a step, at the time that holds after corrections. What a reopening
-- undid is there too, for it happened: `stands` tells it from what still counts.
--
-- grain:   one row per start or completion
-- params:  $workflow TEXT = NULL, $first_case INTEGER = 1, $last_case INTEGER = 2147483647 (numbers
--          in the order in which cases were opened, both included)
-- columns: case_id, activity, happened_at, transition, resource, party, step, stands, is_imported,
--          workflow, firm, state, team_leader, cs_representative, sales_representative
-- order:   cases.case_no, happened_at, happenings.version

WITH chosen AS (
    SELECT
        case_no,
        version,
        kind,
        step,
        of_version,
        actor,
        done_by,
        is_imported,
        occurred,
        corrected
    FROM standing_events
    WHERE case_no BETWEEN $first_case::INTEGER AND $last_case::INTEGER
),

corrections AS (
    SELECT
        case_no,
        of_version,
        arg_max(corrected.us, version) AS corrected_us
    FROM chosen
    WHERE kind = 'step_corrected' AND corrected IS NOT NULL
    GROUP BY case_no, of_version
),

happenings AS (
    SELECT
        chosen.case_no,
        chosen.version,
        coalesce(chosen.step, 1) AS step,
        make_timestamptz(coalesce(corrections.corrected_us, chosen.occurred.us)) AS happened_at,
        CASE WHEN chosen.kind = 'step_started' THEN 'start' ELSE 'complete' END AS transition,
        coalesce(chosen.done_by, named(chosen.actor)) AS resource,
        chosen.is_imported
    FROM chosen
    LEFT JOIN corrections
        ON chosen.case_no = corrections.case_no AND chosen.version = corrections.of_version
    WHERE chosen.kind IN ('case_opened', 'step_started', 'step_completed')
),

undone AS (
    SELECT DISTINCT
        happenings.case_no,
        happenings.version
    FROM happenings
    INNER JOIN chosen ON happenings.case_no = chosen.case_no
    WHERE
        chosen.kind = 'step_reopened'
        AND chosen.version > happenings.version
        AND chosen.step <= happenings.step
)

SELECT
    cases.case_id,
    concat_ws(' ', happenings.step, workflow_steps.label) AS activity,
    happenings.happened_at,
    happenings.transition,
    happenings.resource,
    workflow_steps.party,
    happenings.step,
    undone.version IS NULL AS stands,
    happenings.is_imported,
    cases.workflow,
    cases.firm,
    cases.state,
    cases.team_leader,
    cases.cs_representative,
    cases.sales_representative
FROM happenings
INNER JOIN cases ON happenings.case_no = cases.case_no
INNER JOIN workflow_steps
    ON cases.workflow = workflow_steps.workflow AND happenings.step = workflow_steps.step
LEFT JOIN undone ON happenings.case_no = undone.case_no AND happenings.version = undone.version
WHERE $workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT
ORDER BY cases.case_no, happened_at, happenings.version
