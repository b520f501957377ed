-- Names of people as cases have them, by what they are there: for choosing one from a list.
--
-- grain:   one row per party and name
-- params:  $party TEXT = NULL
-- columns: party, name, cases
-- order:   party, name

WITH named AS (
    SELECT
        'Team leader' AS party,
        team_leader AS name
    FROM cases
    UNION ALL
    SELECT
        'CS representative' AS party,
        cs_representative AS name
    FROM cases
    UNION ALL
    SELECT
        'Sales representative' AS party,
        sales_representative AS name
    FROM cases
)

SELECT
    party,
    name,
    count(*) AS cases
FROM named
WHERE name <> '' AND ($party::TEXT IS NULL OR party = $party::TEXT)
GROUP BY party, name
ORDER BY party, name
