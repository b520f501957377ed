-- Everything that changed what could be known of a case's way: what a forecast learns from. Each
-- row says where the case stood from then on, as known then: a date agreed on or moved later is
-- not in it yet. Times are those that hold after corrections, whenever these were made.
--
-- grain:   one row per event that moves a case, hands its step over, agrees on a date or moves one
-- params:  $now TIMESTAMPTZ = now, $only_open BOOLEAN = FALSE (leaves cases out that are not open)
-- columns: case_no, case_id, version, workflow, due, last_step, party, is_withdrawn, us, pos,
--          opened_pos, handed_pos, appointment_us, requested_pos
-- order:   case_no, version

WITH mended AS (
    SELECT
        case_no,
        of_version AS version,
        arg_max(corrected, version) AS corrected
    FROM standing_events
    WHERE kind = 'step_corrected' AND corrected IS NOT NULL
    GROUP BY case_no, of_version
),

effective AS (
    SELECT
        events.case_no,
        events.stream AS case_id,
        events.version,
        events.kind,
        events.appointment.us AS appointment_us,
        events.requested.pos AS requested_pos,
        coalesce(mended.corrected, events.occurred) AS instant,
        first_value(events.workflow) OVER (PARTITION BY events.case_no ORDER BY events.version) AS workflow,
        CASE events.kind
            WHEN 'case_opened' THEN 2
            WHEN 'step_completed' THEN events.step + 1
            WHEN 'step_reopened' THEN events.step
        END AS goes_to
    FROM standing_events AS events
    LEFT JOIN mended ON events.case_no = mended.case_no AND events.version = mended.version
    WHERE
        events.case_no IS NOT NULL
        AND (
            NOT $only_open::BOOLEAN
            OR events.case_no IN (
                SELECT cases.case_no
                FROM cases
                WHERE cases.state = 'open'
            )
        )
        AND (
            events.kind IN (
                'case_opened', 'step_completed', 'step_reopened', 'case_withdrawn', 'case_resumed',
                'turn_recorded'
            )
            OR events.appointment IS NOT NULL
            OR events.requested IS NOT NULL
        )
),

standing AS (
    SELECT
        case_no,
        case_id,
        version,
        workflow,
        -- versions come in the order of what happened, but for corrections that moved one of them
        max(instant.us) OVER by_version AS us,
        max(instant.pos) OVER by_version AS pos,
        first_value(instant.pos) OVER by_version AS opened_pos,
        last_value(goes_to IGNORE NULLS) OVER by_version AS due,
        last_value(
            CASE WHEN kind = 'turn_recorded' THEN instant.pos WHEN goes_to IS NOT NULL THEN -1 END IGNORE NULLS
        ) OVER by_version AS handed_pos,
        last_value(appointment_us IGNORE NULLS) OVER by_version AS appointment_us,
        last_value(requested_pos IGNORE NULLS) OVER by_version AS requested_pos,
        coalesce(
            last_value(
                CASE
                    WHEN kind = 'case_withdrawn' THEN TRUE
                    WHEN kind = 'case_resumed' OR goes_to IS NOT NULL THEN FALSE
                END IGNORE NULLS
            ) OVER by_version,
            FALSE
        ) AS is_withdrawn
    FROM effective
    WINDOW by_version AS (PARTITION BY case_no ORDER BY version)
)

SELECT
    standing.case_no,
    standing.case_id,
    standing.version,
    standing.workflow,
    standing.due,
    workflows.last_step,
    workflow_steps.party,
    standing.is_withdrawn,
    standing.us,
    standing.pos,
    standing.opened_pos,
    nullif(standing.handed_pos, -1) AS handed_pos,
    standing.appointment_us,
    standing.requested_pos
FROM standing
INNER JOIN workflows ON standing.workflow = workflows.workflow
LEFT JOIN workflow_steps ON standing.workflow = workflow_steps.workflow AND standing.due = workflow_steps.step
WHERE standing.us <= epoch_us($now::TIMESTAMPTZ)
ORDER BY case_no, version
