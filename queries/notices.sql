-- Notices, alerts and hot topics that an administrator posted: shown from the beginning of the
-- first date, or from the moment of posting, to the end of the last date or until they were ended.
--
-- grain:   one row per notice
-- params:  $in_force BOOLEAN = NULL (shown now, or not), $kind TEXT = NULL,
--          $now TIMESTAMPTZ = now
-- columns: notice, kind, text, first_date, last_date, begins_at, ends_at, posted_at, posted_by,
--          ended_by, in_force
-- order:   begins_at DESC, notice DESC

WITH known AS (
    SELECT
        *,
        $now::TIMESTAMPTZ >= begins_at AND $now::TIMESTAMPTZ < ends_at AS in_force
    FROM notices
)

SELECT
    notice,
    kind,
    text,
    first_date,
    last_date,
    begins_at,
    ends_at,
    posted_at,
    named(posted_by) AS posted_by,
    named(ended_by) AS ended_by,
    in_force
FROM known
WHERE
    ($in_force::BOOLEAN IS NULL OR in_force = $in_force::BOOLEAN)
    AND ($kind::TEXT IS NULL OR kind = $kind::TEXT)
ORDER BY begins_at DESC, notice DESC
