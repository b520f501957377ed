-- Completed cases, each with its business time in every step, the form left out: what a question
-- of the kind "what if one step had been quicker" is computed from. Of a path with more than $most
-- cases every k-th is taken in the order of their opening, so that all times are represented.
--
-- grain:   one row per completed case, at most $most of a path
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of completion,
--          $most INTEGER = 5000
-- columns: case_id, workflow, quarter, n_path, limit_us, business_us, steps_us
-- order:   workflow, case_id

WITH done AS (
    SELECT
        case_no,
        case_id,
        workflow,
        date_trunc('quarter', closed_date)::DATE AS quarter,
        limit_us,
        closed_pos - opened_pos AS business_us,
        count(*) OVER (PARTITION BY workflow) AS n_path,
        row_number() OVER (PARTITION BY workflow ORDER BY case_no) AS place
    FROM cases
    WHERE
        cases.state = 'closed'
        AND ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR closed_date < $until::DATE)
),

chosen AS (
    SELECT *
    FROM done
    WHERE
        n_path <= $most::INTEGER
        OR place * $most::INTEGER // n_path > (place - 1) * $most::INTEGER // n_path
),

timed AS (
    SELECT
        steps.case_no,
        list(steps.business_us ORDER BY steps.step) AS steps_us
    FROM steps
    SEMI JOIN chosen ON steps.case_no = chosen.case_no
    WHERE steps.step > 1
    GROUP BY steps.case_no
)

SELECT
    chosen.case_id,
    chosen.workflow,
    chosen.quarter,
    chosen.n_path,
    chosen.limit_us,
    chosen.business_us,
    timed.steps_us
FROM chosen
INNER JOIN timed ON chosen.case_no = timed.case_no
ORDER BY workflow, case_id
