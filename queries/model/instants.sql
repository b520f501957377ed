-- The instants beside `occurred_us` in the data of new rows of the log (`batch`): the corrected one,
-- the appointment, and the start of the day that the firm asked for.
--
-- grain:   one row an event
-- params:  $zone TEXT

WITH parsed AS (
    SELECT
        position,
        occurred_us,
        json_extract_string(data, ['$.at_us', '$.fields.appointment', '$.fields.requested_date']) AS parts
    FROM batch
)

SELECT
    parts[1]::BIGINT AS corrected_us,
    parts[2]::BIGINT AS appointment_us,
    -- an emptied date is the empty text: it ends the request, where an absent one says nothing
    CASE WHEN parts[3] = '' THEN occurred_us ELSE epoch_us(timezone($zone, parts[3]::DATE::TIMESTAMP)) END
        AS requested_us
FROM parsed
ORDER BY position;
