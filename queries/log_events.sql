-- The log as it was written, the newest event first: what is kept of each, with the case it is of.
-- Text finds in what was entered, in firm and in case; personal fields stand beside the log and are
-- not searched. `fitting` counts all events that fit, of which only so many are given.
--
-- grain:   one row per event
-- params:  $kind TEXT = NULL, $stream TEXT = NULL, $actor TEXT = NULL, $done_by TEXT = NULL,
--          $since DATE = NULL (recorded, included), $until DATE = NULL (excluded),
--          $text TEXT = NULL, $before BIGINT = NULL (position, excluded), $most BIGINT = 50
-- columns: position, stream, version, kind, workflow, firm, happened_at, recorded_at, actor,
--          done_by, data, fitting
-- order:   position DESC

WITH fitting AS MATERIALIZED (
    SELECT events.position
    FROM events
    LEFT JOIN cases ON events.case_no = cases.case_no
    WHERE
        ($kind::TEXT IS NULL OR events.kind = $kind::TEXT)
        AND ($stream::TEXT IS NULL OR events.stream = $stream::TEXT)
        AND ($actor::TEXT IS NULL OR named(events.actor) = $actor::TEXT)
        AND ($done_by::TEXT IS NULL OR coalesce(events.done_by, named(events.actor)) = $done_by::TEXT)
        AND (
            $since::DATE IS NULL
            OR events.recorded_us >= (
                SELECT first_us
                FROM calendar
                WHERE date = $since::DATE
            )
        )
        AND (
            $until::DATE IS NULL
            OR events.recorded_us < (
                SELECT first_us
                FROM calendar
                WHERE date = $until::DATE
            )
        )
        AND (
            $text::TEXT IS NULL
            OR contains(lower(events.data), lower($text::TEXT))
            OR contains(lower(cases.firm), lower($text::TEXT))
            OR lower(events.stream) = lower($text::TEXT)
            OR events.case_no IN (
                SELECT found.case_no
                FROM cases_holding($text::TEXT) AS found
                WHERE found.match_rank = 3
            )
        )
),

shown AS MATERIALIZED (
    SELECT position
    FROM fitting
    WHERE $before::BIGINT IS NULL OR position < $before::BIGINT
    ORDER BY position DESC
    LIMIT $most::BIGINT
)

SELECT
    events.position,
    events.stream,
    events.version,
    events.kind,
    cases.workflow,
    cases.firm,
    make_timestamptz(events.occurred.us) AS happened_at,
    make_timestamptz(events.recorded_us) AS recorded_at,
    named(events.actor) AS actor,
    coalesce(events.done_by, named(events.actor)) AS done_by,
    events.data,
    (SELECT count(*) FROM fitting) AS fitting
FROM events
LEFT JOIN cases ON events.case_no = cases.case_no
WHERE
    events.position >= (SELECT min(position) FROM shown)
    AND events.position IN (SELECT position FROM shown)
ORDER BY position DESC
