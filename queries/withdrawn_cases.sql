-- Cases that were withdrawn in the period and were still so at its end (now, if earlier). They are
-- no part of any attainment: nobody was kept waiting to the end.
--
-- grain:   one row per case
-- params:  $month TEXT = NULL (YYYY-MM, the period's first), $months INTEGER = 1 (its length),
--          $workflow TEXT = NULL, $team_leader TEXT = NULL, $now TIMESTAMPTZ = now
-- columns: case_id, workflow, firm, opened_at, withdrawn_at, business_us, business_minutes,
--          team_leader
-- order:   withdrawn_at, case_id

WITH cut AS (  -- what happened now is over, what happens at the next month's first instant is not
    SELECT
        make_timestamptz(since.first_us) AS since_at,
        make_timestamptz(least(until.first_us, epoch_us($now::TIMESTAMPTZ) + 1)) AS end_at
    FROM (SELECT ($month::TEXT || '-01')::DATE AS month) AS asked
    LEFT JOIN calendar AS since ON asked.month = since.date
    LEFT JOIN calendar AS until
        ON until.date = (asked.month + to_months($months::INTEGER))::DATE
)

SELECT
    cases.case_id,
    cases.workflow,
    cases.firm,
    cases.opened_at,
    turns.began_at AS withdrawn_at,
    turns.began_pos - cases.opened_pos AS business_us,
    (turns.began_pos - cases.opened_pos) / 60000000 AS business_minutes,
    cases.team_leader
FROM turns
INNER JOIN cases ON turns.case_no = cases.case_no
CROSS JOIN cut
WHERE
    turns.is_withdrawn
    AND (cut.since_at IS NULL OR turns.began_at >= cut.since_at)
    AND turns.began_at < cut.end_at
    AND coalesce(turns.ended_at, 'infinity'::TIMESTAMPTZ) >= cut.end_at
    AND ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
ORDER BY withdrawn_at, case_id
