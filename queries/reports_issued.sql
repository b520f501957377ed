-- SLA reports that were issued, each with what it can be made again from: the instant as known at
-- which it was made, and the log's position and hash then. None is left out.
--
-- grain:   one row per report
-- params:  $reference TEXT = NULL, $period TEXT = NULL (2026-10 or 2026-Q4)
-- columns: issue, reference, period, workflow, team_leader, as_of, log_position, log_hash, issued_at,
--          issued_by
-- order:   issue

SELECT
    version AS issue,
    data ->> '$.reference' AS reference,
    data ->> '$.period' AS period,
    data ->> '$.workflow' AS workflow,
    data ->> '$.team_leader' AS team_leader,
    make_timestamptz((data ->> '$.as_of_us')::BIGINT) AS as_of,
    (data ->> '$.log_position')::BIGINT AS log_position,
    data ->> '$.log_hash' AS log_hash,
    make_timestamptz(recorded_us) AS issued_at,
    named(actor) AS issued_by
FROM events
WHERE
    kind = 'report_issued'
    AND ($reference::TEXT IS NULL OR (data ->> '$.reference') = $reference::TEXT)
    AND ($period::TEXT IS NULL OR (data ->> '$.period') = $period::TEXT)
ORDER BY issue
