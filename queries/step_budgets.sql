-- The limit now in force, split over the steps of its path. By history a step's share of the limit
-- is its share of all business time of the path's completed cases, of any period and team leader:
-- a measure to hold a period against must not move with the period. Where an administrator has
-- set budgets, their proportions hold instead, also if the limit was changed since. A path that
-- has no history yet is split evenly.
--
-- To the microsecond the budgets of a path add up to its limit: what is left over after rounding
-- down goes to the largest remainders, the earlier step first.
--
-- grain:   one row per path and step, the form left out
-- params:  $workflow TEXT = NULL, $now TIMESTAMPTZ = now
-- columns: workflow, step, basis, n_history, limit_us, budget_us, budget_minutes
-- order:   workflow, step

WITH history AS (
    SELECT
        path,
        step,
        count(*) AS n,
        sum(business_us) AS us
    FROM steps
    WHERE closed_date IS NOT NULL AND step > 1
    GROUP BY path, step
),

weighed AS (
    SELECT
        rules.workflow,
        rules.step,
        coalesce(history.n, 0) AS n_history,
        targets.limit_us,
        CASE
            WHEN budgets.budget_us IS NOT NULL THEN 'set'
            WHEN sum(history.us) OVER (PARTITION BY rules.workflow) > 0 THEN 'history'
            ELSE 'even'
        END AS basis,
        CASE basis
            WHEN 'set' THEN budgets.budget_us
            WHEN 'history' THEN coalesce(history.us, 0)
            ELSE 1
        END::HUGEINT AS weight
    FROM workflow_steps AS rules
    INNER JOIN targets
        ON
            rules.workflow = targets.workflow
            AND targets.since_us <= epoch_us($now::TIMESTAMPTZ)
            AND targets.until_us > epoch_us($now::TIMESTAMPTZ)
    LEFT JOIN history ON rules.path = history.path AND rules.step = history.step
    LEFT JOIN budgets ON rules.workflow = budgets.workflow AND rules.step = budgets.step
    WHERE rules.step > 1 AND ($workflow::TEXT IS NULL OR rules.workflow = $workflow::TEXT)
),

cut AS (
    SELECT
        *,
        sum(weight) OVER (PARTITION BY workflow) AS whole,
        limit_us * weight // whole AS down_us,
        limit_us * weight % whole AS remainder
    FROM weighed
),

ranked AS (
    SELECT
        *,
        limit_us - sum(down_us) OVER (PARTITION BY workflow) AS left_over,
        row_number() OVER (PARTITION BY workflow ORDER BY remainder DESC, step ASC) AS place
    FROM cut
)

SELECT
    workflow,
    step,
    basis,
    n_history,
    limit_us,
    (down_us + CASE WHEN place <= left_over THEN 1 ELSE 0 END)::BIGINT AS budget_us,
    (down_us + CASE WHEN place <= left_over THEN 1 ELSE 0 END)::BIGINT / 60000000 AS budget_minutes
FROM ranked
ORDER BY workflow, step
