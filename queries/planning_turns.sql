-- Every turn that is over: who had the case, from when to when, and which person did the step as far
-- as the log knows: who is said to have done it, else who entered it, else the case's team leader or
-- CS representative. An import knows only what its sheet says. What waits and people are taken from.
--
-- grain:   one row per turn that has ended
-- params:  $since DATE = NULL (included), $until DATE = NULL (excluded), both of the case's opening,
--          $now_position BIGINT = now,
--          $order_party TEXT = 'Order Team', $lead_party TEXT = 'Team leader',
--          $cs_party TEXT = 'CS representative'
-- columns: case_no, workflow, is_closed, version, step, party, is_order_step, is_withdrawn,
--          began_pos, ended_pos, month, place, person
-- order:   turns.began_pos, turns.case_no, turns.version, turns.step, turns.ended_pos

WITH days AS (
    SELECT
        first_pos,
        max(date) AS date,
        max(days_to_month_end) AS days_to_month_end
    FROM calendar
    WHERE is_business_day
    GROUP BY first_pos
)

SELECT
    turns.case_no,
    cases.workflow,
    cases.state = 'closed' AS is_closed,
    turns.version,
    turns.step,
    turns.party,
    coalesce(rules.turn_after = $order_party::TEXT, FALSE) AS is_order_step,
    turns.is_withdrawn,
    turns.began_pos,
    turns.ended_pos,
    date_trunc('month', days.date)::DATE AS month,
    days.days_to_month_end AS place,
    CASE
        WHEN turns.party = rules.party
            THEN coalesce(
                steps.done_by,
                CASE WHEN NOT steps.is_imported THEN named(steps.actor) END,
                CASE turns.party
                    WHEN $lead_party::TEXT THEN cases.team_leader
                    WHEN $cs_party::TEXT THEN cases.cs_representative
                END
            )
    END AS person
FROM turns
INNER JOIN cases ON turns.case_no = cases.case_no
INNER JOIN workflow_steps AS rules ON cases.workflow = rules.workflow AND turns.step = rules.step
LEFT JOIN steps ON turns.case_no = steps.case_no AND turns.step = steps.step
ASOF LEFT JOIN days ON turns.began_pos >= days.first_pos
WHERE
    turns.ended_pos <= $now_position::BIGINT
    AND ($since::DATE IS NULL OR cases.opened_date >= $since::DATE)
    AND ($until::DATE IS NULL OR cases.opened_date < $until::DATE)
ORDER BY turns.began_pos, turns.case_no, turns.version, turns.step, turns.ended_pos
