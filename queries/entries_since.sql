-- Cases of which something was entered after a place in the log, and what: so that a change of a
-- figure can be led back to its entries. Messages are left out: they move no figure.
--
-- grain:   one row per case
-- params:  $position BIGINT = 0 (excluded)
-- columns: case_id, n, kinds, recorded_at, recorded_by
-- order:   case_id

SELECT
    cases.case_id,
    count(*) AS n,
    string_agg(DISTINCT events.kind, ', ' ORDER BY events.kind) AS kinds,
    make_timestamptz(max(events.recorded_us)) AS recorded_at,
    named(arg_max(events.actor, events.position)) AS recorded_by
FROM events
INNER JOIN cases ON events.case_no = cases.case_no
WHERE events.position > $position::BIGINT AND NOT starts_with(events.kind, 'message_')
GROUP BY cases.case_id
ORDER BY case_id
