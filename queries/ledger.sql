-- Business time of each completed case by whose turn it was; a case's rows add up to its cycle
-- time to the microsecond. "Agreed date" is a value of the ledger and nobody's turn. Open and
-- withdrawn cases are absent, as in cycle_times.
--
-- grain:   one row per completed case and party that had it
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion
-- columns: case_id, party, business_us, business_minutes
-- order:   case_id, party

WITH held AS (
    SELECT
        cases.case_id,
        turns.party,
        sum(turns.ended_pos - turns.began_pos)::BIGINT AS business_us
    FROM turns
    INNER JOIN cases ON turns.case_no = cases.case_no
    WHERE
        cases.state = 'closed'
        AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR cases.closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR cases.closed_date < $until::DATE)
    GROUP BY cases.case_id, turns.party
)

SELECT
    case_id,
    party,
    business_us,
    business_us / 60000000 AS business_minutes
FROM held
ORDER BY case_id, party
