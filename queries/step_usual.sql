-- How long each step usually takes, in business time over all its rounds: completed steps of
-- closed cases. Imported steps count; with few cases a percentile says little, so n stands by.
--
-- grain:   one row per path and step that a closed case has completed, the first one left out
-- params:  $workflow TEXT = NULL, $since DATE = NULL (closed, included), $until DATE = NULL (excluded)
-- columns: workflow, step, n, half_us, most_us
-- order:   workflow, step

SELECT
    cases.workflow,
    steps.step,
    count(*) AS n,
    quantile_cont(steps.business_us, 0.5)::BIGINT AS half_us,
    quantile_cont(steps.business_us, 0.85)::BIGINT AS most_us
FROM cases
INNER JOIN steps ON cases.case_no = steps.case_no
WHERE
    cases.state = 'closed'
    AND steps.step > 1
    AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
    AND ($since::DATE IS NULL OR cases.closed_date >= $since::DATE)
    AND ($until::DATE IS NULL OR cases.closed_date < $until::DATE)
GROUP BY cases.workflow, steps.step
ORDER BY workflow, step
