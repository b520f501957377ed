-- Within what business time the share $share of the cases was done that were opened at a place in
-- the month or up to $spread places beside it. A case counts once it has had a whole business day
-- more than that place leaves until month end, done or not: one still open then needs longer than
-- any time that is asked for. Withdrawn cases are left out.
--
-- grain:   one row per path and place in the month, from the last business day on backwards
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded), both of the opening,
--          $share DOUBLE = 0.85, $spread INTEGER = 1, $now_position BIGINT = now
-- columns: workflow, days_to_month_end, n, still_open, needed_us, needed_minutes
-- order:   workflow, days_to_month_end

WITH opened AS (
    SELECT
        cases.workflow,
        calendar.days_to_month_end,
        cases.day_us,
        $now_position::BIGINT - cases.opened_pos AS age_us,
        cases.closed_pos - cases.opened_pos AS took_us
    FROM cases
    INNER JOIN calendar ON cases.opened_date = calendar.date
    WHERE
        cases.state <> 'withdrawn'
        AND calendar.days_to_month_end IS NOT NULL
        AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR cases.opened_date >= $since::DATE)
        AND ($until::DATE IS NULL OR cases.opened_date < $until::DATE)
),

places AS (
    SELECT unnest(range(max(days_to_month_end)::BIGINT + 1)) AS place
    FROM opened
),

decided AS (
    SELECT
        opened.workflow,
        places.place,
        count(*) AS n,
        count(*) - count(opened.took_us) AS still_open,
        quantile_disc(coalesce(opened.took_us, 9223372036854775807), $share::DOUBLE) AS needed_us
    FROM places
    INNER JOIN opened
        ON
            opened.days_to_month_end >= places.place - $spread::INTEGER
            AND opened.days_to_month_end <= places.place + $spread::INTEGER
    WHERE opened.age_us > (places.place + 1) * opened.day_us
    GROUP BY opened.workflow, places.place
)

SELECT
    workflow,
    place AS days_to_month_end,
    n,
    still_open,
    nullif(needed_us, 9223372036854775807) AS needed_us,
    nullif(needed_us, 9223372036854775807) / 60000000 AS needed_minutes
FROM decided
ORDER BY workflow, days_to_month_end
