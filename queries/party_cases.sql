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

WITH held AS (
    SELECT
        case_no,
        party,
        business_us
    FROM held_by_party($workflow::TEXT, $team_leader::TEXT, $since::DATE, $until::DATE)
    WHERE $party::TEXT IS NULL OR party = $party::TEXT
)

SELECT
    cases.case_id,
    cases.workflow,
    cases.firm,
    cases.team_leader,
    cases.closed_at,
    held.party,
    held.business_us,
    held.business_us / 60000000 AS business_minutes,
    cases.closed_pos - cases.opened_pos AS case_us,
    (cases.closed_pos - cases.opened_pos) / 60000000 AS case_minutes,
    timing(cases.closed_pos - cases.opened_pos, cases.target_us, cases.limit_us) AS timing,
    cases.breach_reason,
    cases.day_us
FROM held
INNER JOIN cases ON held.case_no = cases.case_no
ORDER BY business_us DESC, case_id ASC, party ASC
LIMIT $most::INTEGER
