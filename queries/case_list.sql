-- Every case with where it stands or how it ended. Time runs until it is closed, else until now. An
-- open case of which only the customer's download is left is 'delivered', not late. One that was
-- finished and is done again (is_rework) stands as open, with the clock of its rework; asked for by
-- state it is among the open ones and among the closed.
-- Text finds in firm, id, EMS ticket and order number, as find_cases does.
--
-- grain:   one row per case
-- params:  $state TEXT = NULL, $workflow TEXT = NULL, $step INTEGER = NULL, $party TEXT = NULL,
--          $team_leader TEXT = NULL, $late BOOLEAN = NULL, $text TEXT = NULL,
--          $since DATE = NULL (opened, included), $until DATE = NULL (excluded),
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: case_id, firm, firm_id, workflow, path, state, step, step_label, steps_done, last_step,
--          party, timing, opened_at, closed_at, limit_at, business_us, business_minutes,
--          business_us_left, team_leader, ems_ticket, order_number, day_us, is_rework
-- order:   state DESC, business_us_left ASC, case_id ASC

WITH listed AS (
    SELECT
        cases.* EXCLUDE (path, state, current_step, limit_at, delivered_pos),
        CASE WHEN again.case_no IS NOT NULL THEN 'open' ELSE cases.state END AS state,
        workflow_steps.step AS current_step,
        coalesce(again.limit_at, cases.limit_at) AS limit_at,
        CASE WHEN again.case_no IS NOT NULL THEN again.delivered_pos ELSE cases.delivered_pos END AS delivered_pos,
        workflows.label AS path,
        workflows.last_step,
        workflow_steps.label AS step_label,
        coalesce(again.party, whose.party) AS party,
        again.case_no IS NOT NULL AS is_rework,
        CASE
            WHEN again.case_no IS NOT NULL THEN spent_us(again.began_pos, NULL, $now_position::BIGINT)
            ELSE spent_us(cases.opened_pos, cases.closed_pos, coalesce(cases.closed_pos, $now_position::BIGINT))
        END AS used_us
    FROM cases
    INNER JOIN workflows ON cases.workflow = workflows.workflow
    LEFT JOIN reworks_at($now::TIMESTAMPTZ) AS again ON cases.case_no = again.case_no
    LEFT JOIN workflow_steps
        ON
            cases.workflow = workflow_steps.workflow
            AND coalesce(again.current_step, cases.current_step) = workflow_steps.step
    LEFT JOIN turns_at($now::TIMESTAMPTZ) AS whose ON cases.case_no = whose.case_no
    LEFT JOIN cases_holding($text::TEXT) AS found ON cases.case_no = found.case_no
    WHERE
        (
            $state::TEXT IS NULL
            OR cases.state = $state::TEXT
            OR (again.case_no IS NOT NULL AND $state::TEXT = 'open')
        )
        AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($step::INTEGER IS NULL OR workflow_steps.step = $step::INTEGER)
        AND ($party::TEXT IS NULL OR coalesce(again.party, whose.party) = $party::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR cases.opened_date >= $since::DATE)
        AND ($until::DATE IS NULL OR cases.opened_date < $until::DATE)
        AND ($text::TEXT IS NULL OR found.case_no IS NOT NULL)
)

SELECT
    case_id,
    firm,
    firm_id,
    workflow,
    path,
    state,
    current_step AS step,
    step_label,
    coalesce(current_step - 1, last_step) AS steps_done,
    last_step,
    party,
    CASE
        WHEN closed_date IS NULL OR is_rework
            THEN standing_at(delivered_pos, $now_position::BIGINT, used_us, target_us, limit_us)
        ELSE timing(used_us, target_us, limit_us)
    END AS timing,
    opened_at,
    closed_at,
    limit_at,
    used_us AS business_us,
    used_us / 60000000 AS business_minutes,
    limit_us - used_us AS business_us_left,
    team_leader,
    ems_ticket,
    order_number,
    day_us,
    is_rework
FROM listed
WHERE
    $late::BOOLEAN IS NULL
    OR (
        used_us > limit_us
        AND ((closed_date IS NOT NULL AND NOT is_rework) OR coalesce(delivered_pos > $now_position::BIGINT, TRUE))
    ) = $late::BOOLEAN
ORDER BY state DESC, business_us_left ASC, case_id ASC
