-- Where every case in `touched` stands and whose turn it was, from its events: for a full build, an
-- import, and for as-of. `dashboard/store/few.py` makes the same rows in Python when a command touched
-- a few cases: planning these statements takes ten times as long. A property test holds the two equal.
--
-- grain:   turns: one party had one step in [began, ended), ended NULL: it still has it
-- params:  none

-- Events with their corrections: the last one holds, for the time and for the appointment apart.
-- Narrow on purpose: what is sorted and joined below is this.
CREATE OR REPLACE TEMP TABLE known AS
WITH mended AS (
    SELECT
        case_no,
        of_version AS version,
        arg_max(corrected, version) AS corrected,
        arg_max(is_date_only, version) FILTER (WHERE corrected IS NOT NULL) AS is_date_only,
        arg_max(appointment, version) AS appointment
    FROM standing_events
    WHERE kind = 'step_corrected' AND case_no IN (SELECT case_no FROM touched)
    GROUP BY case_no, of_version
)

SELECT
    events.case_no,
    events.version,
    events.kind,
    events.step,
    events.actor,
    events.done_by,
    events.is_imported,
    events.is_finished,
    coalesce(mended.corrected, events.occurred) AS instant,
    coalesce(mended.is_date_only, events.is_date_only) AS is_date_only,
    coalesce(mended.appointment, events.appointment) AS appointment,
    CASE events.kind
        WHEN 'case_opened' THEN 2
        WHEN 'step_completed' THEN events.step + 1
        WHEN 'step_reopened' THEN events.step
    END AS goes_to
FROM standing_events AS events
LEFT JOIN mended ON events.case_no = mended.case_no AND events.version = mended.version
WHERE events.case_no IN (SELECT case_no FROM touched);

-- Cases that were really finished when a step was reopened, and by which event: from it on they are done
-- again. That is a life of its own and changes nothing of the first, which ends where they were closed.
CREATE OR REPLACE TEMP TABLE finished AS
SELECT
    case_no,
    min(version) AS version
FROM known
WHERE is_finished
GROUP BY case_no;

-- What a case is called and who has it: the last that was said of each, as arg_max skips what is NULL.
CREATE OR REPLACE TEMP TABLE described AS
WITH parsed AS (
    SELECT
        *,
        json_extract_string(data, [
            '$.fields.firm_name', '$.fields.firm_id', '$.fields.team_leader',
            '$.fields.cs_representative', '$.fields.sales_representative',
            '$.fields.ems_ticket', '$.fields.order_number', '$.fields.products',
            '$.date', '$.reason', '$.comment', '$.fields.firm_zone'
        ]) AS parts
    FROM standing_events
    WHERE case_no IN (SELECT case_no FROM touched)
)

SELECT
    case_no,
    any_value(stream) AS case_id,
    max(version) AS version,
    any_value(workflow) AS workflow,
    arg_max(requested, version) AS requested,
    arg_max(parts[1], version) AS firm_name,
    arg_max(parts[2], version) AS firm_id,
    arg_max(parts[3], version) AS team_leader,
    arg_max(parts[4], version) AS cs_representative,
    arg_max(parts[5], version) AS sales_representative,
    arg_max(parts[6], version) AS ems_ticket,
    arg_max(parts[7], version) AS order_number,
    arg_max(parts[8], version) AS products,
    arg_max(coalesce(parts[9], ''), version) FILTER (WHERE kind = 'follow_up_set') AS follow_up,
    arg_max(parts[10], version) FILTER (WHERE kind = 'breach_explained') AS breach_reason,
    arg_max(parts[11], version) FILTER (WHERE kind = 'breach_explained') AS breach_comment,
    arg_max(parts[12], version) AS firm_zone,
    arg_max(appointment.us, version) AS appointment_us,
    bool_or(kind = 'case_opened' AND is_imported) AS is_imported,
    bool_or(kind = 'step_reopened') AS is_reopened
FROM parsed
GROUP BY case_no;

