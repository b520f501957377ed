-- The cases that an SLA report of a month is made of: completed in it, or open and past their
-- limit at its end (now, if earlier). An open one has no closed_at and is measured to that
-- instant, whatever became of it later; whether it kept the date is unknown until the date is
-- over. Without a month: all completed cases, and those open and late now. Withdrawn: left out.
-- our_us and …_ours are the same on our clock: the customer's turns do not count, and a date is
-- kept by the last step that is not the customer's; an open case that is past it waits for the
-- customer: delivered, waiting for download (waits_for_customer), it is listed, but is not late. Target
-- and limit are those of the case; by date it has as many business dates after that
-- of its submission as its limit has days. is_on_dates: a step of it has a date without a time, and
-- stands as late on that day as the next one allows; is_undecided: by the earliest and the latest
-- hours of its dates a completed case is both within its limit and over it.
--
-- grain:   one row per case
-- params:  $month TEXT = NULL (YYYY-MM, the period's first), $months INTEGER = 1 (its length),
--          $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $now TIMESTAMPTZ = now, $now_position BIGINT = now
-- columns: case_id, workflow, firm, opened_at, closed_at, business_us, business_minutes, state,
--          team_leader, within_target, within_limit, within_limit_by_date, our_us, our_minutes,
--          within_target_ours, within_limit_ours, within_limit_by_date_ours, limit_minutes,
--          slowest_step, slowest_step_label, slowest_step_minutes, slowest_party,
--          slowest_party_minutes, breach_reason, breach_comment, is_reopened, is_imported,
--          waits_for_customer, day_us, target_minutes, rework_us, reworked_at, is_on_dates,
--          is_undecided
-- order:   closed_at, case_id

WITH bounds AS (
    SELECT
        ($month::TEXT || '-01')::DATE AS since,
        (($month::TEXT || '-01')::DATE + to_months($months::INTEGER))::DATE AS until
),

today AS (
    SELECT max(date) AS date
    FROM calendar
    WHERE first_us <= epoch_us($now::TIMESTAMPTZ)
),

cut AS (  -- what happened now is over, what happens at the next month's first instant is not
    SELECT
        bounds.since,
        coalesce(calendar.first_us <= epoch_us($now::TIMESTAMPTZ), FALSE) AS is_over,
        make_timestamptz(least(calendar.first_us, epoch_us($now::TIMESTAMPTZ) + 1)) AS end_at,
        least(calendar.first_pos, $now_position::BIGINT) AS end_pos,
        CASE
            WHEN is_over THEN bounds.until
            ELSE today.date
        END AS undecided_date
    FROM bounds
    CROSS JOIN today
    LEFT JOIN calendar ON bounds.until = calendar.date
),

reported AS (
    SELECT
        cases.*,
        cut.end_at,
        cut.end_pos,
        cut.undecided_date,
        coalesce(cases.closed_at < cut.end_at, FALSE) AS is_done,
        CASE WHEN is_done THEN cases.closed_pos ELSE cut.end_pos END - cases.opened_pos AS business_us
    FROM cases
    CROSS JOIN cut
    WHERE
        ($workflow::TEXT IS NULL OR cases.workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR cases.team_leader = $team_leader::TEXT)
        AND cases.opened_at < cut.end_at
        AND CASE
            WHEN is_done THEN cut.since IS NULL OR cases.closed_date >= cut.since
            ELSE
                cut.end_pos - cases.opened_pos > cases.limit_us
                AND NOT EXISTS (
                    SELECT 1
                    FROM turns
                    WHERE
                        turns.case_no = cases.case_no
                        AND turns.is_withdrawn
                        AND turns.began_at < cut.end_at
                        AND coalesce(turns.ended_at, 'infinity'::TIMESTAMPTZ) >= cut.end_at
                )
        END
),

held AS (
    SELECT
        turns.case_no,
        turns.step,
        turns.party,
        sum(spent_us(turns.began_pos, turns.ended_pos, reported.end_pos)) AS us
    FROM turns
    INNER JOIN reported ON turns.case_no = reported.case_no
    GROUP BY turns.case_no, turns.step, turns.party
),

ours AS (
    SELECT
        case_no,
        sum(us) AS us
    FROM held
    WHERE is_ours(party)
    GROUP BY case_no
),

last_of AS (
    SELECT
        workflow,
        max(step) AS step
    FROM workflow_steps
    WHERE is_ours(party)
    GROUP BY workflow
),

our_last AS (  -- the last step that is not the customer's, and whether its date was kept
    SELECT
        reported.case_no,
        epoch_us(steps.completed_at) < next_day.first_us AS keeps_date
    FROM reported
    INNER JOIN last_of ON reported.workflow = last_of.workflow
    INNER JOIN steps ON reported.case_no = steps.case_no AND last_of.step = steps.step
    INNER JOIN calendar AS next_day ON next_day.date = reported.same_date_limit + 1
    WHERE steps.completed_at < reported.end_at
),

earliest AS (  -- the first position that each step's completion can have, by itself
    SELECT
        steps.case_no,
        steps.step,
        steps.completed_pos,
        steps.is_date_only,
        CASE WHEN steps.is_date_only THEN calendar.first_pos ELSE steps.completed_pos END AS first_pos
    FROM steps
    INNER JOIN reported ON steps.case_no = reported.case_no
    LEFT JOIN calendar ON steps.completed_date = calendar.date
    WHERE steps.completed_at < reported.end_at
),

by_dates AS (  -- a step is no earlier than those before it
    SELECT
        case_no,
        arg_max(completed_pos, step) - arg_min(first_pos, step) AS most_us,
        max(first_pos) - arg_min(completed_pos, step) AS least_us
    FROM earliest
    GROUP BY case_no
    HAVING bool_or(is_date_only)
),

stepped AS (
    SELECT
        *,
        sum(us) OVER (PARTITION BY case_no, step) AS step_us
    FROM held
),

slowest AS (
    SELECT
        case_no,
        step,
        party,
        us AS party_us,
        step_us
    FROM stepped
    QUALIFY row_number() OVER (PARTITION BY case_no ORDER BY step_us DESC, step ASC, us DESC, party ASC) = 1
)

SELECT
    reported.case_id,
    reported.workflow,
    reported.firm,
    reported.opened_at,
    CASE WHEN reported.is_done THEN reported.closed_at END AS closed_at,
    reported.business_us,
    reported.business_us / 60000000 AS business_minutes,
    CASE WHEN reported.is_done THEN 'closed' ELSE 'open' END AS state,
    reported.team_leader,
    reported.business_us <= reported.target_us AS within_target,
    reported.business_us <= reported.limit_us AS within_limit,
    CASE
        WHEN reported.is_done THEN reported.closed_date <= reported.same_date_limit
        WHEN reported.same_date_limit < reported.undecided_date THEN FALSE
    END AS within_limit_by_date,
    coalesce(ours.us, 0)::BIGINT AS our_us,
    coalesce(ours.us, 0) / 60000000 AS our_minutes,
    coalesce(ours.us, 0) <= reported.target_us AS within_target_ours,
    coalesce(ours.us, 0) <= reported.limit_us AS within_limit_ours,
    CASE
        WHEN our_last.keeps_date IS NOT NULL THEN our_last.keeps_date
        WHEN reported.same_date_limit < reported.undecided_date THEN FALSE
    END AS within_limit_by_date_ours,
    reported.limit_us / 60000000 AS limit_minutes,
    slowest.step AS slowest_step,
    rules.label AS slowest_step_label,
    slowest.step_us / 60000000 AS slowest_step_minutes,
    slowest.party AS slowest_party,
    slowest.party_us / 60000000 AS slowest_party_minutes,
    reported.breach_reason,
    reported.breach_comment,
    reported.is_reopened,
    reported.is_imported,
    NOT reported.is_done AND our_last.case_no IS NOT NULL AS waits_for_customer,
    reported.day_us,
    reported.target_us / 60000000 AS target_minutes,
    CASE WHEN reported.reworked_at < reported.end_at THEN reported.rework_us END AS rework_us,
    CASE WHEN reported.reworked_at < reported.end_at THEN reported.reworked_at END AS reworked_at,
    by_dates.case_no IS NOT NULL AS is_on_dates,
    reported.is_done
    AND coalesce(
        by_dates.least_us <= reported.limit_us AND by_dates.most_us > reported.limit_us, FALSE
    ) AS is_undecided
FROM reported
LEFT JOIN ours ON reported.case_no = ours.case_no
LEFT JOIN our_last ON reported.case_no = our_last.case_no
LEFT JOIN slowest ON reported.case_no = slowest.case_no
LEFT JOIN by_dates ON reported.case_no = by_dates.case_no
LEFT JOIN workflow_steps AS rules
    ON reported.workflow = rules.workflow AND slowest.step = rules.step
ORDER BY closed_at, case_id
