-- Where the time goes by whose turn it was: the ledger of completed cases, added up by party. Open
-- and withdrawn cases are absent. Where a hand-over inside a step was not recorded, the whole step
-- counts for its party, which makes that party look slower than it was: see step_spread's
-- n_unrecorded_handover. "Agreed date" is a value of the ledger and nobody's turn.
--
-- grain:   one row per party that had a completed case; n counts these cases
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion
-- columns: party, n, business_us, share, p50_minutes, p85_minutes
-- order:   business_us DESC, party ASC

WITH held AS (
    SELECT
        case_no,
        party,
        us::BIGINT AS business_us
    FROM held_by_party($workflow::TEXT, $team_leader::TEXT, $since::DATE, $until::DATE)
),

spread AS (
    SELECT
        party,
        count(*) AS n,
        sum(business_us)::BIGINT AS business_us,
        quantile_cont(business_us, [0.5, 0.85]) AS within_us
    FROM held
    GROUP BY party
)

SELECT
    party,
    n,
    business_us,
    business_us / nullif(sum(business_us) OVER (), 0) AS share,
    within_us[1] / 60000000 AS p50_minutes,
    within_us[2] / 60000000 AS p85_minutes
FROM spread
ORDER BY business_us DESC, party ASC