-- From one move of a case to the next. entry: the version by which the step that is due became
-- due; a moment inside a step belongs to an entry. Numbers alone go through the windows: pairs and
-- names take four times as long there.
CREATE OR REPLACE TEMP TABLE intervals AS
WITH moves AS (
    SELECT
        case_no,
        version,
        kind = 'turn_recorded' AS is_moment,
        kind = 'case_withdrawn' AS is_withdrawn,
        goes_to,
        instant.us AS began_us,
        instant.pos AS began_pos,
        instant.day AS began_day,
        last_value(goes_to IGNORE NULLS) OVER until_then AS due,
        last_value(CASE WHEN goes_to IS NOT NULL THEN version END IGNORE NULLS) OVER until_then AS entry,
        lead(CASE WHEN kind <> 'turn_recorded' THEN instant.us END IGNORE NULLS) OVER by_version AS ended_us,
        lead(CASE WHEN kind <> 'turn_recorded' THEN instant.pos END IGNORE NULLS) OVER by_version AS ended_pos,
        lead(goes_to IGNORE NULLS) OVER by_version AS next_goes_to,
        lead(CASE WHEN kind <> 'turn_recorded' THEN is_finished END IGNORE NULLS) OVER by_version AS is_finished_next
    FROM known
    WHERE
        kind IN (
            'case_opened', 'step_completed', 'step_reopened', 'case_withdrawn', 'case_resumed',
            'turn_recorded'
        )
    WINDOW
        by_version AS (PARTITION BY case_no ORDER BY version),
        until_then AS (PARTITION BY case_no ORDER BY version ROWS UNBOUNDED PRECEDING)
),

moments AS (
    SELECT
        case_no,
        entry,
        arg_max(began_us, version) AS us,
        arg_max(began_pos, version) AS pos
    FROM moves
    WHERE is_moment
    GROUP BY case_no, entry
),

placed AS (
    SELECT
        moves.*,
        workflows.path,
        CASE
            WHEN described.requested IS NOT NULL
                THEN {'us': described.requested.us, 'pos': described.requested.pos}
        END AS requested,
        workflows.last_step,
        moves.due > workflows.last_step AS is_closing,
        -- a closed case that is opened again never stopped: the time between is the reopened step's, or
        -- nobody's if the case was really finished
        CASE
            WHEN NOT is_closing THEN moves.due
            WHEN NOT coalesce(moves.is_finished_next, FALSE) THEN moves.next_goes_to
        END AS step,
        coalesce(moves.version >= finished.version, FALSE) AS is_rework
    FROM moves
    LEFT JOIN finished ON moves.case_no = finished.case_no
    INNER JOIN described ON moves.case_no = described.case_no
    INNER JOIN workflows ON described.workflow = workflows.workflow
    WHERE NOT moves.is_moment
),

agreements AS (  -- what was agreed when the step became due, by the last completion that led there
    SELECT
        placed.case_no,
        placed.version,
        -- without an appointment the whole step counts for its party: as if it had long begun
        arg_max(coalesce(known.appointment.us, -4611686018427387904), known.version) AS us,
        arg_max(coalesce(known.appointment.pos, -4611686018427387904), known.version) AS pos
    FROM placed
    INNER JOIN workflow_steps AS rules
        ON placed.path = rules.path AND placed.step = rules.step AND rules.turn_from_window
    INNER JOIN known
        ON
            placed.case_no = known.case_no
            AND placed.version >= known.version
            AND rules.step = known.goes_to
            AND known.kind = 'step_completed'
    GROUP BY placed.case_no, placed.version
)

SELECT
    placed.case_no,
    placed.version,
    placed.is_withdrawn,
    placed.is_rework,
    placed.path,
    placed.requested,
    placed.last_step,
    placed.due,
    placed.goes_to,
    placed.step,
    {'us': placed.began_us, 'pos': placed.began_pos} AS began,
    placed.began_day,
    CASE WHEN placed.ended_us IS NOT NULL THEN {'us': placed.ended_us, 'pos': placed.ended_pos} END AS ended,
    rules.party,
    rules.turn_before,
    rules.turn_after,
    CASE
        WHEN placed.is_closing THEN NULL
        WHEN rules.turn_from_window AND agreements.us IS NOT NULL
            THEN {'us': agreements.us, 'pos': agreements.pos}
        WHEN rules.turn_before IS NOT NULL AND NOT rules.turn_from_window AND moments.us IS NOT NULL
            THEN {'us': moments.us, 'pos': moments.pos}
    END AS moment,
    NOT placed.is_closing
    AND rules.turn_before IS NOT NULL
    AND NOT rules.turn_from_window
    AND moments.us IS NULL AS lacks_handover
