-- The business days of the log that are over, from the one on which the first case was opened to the
-- one on which the last was: where each stands in the month, and from where to where it reaches in
-- business time. What a simulated department lives through.
--
-- grain:   one row per business day
-- params:  $since DATE = NULL (included), $until DATE = NULL (excluded),
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: date, place, first_pos, until_pos
-- order:   date

WITH ended AS (
    SELECT
        date,
        is_business_day,
        days_to_month_end,
        first_pos,
        lead(first_pos) OVER (ORDER BY date) AS until_pos
    FROM calendar
),

openings AS (
    SELECT
        min(opened_pos) AS first_pos,
        max(opened_pos) AS last_pos
    FROM cases
    WHERE opened_at <= $now::TIMESTAMPTZ
)

SELECT
    date,
    days_to_month_end AS place,
    first_pos,
    until_pos
FROM ended
WHERE
    is_business_day
    AND days_to_month_end IS NOT NULL
    AND until_pos <= $now_position::BIGINT
    AND until_pos > (SELECT first_pos FROM openings)
    AND first_pos <= (SELECT last_pos FROM openings)
    AND ($since::DATE IS NULL OR date >= $since::DATE)
    AND ($until::DATE IS NULL OR date < $until::DATE)
ORDER BY date
