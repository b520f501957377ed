-- The completed cases behind a step's figure, the longest in it first and at most $most of them.
-- The part is 'waiting' (until somebody started the step) or 'in work' (since then) where Start was
-- recorded, else 'not split'; without a part all of the step counts. See step_spread.
--
-- grain:   one row per completed case and step
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion,
--          $step INTEGER = NULL, $part TEXT = NULL, $most INTEGER = 5000
-- columns: case_id, workflow, firm, team_leader, closed_at, step, business_us, business_minutes,
--          case_us, case_minutes, timing, breach_reason, day_us
-- order:   business_us DESC, case_id ASC, step ASC

WITH done AS (
    SELECT
        cases.case_id,
        cases.workflow,
        cases.firm,
        cases.team_leader,
        cases.closed_at,
        cases.breach_reason,
        cases.day_us,
        cases.closed_pos - cases.opened_pos AS case_us,
        timing(cases.closed_pos - cases.opened_pos, cases.target_us, cases.limit_us) AS timing,
        steps.step,
        steps.business_us AS step_us,
        worked_us(steps.business_us, steps.started_pos, steps.completed_pos, cases.is_reopened) AS working_us
    FROM steps
    INNER JOIN cases ON steps.case_no = cases.case_no
    WHERE
        cases.state = 'closed'
        AND steps.step > 1
        AND ($step::INTEGER IS NULL OR steps.step = $step::INTEGER)
        AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR cases.closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR cases.closed_date < $until::DATE)
),

parted AS (
    SELECT
        *,
        CASE
            WHEN $part::TEXT IS NULL THEN step_us
            WHEN $part::TEXT = 'waiting' THEN step_us - working_us
            WHEN $part::TEXT = 'in work' THEN working_us
            WHEN $part::TEXT = 'not split' AND working_us IS NULL THEN step_us
        END AS business_us
    FROM done
)

SELECT
    case_id,
    workflow,
    firm,
    team_leader,
    closed_at,
    step,
    business_us,
    business_us / 60000000 AS business_minutes,
    case_us,
    case_us / 60000000 AS case_minutes,
    timing,
    breach_reason,
    day_us
FROM parted
WHERE business_us IS NOT NULL
ORDER BY business_us DESC, case_id ASC, step ASC
LIMIT $most::INTEGER
