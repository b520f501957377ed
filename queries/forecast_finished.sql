-- How many cases a forecast has to learn from. Open and withdrawn cases are left out.
--
-- grain:   one row per path that has completed cases
-- params:  none
-- columns: workflow, n
-- order:   workflow

SELECT
    workflow,
    count(*) AS n
FROM cases
WHERE state = 'closed'
GROUP BY workflow
ORDER BY workflow
