-- How the open cases stand, in numbers; reworked are those of them that were finished and are done again.
-- A case that waits only for the customer's download is counted apart: it is open, but neither at risk
-- nor late. Us: CS representatives and team leaders. Most over is the latest case, with the length of a
-- business day that holds for it.
--
-- grain:   one row
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: open, at_risk, due_today, next_limit_at, late, most_over_us, on_us, on_others, downloads,
--          most_over_day_us, reworked
-- order:   open

WITH today AS (
    SELECT arg_max(date, first_us) AS date
    FROM calendar
    WHERE first_us <= epoch_us($now::TIMESTAMPTZ)
),

tomorrow AS (
    SELECT calendar.first_us
    FROM today
    INNER JOIN calendar ON today.date + 1 = calendar.date
),

held AS (
    SELECT
        cases.limit_at,
        cases.case_id,
        cases.day_us,
        cases.party,
        cases.is_rework,
        coalesce(cases.delivered_at <= $now::TIMESTAMPTZ, FALSE) AS waits_for_download,
        spent_us(cases.opened_pos, NULL, $now_position::BIGINT) - cases.limit_us AS over_us,
        timing(
            spent_us(cases.opened_pos, NULL, $now_position::BIGINT), cases.target_us, cases.limit_us
        ) AS timing,
        epoch_us(cases.limit_at) < tomorrow.first_us AS is_due
    FROM work_at($now::TIMESTAMPTZ) AS cases
    CROSS JOIN tomorrow
    WHERE
        ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
)

SELECT
    count(*) AS open,
    count(*) FILTER (WHERE timing = 'at risk' AND NOT waits_for_download) AS at_risk,
    count(*) FILTER (WHERE timing <> 'late' AND is_due AND NOT waits_for_download) AS due_today,
    min(limit_at) FILTER (WHERE timing <> 'late' AND NOT waits_for_download) AS next_limit_at,
    count(*) FILTER (WHERE timing = 'late' AND NOT waits_for_download) AS late,
    max(over_us) FILTER (WHERE timing = 'late' AND NOT waits_for_download) AS most_over_us,
    count(*) FILTER (WHERE party IN ('CS representative', 'Team leader')) AS on_us,
    count(*) FILTER (WHERE party NOT IN ('CS representative', 'Team leader')) AS on_others,
    count(*) FILTER (WHERE waits_for_download) AS downloads,
    arg_max(day_us, (over_us, case_id)) FILTER (
        WHERE timing = 'late' AND NOT waits_for_download
    ) AS most_over_day_us,
    count(*) FILTER (WHERE is_rework) AS reworked
FROM held
ORDER BY open