FROM placed
LEFT JOIN moments ON placed.case_no = moments.case_no AND placed.entry = moments.entry
LEFT JOIN agreements ON placed.case_no = agreements.case_no AND placed.version = agreements.version
LEFT JOIN workflow_steps AS rules
    ON placed.path = rules.path AND placed.step = rules.step;

CREATE OR REPLACE TEMP TABLE standing AS
SELECT
    case_no,
    arg_max(due, version) AS due,
    arg_max(is_withdrawn, version) AS is_withdrawn,
    {'us': arg_max(began.us, version), 'pos': arg_max(began.pos, version)} AS last_instant,
    arg_max(began_day, version) AS last_day,
    {'us': arg_min(began.us, version), 'pos': arg_min(began.pos, version)} AS opened,
    arg_min(began_day, version) AS opened_day,
    any_value(path) AS path,
    any_value(last_step) AS last_step,
    arg_max(due, version) > any_value(last_step) AS is_closed
FROM intervals
WHERE NOT is_rework
GROUP BY case_no;

DELETE FROM turns
WHERE case_no IN (SELECT case_no FROM touched);
DELETE FROM rework_turns
WHERE case_no IN (SELECT case_no FROM touched);
DELETE FROM steps
WHERE case_no IN (SELECT case_no FROM touched);
DELETE FROM cases
WHERE case_no IN (SELECT case_no FROM touched);
DELETE FROM messages
WHERE case_no IN (SELECT case_no FROM touched);

CREATE OR REPLACE TEMP TABLE pieces AS
WITH freed AS (  -- until the day that the firm asked for, every turn is the customer's
    SELECT
        *,
        CASE WHEN requested > began THEN least(requested, ended) ELSE began END AS free
    FROM intervals
    WHERE step IS NOT NULL
),

handed AS (
    SELECT
        *,
        CASE WHEN moment IS NOT NULL THEN least(greatest(moment, free), ended) END AS handover
    FROM freed
),

pieces AS (
    SELECT
        case_no,
        version,
        step,
        is_rework,
        'Customer' AS party,
        is_withdrawn,
        began,
        CASE WHEN is_withdrawn THEN ended ELSE free END AS ended,
        is_withdrawn AND ended IS NULL AS goes_on
    FROM handed
    UNION ALL
    SELECT
        case_no,
        version,
        step,
        is_rework,
        turn_before AS party,
        FALSE AS is_withdrawn,
        free AS began,
        handover AS ended,
        FALSE AS goes_on
    FROM handed
    WHERE NOT is_withdrawn AND handover IS NOT NULL
    UNION ALL
    SELECT
        case_no,
        version,
        step,
        is_rework,
        CASE WHEN handover IS NULL THEN party ELSE turn_after END AS party,
        FALSE AS is_withdrawn,
        coalesce(handover, free) AS began,
        ended,
        ended IS NULL AS goes_on
    FROM handed
    WHERE NOT is_withdrawn
)

SELECT *
FROM pieces
WHERE goes_on OR began < ended;

INSERT INTO turns BY NAME
SELECT
    pieces.case_no,
    pieces.version,
    pieces.step,
    pieces.party,
    pieces.is_withdrawn,
    make_timestamptz(pieces.began.us) AS began_at,
    CASE WHEN NOT pieces.goes_on THEN make_timestamptz(pieces.ended.us) END AS ended_at,
    pieces.began.pos AS began_pos,
    CASE WHEN NOT pieces.goes_on THEN pieces.ended.pos END AS ended_pos,
    standing.path,
    CASE WHEN standing.is_closed THEN standing.last_day END AS closed_date
FROM pieces
INNER JOIN standing ON pieces.case_no = standing.case_no
WHERE NOT pieces.is_rework;

INSERT INTO rework_turns BY NAME
SELECT
    case_no,
    version,
    step,
    party,
    is_withdrawn,
    make_timestamptz(began.us) AS began_at,
    CASE WHEN NOT goes_on THEN make_timestamptz(ended.us) END AS ended_at,
    began.pos AS began_pos,
    CASE WHEN NOT goes_on THEN ended.pos END AS ended_pos
