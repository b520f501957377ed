-- Cases opened and completed on an average business day of each place in the month, and how many
-- stood in the order step when that day ended (at midnight). Only days that are over count, the
-- days closed before one with it, as their place is the same. A case that is withdrawn rests and
-- is in no queue. The order step is the one that passes to $party when the signed order comes in;
-- with the party itself is only a case of which that was ever recorded: of the others nobody knows
-- since when it has them.
--
-- grain:   one row per place in the month with a business day that is over
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the day,
--          $party TEXT = 'Order Team', $now TIMESTAMPTZ = now
-- columns: days_to_month_end, n_days, opened, completed, opened_mean, completed_mean, in_step,
--          in_step_mean, in_step_median, known, with_party, with_party_mean
-- order:   days_to_month_end DESC

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
        first_us,
        lead(first_us) OVER (ORDER BY date) AS end_us,
        min(CASE WHEN is_business_day THEN date END) OVER (
            ORDER BY date ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS business_date
    FROM calendar
    WHERE
        date >= (SELECT min(opened_date) FROM counted)
        AND first_us <= epoch_us($now::TIMESTAMPTZ)
),

received AS (
    SELECT DISTINCT
        events.case_no,
        events.step
    FROM standing_events AS events
    WHERE events.kind = 'turn_recorded'
),

stays AS (  -- when a case came into the order step and when it left it, turn by turn
    SELECT
        turns.began_at,
        turns.ended_at,
        received.case_no IS NOT NULL AS is_known,
        received.case_no IS NOT NULL AND turns.party = $party::TEXT AS is_with_party
    FROM turns
    INNER JOIN workflow_steps AS rules
        ON
            turns.path = rules.path
            AND turns.step = rules.step
            AND rules.turn_after = $party::TEXT
    LEFT JOIN received ON turns.case_no = received.case_no AND turns.step = received.step
    WHERE
        NOT turns.is_withdrawn
        AND ($workflow::TEXT IS NULL OR turns.path = path_of($workflow::TEXT))
        AND (
            $team_leader::TEXT IS NULL
            OR turns.case_no IN (SELECT case_no FROM cases_of($team_leader::TEXT))
        )
),

edges AS (
    SELECT
        began_at AS edge_at,
        1 AS one,
        is_known,
        is_with_party
    FROM stays
    UNION ALL
    SELECT
        ended_at AS edge_at,
        -1 AS one,
        is_known,
        is_with_party
    FROM stays
    WHERE ended_at IS NOT NULL
),

changes AS (
    SELECT
        days.date,
        sum(edges.one) AS in_step,
        coalesce(sum(edges.one) FILTER (WHERE edges.is_known), 0) AS known,
        coalesce(sum(edges.one) FILTER (WHERE edges.is_with_party), 0) AS with_party
    FROM edges
    ASOF INNER JOIN days ON epoch_us(edges.edge_at) >= days.first_us
    GROUP BY days.date
),

queues AS (
    SELECT
        days.*,
        coalesce(sum(changes.in_step) OVER so_far, 0)::BIGINT AS in_step,
        coalesce(sum(changes.known) OVER so_far, 0)::BIGINT AS known,
        coalesce(sum(changes.with_party) OVER so_far, 0)::BIGINT AS with_party
    FROM days
    LEFT JOIN changes ON days.date = changes.date
    WINDOW so_far AS (ORDER BY days.date)
),

arrivals AS (
    SELECT
        opened_date AS date,
        count(*) AS n
    FROM counted
    GROUP BY opened_date
),

completions AS (
    SELECT
        closed_date AS date,
        count(*) AS n
    FROM counted
    GROUP BY closed_date
),

asked AS (
    SELECT
        queues.business_date,
        any_value(queues.days_to_month_end) AS days_to_month_end,
        coalesce(sum(arrivals.n), 0)::BIGINT AS opened,
        coalesce(sum(completions.n), 0)::BIGINT AS completed,
        arg_max(queues.in_step, queues.date) AS in_step,
        arg_max(queues.known, queues.date) AS known,
        arg_max(queues.with_party, queues.date) AS with_party
    FROM queues
    LEFT JOIN arrivals ON queues.date = arrivals.date
    LEFT JOIN completions ON queues.date = completions.date
    WHERE
        ($since::DATE IS NULL OR queues.date >= $since::DATE)
        AND ($until::DATE IS NULL OR queues.date < $until::DATE)
    GROUP BY queues.business_date
    HAVING bool_or(queues.is_business_day AND queues.end_us <= epoch_us($now::TIMESTAMPTZ))
)

SELECT
    days_to_month_end,
    count(*) AS n_days,
    sum(opened)::BIGINT AS opened,
    sum(completed)::BIGINT AS completed,
    avg(opened) AS opened_mean,
    avg(completed) AS completed_mean,
    sum(in_step)::BIGINT AS in_step,
    avg(in_step) AS in_step_mean,
    median(in_step) AS in_step_median,
    sum(known)::BIGINT AS known,
    sum(with_party)::BIGINT AS with_party,
    avg(with_party) AS with_party_mean
FROM asked
GROUP BY days_to_month_end
ORDER BY days_to_month_end DESC
