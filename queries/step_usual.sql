-- How long each step usually takes, in business time over all its rounds: completed steps of
-- closed cases. Imported steps count; with few cases a percentile says little, so n stands by.
--
-- grain:   one row per path and step that a closed case has completed, the first one left out
-- params:  $workflow TEXT = NULL, $since DATE = NULL (closed, included), $until DATE = NULL (excluded)
-- columns: workflow, step, n, half_us, most_us
-- order:   workflow, step

WITH spread AS (
    SELECT
        path,
        step,
        count(*) AS n,
        quantile_cont(business_us, [0.5, 0.85]) AS within_us
    FROM steps
    WHERE
        closed_date IS NOT NULL
        AND step > 1
        AND ($workflow::TEXT IS NULL OR path = path_of($workflow::TEXT))
        AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR closed_date < $until::DATE)
    GROUP BY path, step
)

SELECT
    workflows.workflow,
    spread.step,
    spread.n,
    spread.within_us[1]::BIGINT AS half_us,
    spread.within_us[2]::BIGINT AS most_us
FROM spread
INNER JOIN workflows ON spread.path = workflows.path
ORDER BY workflow, step