FROM pieces
WHERE is_rework;

INSERT INTO steps BY NAME
WITH undone AS (
    SELECT
        known.case_no,
        known.version,
        known.step
    FROM known
    LEFT JOIN finished ON known.case_no = finished.case_no
    WHERE known.kind = 'step_reopened' AND (finished.version IS NULL OR known.version < finished.version)
),

valid AS (
    SELECT
        known.* EXCLUDE (step),
        coalesce(known.step, 1) AS step
    FROM known
    ANTI JOIN undone
        ON
            known.case_no = undone.case_no
            AND known.version < undone.version
            AND undone.step <= coalesce(known.step, 1)
    LEFT JOIN finished ON known.case_no = finished.case_no
    WHERE
        known.kind IN ('case_opened', 'step_started', 'step_completed')
        AND (finished.version IS NULL OR known.version < finished.version)
),

starts AS (
    SELECT
        case_no,
        step,
        min(instant.us) AS us,
        min(instant.pos) AS pos
    FROM valid
    WHERE kind = 'step_started'
    GROUP BY case_no, step
),

completions AS (  -- one a step at most: it can be completed again only when it was undone
    SELECT *
    FROM valid
    WHERE kind <> 'step_started'
),

entries AS (  -- when each step became current for the first time; the form completes step 1
    SELECT
        case_no,
        goes_to AS step,
        arg_min(began.us, version) AS current_us,
        arg_min(began.pos, version) AS current_pos,
        arg_min(began_day, version) AS current_day,
        arg_max(lacks_handover, version) AS lacks_handover
    FROM intervals
    WHERE goes_to IS NOT NULL AND NOT is_rework
    GROUP BY case_no, goes_to
    UNION ALL
    SELECT
        case_no,
        1 AS step,
        opened.us AS current_us,
        opened.pos AS current_pos,
        opened_day AS current_day,
        FALSE AS lacks_handover
    FROM standing
),

spent AS (
    SELECT
        case_no,
        step,
        sum(ended.pos - began.pos)::BIGINT AS us
    FROM intervals
    WHERE step IS NOT NULL AND NOT is_rework
    GROUP BY case_no, step
)

SELECT
    entries.case_no,
    entries.step,
    rules.party,
    make_timestamptz(entries.current_us) AS current_at,
    entries.current_pos,
    entries.current_day AS current_date_local,
    make_timestamptz(starts.us) AS started_at,
    starts.pos AS started_pos,
    make_timestamptz(completions.instant.us) AS completed_at,
    completions.instant.pos AS completed_pos,
    -- over all rounds; a step that is not complete has no time yet, only one so far
    CASE WHEN completions.case_no IS NOT NULL THEN coalesce(spent.us, 0) END AS business_us,
    completions.actor,
    completions.done_by,
    coalesce(completions.is_imported, FALSE) AS is_imported,
    coalesce(entries.lacks_handover AND completions.case_no IS NOT NULL, FALSE) AS lacks_handover,
    coalesce(completions.is_date_only, FALSE) AS is_date_only,
    standing.path,
    calendar.days_to_month_end AS place,
    completions.instant.day AS completed_date,
    CASE WHEN standing.is_closed THEN standing.last_day END AS closed_date,
    described.is_reopened
FROM entries
INNER JOIN standing ON entries.case_no = standing.case_no
INNER JOIN described ON entries.case_no = described.case_no
INNER JOIN workflow_steps AS rules
    ON standing.path = rules.path AND entries.step = rules.step
LEFT JOIN calendar ON entries.current_day = calendar.date
LEFT JOIN completions ON entries.case_no = completions.case_no AND entries.step = completions.step
LEFT JOIN starts ON entries.case_no = starts.case_no AND entries.step = starts.step
LEFT JOIN spent ON entries.case_no = spent.case_no AND entries.step = spent.step
WHERE entries.step <= standing.due;

