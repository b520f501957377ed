-- The completed cases that a party had, the longest with it first and at most $most of them. See
-- party_spread; without a party every party that had the case.
--
-- grain:   one row per completed case and party that had it
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion,
--          $party TEXT = NULL, $most INTEGER = 5000
-- columns: case_id, workflow, firm, team_leader, closed_at, party, business_us, business_minutes,
--          case_us, case_minutes, timing, breach_reason, day_us
-- order:   business_us DESC, case_id ASC, party ASC

WITH longest AS (
    SELECT
        cases.*,
        held.party,
        held.us
    FROM held_by_party($workflow::TEXT, $team_leader::TEXT, $since::DATE, $until::DATE) AS held
    INNER JOIN cases ON held.case_no = cases.case_no
    WHERE $party::TEXT IS NULL OR held.party = $party::TEXT
    ORDER BY us DESC, case_id ASC, party ASC
    LIMIT $most::INTEGER
)

SELECT
    case_id,
    workflow,
    firm,
    team_leader,
    closed_at,
    party,
    us::BIGINT AS business_us,
    us::BIGINT / 60000000 AS business_minutes,
    closed_pos - opened_pos AS case_us,
    (closed_pos - opened_pos) / 60000000 AS case_minutes,
    timing(closed_pos - opened_pos, target_us, limit_us) AS timing,
    breach_reason,
    day_us
FROM longest
ORDER BY business_us DESC, case_id ASC, party ASC
