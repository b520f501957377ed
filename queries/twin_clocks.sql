-- The same completed cases on two clocks, by month of completion: the customer's (all business time)
-- and ours (without the Customer's turns, so that a local case ends with the order). Target and limit
-- are the same for both; days are business days of the length in force when the case was opened. Where
-- a hand-over inside a step was not recorded, the whole step counts for its party: ours may be too
-- long or too short by that.
--
-- grain:   one row per month with a completed case
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion
-- columns: month, n, p50_days, p85_days, within_target, within_limit,
--          ours_p50_days, ours_p85_days, ours_within_target, ours_within_limit
-- order:   month

WITH cut AS (
    SELECT
        date_trunc('month', closed_date)::DATE AS month,
        count(*) AS n,
        quantile_cont((closed_pos - opened_pos) / day_us, [0.5, 0.85]) AS days,
        quantile_cont(ours_us / day_us, [0.5, 0.85]) AS ours_days,
        count(*) FILTER (WHERE closed_pos - opened_pos <= target_us) AS within_target,
        count(*) FILTER (WHERE closed_pos - opened_pos <= limit_us) AS within_limit,
        count(*) FILTER (WHERE ours_us <= target_us) AS ours_within_target,
        count(*) FILTER (WHERE ours_us <= limit_us) AS ours_within_limit
    FROM cases
    WHERE
        closed_date IS NOT NULL
        AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR closed_date < $until::DATE)
    GROUP BY date_trunc('month', closed_date)
)

SELECT
    month,
    n,
    days[1] AS p50_days,
    days[2] AS p85_days,
    within_target,
    within_limit,
    ours_days[1] AS ours_p50_days,
    ours_days[2] AS ours_p85_days,
    ours_within_target,
    ours_within_limit
FROM cut
ORDER BY month