INSERT INTO cases BY NAME
WITH reworked AS (  -- each time between a completion and the reopening that found it finished is left out
    SELECT
        intervals.case_no,
        max(intervals.began.us) FILTER (WHERE known.is_finished) AS rework_us,
        max(intervals.began.pos) FILTER (WHERE known.is_finished) AS rework_pos,
        arg_max(intervals.due, intervals.version) AS due,
        arg_max(intervals.is_withdrawn, intervals.version) AS is_withdrawn,
        arg_max(intervals.began.us, intervals.version) AS last_us,
        any_value(intervals.last_step) AS last_step,
        sum(intervals.ended.pos - intervals.began.pos) FILTER (WHERE intervals.step IS NOT NULL)::BIGINT AS us
    FROM intervals
    INNER JOIN known ON intervals.case_no = known.case_no AND intervals.version = known.version
    WHERE intervals.is_rework
    GROUP BY intervals.case_no
),

clocked AS (
    SELECT
        standing.*,
        reworked.rework_us AS again_us,
        reworked.rework_pos AS again_pos,
        CASE WHEN reworked.due <= reworked.last_step AND NOT reworked.is_withdrawn THEN reworked.due END AS again_step,
        CASE WHEN reworked.due > reworked.last_step THEN reworked.us END AS again_spent_us,
        CASE WHEN reworked.due > reworked.last_step THEN reworked.last_us END AS again_done_us,
        targets.workflow,
        targets.day_us,
        targets.target_us,
        targets.limit_us
    FROM standing
    INNER JOIN targets
        ON
            standing.path = targets.path
            AND standing.opened.us >= targets.since_us
            AND standing.opened.us < targets.until_us
    LEFT JOIN reworked ON standing.case_no = reworked.case_no
),

near AS (  -- the spans that any of these limits can fall into
    SELECT spans.*
    FROM spans
    WHERE
        spans.until_pos >= (SELECT min(opened.pos) FROM clocked)
        AND spans.pos <= (
            SELECT max(greatest(opened.pos, coalesce(again_pos, 0)) + greatest(target_us, limit_us)) FROM clocked
        )
),

customers AS (
    SELECT
        case_no,
        sum(ended_pos - began_pos)::BIGINT AS us
    FROM turns
    WHERE NOT is_ours(party) AND case_no IN (SELECT case_no FROM touched)
    GROUP BY case_no
),

timed AS (  -- the earliest instant at which that much open time has passed
    SELECT
        clocked.*,
        at_target.open_us + clocked.opened.pos + clocked.target_us - at_target.pos AS target_due_us,
        at_limit.open_us + clocked.opened.pos + clocked.limit_us - at_limit.pos AS limit_due_us,
        at_again.open_us + clocked.again_pos + clocked.limit_us - at_again.pos AS again_due_us
    FROM clocked
    LEFT JOIN near AS at_again
        ON
            clocked.again_pos + clocked.limit_us > at_again.pos
            AND clocked.again_pos + clocked.limit_us <= at_again.until_pos
    LEFT JOIN near AS at_target
        ON
            clocked.opened.pos + clocked.target_us > at_target.pos
            AND clocked.opened.pos + clocked.target_us <= at_target.until_pos
    LEFT JOIN near AS at_limit
        ON
            clocked.opened.pos + clocked.limit_us > at_limit.pos
            AND clocked.opened.pos + clocked.limit_us <= at_limit.until_pos
)

