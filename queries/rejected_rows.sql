-- Rows of tracker sheets that were rejected and whose latest readable time lies in the period, or
-- that hold none. Of one tracker only the last import counts: a sheet that comes again every week
-- must not count its wrong rows every week. Rows mended since are absent. Two files of one name
-- that share no row are two trackers.
--
-- grain:   one row per rejected row
-- params:  $month TEXT = NULL (YYYY-MM, the period's first), $months INTEGER = 1 (its length)
-- columns: file, imported_at, sheet_row, reason, latest_at
-- order:   file, sheet_row, imported_at

WITH bounds AS (
    SELECT
        since.first_us AS since_us,
        until.first_us AS until_us
    FROM (SELECT ($month::TEXT || '-01')::DATE AS month) AS asked
    LEFT JOIN calendar AS since ON asked.month = since.date
    LEFT JOIN calendar AS until
        ON until.date = (asked.month + to_months($months::INTEGER))::DATE
),

last_imports AS (
    SELECT
        any_value(data ->> '$.file') AS file,
        max(position) AS position
    FROM events
    WHERE kind = 'tracker_imported'
    GROUP BY coalesce(data ->> '$.tracker', data ->> '$.file')
),

rejected AS (
    SELECT
        last_imports.file,
        events.recorded_us,
        unnest(from_json(
            events.data -> '$.rejected_rows', '[{"row": "INTEGER", "reason": "VARCHAR", "latest_us": "BIGINT"}]'
        )) AS told
    FROM last_imports
    INNER JOIN events ON last_imports.position = events.position
)

SELECT
    rejected.file,
    make_timestamptz(rejected.recorded_us) AS imported_at,
    rejected.told.row AS sheet_row,
    rejected.told.reason,
    make_timestamptz(rejected.told.latest_us) AS latest_at
FROM rejected
CROSS JOIN bounds
WHERE
    rejected.told.latest_us IS NULL
    OR bounds.since_us IS NULL
    OR (rejected.told.latest_us >= bounds.since_us AND rejected.told.latest_us < bounds.until_us)
ORDER BY file, sheet_row, imported_at
