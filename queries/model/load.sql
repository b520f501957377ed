-- New rows of the log (`batch`) with the parts that the fold needs taken out of their data.
--
-- grain:   one row an event
-- params:  $zone TEXT

WITH parsed AS (
    SELECT
        batch.*,
        json_extract_string(batch.data, [
            '$.workflow', '$.step', '$.of_version', '$.at_us',
            '$.fields.appointment', '$.fields.requested_date', '$.done_by', '$.imported'
        ]) AS parts
    FROM batch
)

SELECT
    position,
    stream,
    version,
    kind,
    actor,
    data,
    recorded_us,
    occurred_us,
    parts[1] AS workflow,
    parts[2]::INTEGER AS step,
    parts[3]::INTEGER AS of_version,
    parts[4]::BIGINT AS corrected_us,
    parts[5]::BIGINT AS appointment_us,
    -- an emptied date is the empty text: it ends the request, where an absent one says nothing
    CASE WHEN parts[6] = '' THEN occurred_us ELSE epoch_us(timezone($zone, parts[6]::DATE::TIMESTAMP)) END
        AS requested_us,
    parts[7] AS done_by,
    coalesce(parts[8] = 'true', FALSE) AS is_imported
FROM parsed
ORDER BY position;
