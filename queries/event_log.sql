-- Every start and completion of a step, at the time that holds after corrections. What a reopening
-- undid is there too, for it happened: `stands` tells it from what still counts.
--
-- grain:   one row per start or completion
-- params:  $workflow TEXT = NULL
-- columns: case_id, activity, happened_at, transition, resource, party, step, stands, is_imported,
--          workflow, firm, state, team_leader, cs_representative, sales_representative
-- order:   case_id, happened_at, happenings.version

WITH corrections AS (
    SELECT
        case_no,
        of_version,
        arg_max(corrected.us, version) AS corrected_us
    FROM events
    WHERE kind = 'step_corrected' AND corrected IS NOT NULL
    GROUP BY case_no, of_version
),

happenings AS (
    SELECT
        events.case_no,
        events.version,
        coalesce(events.step, 1) AS step,
        make_timestamptz(coalesce(corrections.corrected_us, events.occurred.us)) AS happened_at,
        CASE WHEN events.kind = 'step_started' THEN 'start' ELSE 'complete' END AS transition,
        coalesce(json_extract_string(events.data, '$.done_by'), events.actor) AS resource,
        coalesce(json_extract_string(events.data, '$.imported') = 'true', FALSE) AS is_imported
    FROM events
    LEFT JOIN corrections
        ON events.case_no = corrections.case_no AND events.version = corrections.of_version
    WHERE events.kind IN ('case_opened', 'step_started', 'step_completed')
),

undone AS (
    SELECT DISTINCT
        happenings.case_no,
        happenings.version
    FROM happenings
    INNER JOIN events ON happenings.case_no = events.case_no
    WHERE
        events.kind = 'step_reopened'
        AND events.version > happenings.version
        AND events.step <= happenings.step
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
ORDER BY case_id, happened_at, happenings.version
