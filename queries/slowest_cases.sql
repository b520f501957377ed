-- The completed cases that took most business time, with the step and the party that had most of
-- it and the reason that people gave, if one was asked for. Step and party stand by themselves: the
-- party's time is of the whole case. Open cases are absent, also those that are late already.
--
-- grain:   one row per completed case, at most $most
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion,
--          $most INTEGER = 20
-- columns: case_id, workflow, firm, team_leader, closed_at, business_us, business_minutes,
--          limit_minutes, timing, step, label, step_minutes, step_lacks_handover, party,
--          party_minutes, breach_reason, breach_comment, day_us
-- order:   business_us DESC, case_id ASC

WITH slow AS (
    SELECT
        *,
        closed_pos - opened_pos AS business_us
    FROM cases
    WHERE
        cases.state = 'closed'
        AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR closed_date < $until::DATE)
    ORDER BY business_us DESC, case_id ASC
    LIMIT $most::INTEGER
),

longest AS (  -- of two equal ones the earlier step
    SELECT
        steps.case_no,
        steps.step,
        steps.business_us,
        steps.lacks_handover
    FROM steps
    SEMI JOIN slow ON steps.case_no = slow.case_no
    WHERE steps.step > 1
    QUALIFY row_number() OVER (PARTITION BY steps.case_no ORDER BY steps.business_us DESC, steps.step ASC) = 1
),

held AS (
    SELECT
        turns.case_no,
        turns.party,
        sum(turns.ended_pos - turns.began_pos) AS us
    FROM turns
    SEMI JOIN slow ON turns.case_no = slow.case_no
    GROUP BY turns.case_no, turns.party
),

holders AS (  -- and of two equal parties the first by name
    SELECT
        case_no,
        party,
        us
    FROM held
    QUALIFY row_number() OVER (PARTITION BY case_no ORDER BY us DESC, party ASC) = 1
)

SELECT
    slow.case_id,
    slow.workflow,
    slow.firm,
    slow.team_leader,
    slow.closed_at,
    slow.business_us,
    slow.business_us / 60000000 AS business_minutes,
    slow.limit_us / 60000000 AS limit_minutes,
    timing(slow.business_us, slow.target_us, slow.limit_us) AS timing,
    longest.step,
    rules.label,
    longest.business_us / 60000000 AS step_minutes,
    longest.lacks_handover AS step_lacks_handover,
    holders.party,
    holders.us / 60000000 AS party_minutes,
    slow.breach_reason,
    slow.breach_comment,
    slow.day_us
FROM slow
INNER JOIN longest ON slow.case_no = longest.case_no
INNER JOIN workflow_steps AS rules
    ON slow.workflow = rules.workflow AND longest.step = rules.step
LEFT JOIN holders ON slow.case_no = holders.case_no
ORDER BY business_us DESC, case_id ASC
