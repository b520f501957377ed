-- Everybody in the log, with how much they recorded and how much they did.
--
-- grain:   one row per name
-- params:  none
-- columns: name, recorded, done
-- order:   name

WITH named AS (
    SELECT
        named(actor) AS name,
        count(*) AS recorded,
        0 AS done
    FROM events
    GROUP BY named(actor)
    UNION ALL
    SELECT
        coalesce(done_by, named(actor)) AS name,
        0 AS recorded,
        count(*) AS done
    FROM events
    GROUP BY coalesce(done_by, named(actor))
)

SELECT
    name,
    sum(recorded)::BIGINT AS recorded,
    sum(done)::BIGINT AS done
FROM named
GROUP BY name
ORDER BY name