SELECT
    timed.case_no,
    described.case_id,
    described.version,
    timed.path,
    timed.workflow,
    CASE
        WHEN timed.is_closed THEN 'closed'
        WHEN timed.is_withdrawn THEN 'withdrawn'
        ELSE 'open'
    END AS state,
    CASE WHEN NOT timed.is_closed THEN timed.due END AS current_step,
    coalesce(nullif(described.firm_name, ''), described.firm_id) AS firm,
    described.firm_name,
    described.firm_id,
    nullif(described.firm_zone, '') AS firm_zone,
    described.team_leader,
    described.cs_representative,
    described.sales_representative,
    described.ems_ticket,
    described.order_number,
    described.products,
    make_timestamptz(timed.opened.us) AS opened_at,
    timed.opened.pos AS opened_pos,
    timed.opened_day AS opened_date,
    CASE WHEN timed.is_closed THEN make_timestamptz(timed.last_instant.us) END AS closed_at,
    CASE WHEN timed.is_closed THEN timed.last_instant.pos END AS closed_pos,
    CASE WHEN timed.is_closed THEN timed.last_day END AS closed_date,
    -- our clock, of a case that is done: without the Customer's turns
    CASE
        WHEN timed.is_closed THEN timed.last_instant.pos - timed.opened.pos - coalesce(customers.us, 0)
    END AS ours_us,
    make_timestamptz(timed.again_us) AS rework_at,
    timed.again_pos AS rework_pos,
    timed.again_step AS rework_step,
    CASE WHEN timed.again_pos IS NOT NULL THEN make_timestamptz(timed.again_due_us) END AS rework_limit_at,
    timed.again_spent_us AS rework_us,
    make_timestamptz(timed.again_done_us) AS reworked_at,
    handed.completed_at AS delivered_at,
    handed.completed_pos AS delivered_pos,
    handed.completed_date AS delivered_date,
    make_timestamptz(described.appointment_us) AS appointment_at,
    make_timestamptz(described.requested.us) AS requested_at,
    try_cast(described.follow_up AS DATE) AS follow_up,
    described.breach_reason,
    described.breach_comment,
    described.is_imported,
    described.is_reopened,
    timed.day_us,
    timed.target_us,
    timed.limit_us,
    make_timestamptz(timed.target_due_us) AS target_at,
    make_timestamptz(timed.limit_due_us) AS limit_at,
    -- people count dates: so many business dates after the date of submission as the limit has days
    last_date.date AS same_date_limit
FROM timed
INNER JOIN described ON timed.case_no = described.case_no
LEFT JOIN customers ON timed.case_no = customers.case_no
INNER JOIN workflows ON timed.path = workflows.path
LEFT JOIN steps AS handed
    ON
        timed.case_no = handed.case_no
        AND workflows.delivered_by = handed.step
        AND handed.completed_at IS NOT NULL
LEFT JOIN calendar ON timed.opened_day = calendar.date
LEFT JOIN calendar AS last_date
    ON
        last_date.is_business_day
        AND calendar.business_no + (timed.limit_us + timed.day_us - 1) // timed.day_us = last_date.business_no;

INSERT INTO messages BY NAME
WITH parsed AS (
    SELECT
        case_no,
        version,
        kind,
        step,
        occurred AS instant,
        json_extract_string(data, [
            '$.message', '$.of_version', '$.attempt', '$.again_us', '$.reason', '$.outside'
        ]) AS parts
    FROM standing_events
    WHERE starts_with(kind, 'message_') AND case_no IN (SELECT case_no FROM touched)
),

letters AS (
    SELECT
        case_no,
        parts[2]::INTEGER AS of_version,
        parts[1] AS message,
        any_value(step) AS step,
        max(version) AS version,
        min(instant.us) AS called_us,
        arg_max({'kind': kind, 'us': instant.us, 'parts': parts}, version) AS last_one
    FROM parsed
    GROUP BY case_no, of_version, message
),

undone AS (  -- what they tell of was reopened since
    SELECT DISTINCT
        letters.case_no,
        letters.of_version,
        letters.message
    FROM letters
    INNER JOIN known
        ON
            letters.case_no = known.case_no
            AND letters.of_version < known.version
            AND letters.step >= known.step
    WHERE known.kind = 'step_reopened'
)

SELECT
    letters.case_no,
    letters.of_version,
    letters.message,
    letters.step,
    letters.version,
    replace(letters.last_one.kind, 'message_', '') AS state,
    make_timestamptz(letters.called_us) AS called_at,
    make_timestamptz(letters.last_one.us) AS state_at,
    make_timestamptz(letters.last_one.parts[4]::BIGINT) AS again_at,
    coalesce(letters.last_one.parts[3]::INTEGER, 0) AS attempt,
    coalesce(letters.last_one.parts[5], '') AS reason,
    coalesce(letters.last_one.parts[6] = 'true', FALSE) AS is_outside,
    undone.case_no IS NOT NULL AS is_undone
FROM letters
LEFT JOIN undone
    ON
        letters.case_no = undone.case_no
        AND letters.of_version = undone.of_version
        AND letters.message = undone.message;
