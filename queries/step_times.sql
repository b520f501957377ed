-- Business time that each step of each case took, over all its turns and rounds. The step that is
-- current counts up to now, its completed_at is empty. Time withdrawn counts for the step then
-- current. A step that a reopening undid comes back when it is current again.
--
-- grain:   one row per case and step that has been current, step 1 with no time
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of becoming current,
--          $now_position BIGINT = now
-- columns: case_id, step, party, current_at, started_at, completed_at, business_us, business_minutes
-- order:   case_id, step

WITH running AS (
    SELECT
        case_no,
        step,
        sum(spent_us(began_pos, ended_pos, $now_position::BIGINT)) AS us
    FROM turns
    WHERE closed_date IS NULL
    GROUP BY case_no, step
),

timed AS (
    SELECT
        cases.case_id,
        steps.step,
        steps.party,
        steps.current_at,
        steps.started_at,
        steps.completed_at,
        coalesce(steps.business_us, running.us, 0)::BIGINT AS business_us
    FROM steps
    INNER JOIN cases ON steps.case_no = cases.case_no
    LEFT JOIN running ON steps.case_no = running.case_no AND steps.step = running.step
    WHERE
        ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR steps.current_date_local >= $since::DATE)
        AND ($until::DATE IS NULL OR steps.current_date_local < $until::DATE)
)

SELECT
    case_id,
    step,
    party,
    current_at,
    started_at,
    completed_at,
    business_us,
    business_us / 60000000 AS business_minutes
FROM timed
ORDER BY case_id, step
