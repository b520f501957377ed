-- The cases that one place of month_flow counts: opened or completed on such a day, or in the
-- order step when one of these days ended; how often, as a case may stand there at several month
-- ends. The times add up to what month_flow counts at that place.
--
-- grain:   one row per case that is counted
-- params:  $kind TEXT = 'in_step' ('opened', 'completed' or 'in_step'), $place INTEGER = 0,
--          $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the day,
--          $party TEXT = 'Order Team', $now TIMESTAMPTZ = now
-- columns: case_id, workflow, firm, opened_at, closed_at, days, last_date
-- order:   last_date DESC, case_id ASC

WITH counted AS (
    SELECT *
    FROM cases
    WHERE
        ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
),

days AS (
    SELECT
        date,
        is_business_day,
        days_to_month_end,
        lead(first_us) OVER (ORDER BY date) AS end_us,
        min(CASE WHEN is_business_day THEN date END) OVER (
            ORDER BY date ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS business_date
    FROM calendar
    WHERE
        date >= (SELECT min(opened_date) FROM counted)
        AND first_us <= epoch_us($now::TIMESTAMPTZ)
),

asked AS (
    SELECT
        date,
        business_date,
        end_us,
        is_business_day
    FROM days
    WHERE
        days_to_month_end = $place::INTEGER
        AND ($since::DATE IS NULL OR date >= $since::DATE)
        AND ($until::DATE IS NULL OR date < $until::DATE)
    QUALIFY
        bool_or(is_business_day AND end_us <= epoch_us($now::TIMESTAMPTZ)) OVER (
            PARTITION BY business_date
        )
),

found AS (
    SELECT
        counted.case_no,
        asked.date
    FROM counted
    INNER JOIN asked ON counted.opened_date = asked.date
    WHERE $kind::TEXT = 'opened'
    UNION ALL
    SELECT
        counted.case_no,
        asked.date
    FROM counted
    INNER JOIN asked ON counted.closed_date = asked.date
    WHERE $kind::TEXT = 'completed'
    UNION ALL
    SELECT
        turns.case_no,
        asked.date
    FROM turns
    INNER JOIN counted ON turns.case_no = counted.case_no
    INNER JOIN workflow_steps AS rules
        ON
            counted.workflow = rules.workflow
            AND turns.step = rules.step
            AND rules.turn_after = $party::TEXT
    INNER JOIN asked
        ON
            epoch_us(turns.began_at) < asked.end_us
            AND coalesce(epoch_us(turns.ended_at), asked.end_us) >= asked.end_us
    WHERE $kind::TEXT = 'in_step' AND asked.is_business_day AND NOT turns.is_withdrawn
)

SELECT
    counted.case_id,
    counted.workflow,
    counted.firm,
    counted.opened_at,
    counted.closed_at,
    count(*) AS days,
    max(found.date) AS last_date
FROM found
INNER JOIN counted ON found.case_no = counted.case_no
GROUP BY
    counted.case_id, counted.workflow, counted.firm, counted.opened_at, counted.closed_at
ORDER BY last_date DESC, case_id ASC
