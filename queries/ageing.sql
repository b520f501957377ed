-- How old each open case is, in business time since its submission, beside how old completed cases
-- were when they left the step that is its current one. Those are the newest $most completed in
-- [$since, $until); where they are few, a percentile says little, so n stands by. Withdrawn: left out.
--
-- grain:   one row per open case
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL, $most INTEGER = 10000,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion,
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: case_id, workflow, firm, team_leader, step, label, party, opened_at, state, age_us,
--          age_minutes, age_days, n, p50_days, p85_days, p95_days, day_us
-- order:   workflow ASC, step ASC, age_us DESC, case_id ASC

WITH finished AS (
    SELECT
        case_no,
        workflow,
        opened_pos,
        day_us
    FROM cases
    WHERE
        closed_date IS NOT NULL
        AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR closed_date < $until::DATE)
    ORDER BY closed_at DESC, case_no DESC
    LIMIT $most::INTEGER
),

leaving AS (
    SELECT
        finished.workflow,
        steps.step,
        count(*) AS n,
        quantile_cont((steps.completed_pos - finished.opened_pos) / finished.day_us, [0.5, 0.85, 0.95]) AS days
    FROM steps
    INNER JOIN finished ON steps.case_no = finished.case_no
    WHERE steps.step > 1 AND steps.closed_date IS NOT NULL
    GROUP BY finished.workflow, steps.step
),

held AS (
    SELECT
        *,
        spent_us(opened_pos, NULL, $now_position::BIGINT) AS age_us
    FROM cases
    WHERE
        closed_date IS NULL
        AND state = 'open'
        AND opened_at <= $now::TIMESTAMPTZ
        AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
)

SELECT
    held.case_id,
    held.workflow,
    held.firm,
    held.team_leader,
    held.current_step AS step,
    rules.label,
    rules.party,
    held.opened_at,
    standing_at(
        held.delivered_pos, $now_position::BIGINT, held.age_us, held.target_us, held.limit_us
    ) AS state,
    held.age_us,
    held.age_us / 60000000 AS age_minutes,
    held.age_us / held.day_us AS age_days,
    coalesce(leaving.n, 0) AS n,
    leaving.days[1] AS p50_days,
    leaving.days[2] AS p85_days,
    leaving.days[3] AS p95_days,
    held.day_us
FROM held
INNER JOIN workflow_steps AS rules ON held.workflow = rules.workflow AND held.current_step = rules.step
LEFT JOIN leaving ON held.workflow = leaving.workflow AND held.current_step = leaving.step
ORDER BY workflow ASC, step ASC, age_us DESC, case_id ASC
