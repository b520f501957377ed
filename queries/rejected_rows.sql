-- Rows of tracker sheets that were rejected and whose latest readable time lies in the period; those that
-- hold none are told in the period of their import. A row is known by what it says (firm, path and
-- submission, as far as they are clear), in whatever file: the last word on it counts, and rows mended since
-- are absent. Of imports before rows had such a mark the last of a tracker counts.
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

imports AS (
    SELECT
        position,
        recorded_us,
        data,
        data ->> '$.file' AS file,
        position = max(position) OVER (
            PARTITION BY coalesce(data ->> '$.tracker', data ->> '$.file')
        ) AS is_last
    FROM events
    WHERE kind = 'tracker_imported'
),

answers AS (
    SELECT
        position,
        unnest(from_json(data -> '$.answered', '["VARCHAR"]')) AS said
    FROM imports
),

told AS (
    SELECT
        position,
        recorded_us,
        file,
        is_last,
        unnest(from_json(
            data -> '$.rejected_rows',
            '[{"row": "INTEGER", "reason": "VARCHAR", "latest_us": "BIGINT", "said": "VARCHAR"}]'
        )) AS told
    FROM imports
),

rejected AS (  -- one a mark: the last
    SELECT *
    FROM told
    QUALIFY
        (told.said IS NULL AND is_last)
        OR (
            told.said IS NOT NULL
            AND row_number() OVER (PARTITION BY told.said ORDER BY position DESC, told.row DESC) = 1
        )
)

SELECT
    rejected.file,
    make_timestamptz(rejected.recorded_us) AS imported_at,
    rejected.told.row AS sheet_row,
    rejected.told.reason,
    make_timestamptz(rejected.told.latest_us) AS latest_at
FROM rejected
CROSS JOIN bounds
ANTI JOIN answers
    ON rejected.told.said = answers.said AND rejected.position < answers.position
WHERE
    bounds.since_us IS NULL
    OR (
        coalesce(rejected.told.latest_us, rejected.recorded_us) >= bounds.since_us
        AND coalesce(rejected.told.latest_us, rejected.recorded_us) < bounds.until_us
    )
ORDER BY file, sheet_row, imported_at
