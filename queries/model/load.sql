-- New rows of the log (`batch`, with the number of their case and their instants as pairs) with the
-- parts that the fold needs taken out of their data.
--
-- grain:   one row an event
-- params:  none

INSERT INTO events BY NAME
WITH parsed AS (
    SELECT
        * EXCLUDE (data),
        data,
        json_extract_string(
            data, ['$.workflow', '$.step', '$.of_version', '$.done_by', '$.imported', '$.finished', '$.flags']
        ) AS parts
    FROM batch
)

SELECT
    position,
    case_no,
    stream,
    version,
    kind,
    actor,
    data,
    recorded_us,
    occurred,
    corrected,
    appointment,
    requested,
    parts[1] AS workflow,
    parts[2]::INTEGER AS step,
    parts[3]::INTEGER AS of_version,
    parts[4] AS done_by,
    coalesce(parts[5] = 'true', FALSE) AS is_imported,
    coalesce(parts[6] = 'true', FALSE) AS is_finished,
    coalesce(contains(parts[7], '"date_only"'), FALSE) AS is_date_only
FROM parsed;

INSERT INTO undone BY NAME
SELECT
    case_no,
    unnest((data -> '$.versions')::INTEGER[]) AS version
FROM batch
WHERE kind = 'act_undone';
