-- The tables of the read model. It is disposable: built from the log, kept in memory.
--
-- Instants stand beside positions: the open microseconds of the calendar passed until then.
-- In `events` and in the fold an instant is a pair (us, pos); both grow together, so that
-- comparing pairs compares instants. In `events` its local day stands by.
--
-- `path` is the number of a workflow: figures over all steps group by it in a third of the time that
-- names take. What they ask of a case stands in its steps and turns as well, since a join costs them
-- more than all else; a case is folded as a whole, so that the two cannot differ.

CREATE TABLE calendar (
    date DATE,
    is_business_day BOOLEAN,
    days_to_month_end INTEGER,
    month_end DATE,
    business_no INTEGER,
    first_us BIGINT,
    first_pos BIGINT
);

CREATE TABLE spans (
    open_us BIGINT,
    close_us BIGINT,
    pos BIGINT,
    until_pos BIGINT
);

CREATE TABLE workflows (
    workflow VARCHAR,
    path TINYINT,
    label VARCHAR,
    last_step INTEGER,
    hold_from INTEGER,
    hold_until INTEGER,
    delivered_by INTEGER
);

CREATE TABLE workflow_steps (
    workflow VARCHAR,
    path TINYINT,
    step INTEGER,
    label VARCHAR,
    party VARCHAR,
    turn_before VARCHAR,
    turn_after VARCHAR,
    turn_from_window BOOLEAN
);

CREATE TABLE targets (
    workflow VARCHAR,
    path TINYINT,
    since_us BIGINT,
    until_us BIGINT,
    day_us BIGINT,
    target_us BIGINT,
    limit_us BIGINT
);

-- What an administrator has set; a path without rows has its budgets by history.
CREATE TABLE budgets (
    workflow VARCHAR,
    step INTEGER,
    budget_us BIGINT
);

CREATE TABLE events (
    position BIGINT,
    case_no INTEGER,
    stream VARCHAR,
    version INTEGER,
    kind VARCHAR,
    actor VARCHAR,
    data VARCHAR,
    recorded_us BIGINT,
    occurred STRUCT(us BIGINT, pos BIGINT, day DATE),
    workflow VARCHAR,
    step INTEGER,
    of_version INTEGER,
    done_by VARCHAR,
    is_imported BOOLEAN,
    is_finished BOOLEAN,
    is_date_only BOOLEAN,
    corrected STRUCT(us BIGINT, pos BIGINT, day DATE),
    appointment STRUCT(us BIGINT, pos BIGINT, day DATE),
    requested STRUCT(us BIGINT, pos BIGINT, day DATE)
);

-- Events of acts that were undone. They stay in the log and in `events`, for histories; what is folded
-- and counted is made of those that stand.
CREATE TABLE undone (
    case_no INTEGER,
    version INTEGER
);

CREATE VIEW standing_events AS
SELECT events.*
FROM events
WHERE
    NOT EXISTS (
        SELECT 1
        FROM undone
        WHERE undone.case_no = events.case_no AND undone.version = events.version
    );

-- Who signed in: the actor's key, and what lies beside the log; empty where it was erased.
CREATE TABLE signed_in (
    key VARCHAR,
    name_ref VARCHAR,
    email_ref VARCHAR
);

-- What they are called. The store fills it in: the log does not say.
CREATE TABLE actors (
    key VARCHAR,
    name VARCHAR
);

CREATE TABLE turns (
    case_no INTEGER,
    version INTEGER,
    step INTEGER,
    party VARCHAR,
    is_withdrawn BOOLEAN,
    began_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    began_pos BIGINT,
    ended_pos BIGINT,
    path TINYINT,
    closed_date DATE
);

-- Of cases that were really finished and are done again: the turns from the reopening on. Those in
-- `turns` end with the first completion, as all else does that figures count.
CREATE TABLE rework_turns (
    case_no INTEGER,
    version INTEGER,
    step INTEGER,
    party VARCHAR,
    is_withdrawn BOOLEAN,
    began_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    began_pos BIGINT,
    ended_pos BIGINT
);

CREATE TABLE steps (
    case_no INTEGER,
    step INTEGER,
    party VARCHAR,
    current_at TIMESTAMPTZ,
    current_pos BIGINT,
    current_date_local DATE,
    started_at TIMESTAMPTZ,
    started_pos BIGINT,
    completed_at TIMESTAMPTZ,
    completed_pos BIGINT,
    business_us BIGINT,
    actor VARCHAR,
    done_by VARCHAR,
    is_imported BOOLEAN,
    lacks_handover BOOLEAN,
    is_date_only BOOLEAN,
    path TINYINT,
    place TINYINT,
    completed_date DATE,
    closed_date DATE,
    is_reopened BOOLEAN
);

CREATE TABLE cases (
    case_no INTEGER,
    case_id VARCHAR,
    version INTEGER,
    workflow VARCHAR,
    path TINYINT,
    state VARCHAR,
    current_step INTEGER,
    firm VARCHAR,
    firm_name VARCHAR,
    firm_id VARCHAR,
    firm_zone VARCHAR,
    team_leader VARCHAR,
    cs_representative VARCHAR,
    sales_representative VARCHAR,
    ems_ticket VARCHAR,
    order_number VARCHAR,
    products VARCHAR,
    opened_at TIMESTAMPTZ,
    opened_pos BIGINT,
    opened_date DATE,
    closed_at TIMESTAMPTZ,
    closed_pos BIGINT,
    closed_date DATE,
    ours_us BIGINT,
    delivered_at TIMESTAMPTZ,
    delivered_pos BIGINT,
    delivered_date DATE,
    rework_at TIMESTAMPTZ,
    rework_pos BIGINT,
    rework_step INTEGER,
    rework_limit_at TIMESTAMPTZ,
    rework_us BIGINT,
    reworked_at TIMESTAMPTZ,
    appointment_at TIMESTAMPTZ,
    requested_at TIMESTAMPTZ,
    follow_up DATE,
    breach_reason VARCHAR,
    breach_comment VARCHAR,
    is_imported BOOLEAN,
    is_reopened BOOLEAN,
    day_us BIGINT,
    target_us BIGINT,
    limit_us BIGINT,
    target_at TIMESTAMPTZ,
    limit_at TIMESTAMPTZ,
    same_date_limit DATE
);

CREATE TABLE notices (
    notice INTEGER,
    kind VARCHAR,
    text VARCHAR,
    first_date DATE,
    last_date DATE,
    begins_at TIMESTAMPTZ,
    ends_at TIMESTAMPTZ,
    posted_at TIMESTAMPTZ,
    posted_by VARCHAR,
    ended_by VARCHAR
);

CREATE TABLE directory (
    name VARCHAR,
    is_mailbox BOOLEAN,
    sign_in VARCHAR,
    email VARCHAR,
    parties VARCHAR,
    role VARCHAR
);

CREATE TABLE feedback (
    feedback INTEGER,
    left_at TIMESTAMPTZ,
    left_date DATE,
    actor VARCHAR,
    page VARCHAR,
    text VARCHAR,
    contact VARCHAR
);

CREATE TABLE messages (
    case_no INTEGER,
    of_version INTEGER,
    message VARCHAR,
    step INTEGER,
    version INTEGER,
    state VARCHAR,
    called_at TIMESTAMPTZ,
    state_at TIMESTAMPTZ,
    again_at TIMESTAMPTZ,
    attempt INTEGER,
    reason VARCHAR,
    is_outside BOOLEAN,
    is_undone BOOLEAN
);

-- What several figures say of an instant, kept in one place. sqlfluff takes a macro's parameters
-- for types and its body for none.
-- noqa: disable=CP01,CP05,LT02,LT14,ST05

-- Business time of a turn until a position; a turn that lies ahead has none.
CREATE MACRO spent_us(began_pos, ended_pos, now_pos) AS
    greatest(least(coalesce(ended_pos, now_pos), now_pos) - began_pos, 0);

-- What an actor of the log is called; one that is a name already keeps it.
CREATE MACRO named(actor) AS
    coalesce((SELECT max(actors.name) FROM actors WHERE actors.key = actor), actor);

-- Whether a turn counts on our clock: all do but the customer's. So a local case ends with step 6.
CREATE MACRO is_ours(party) AS party <> 'Customer';

-- Business time of a completed step since somebody started it. NULL where Start was not recorded,
-- and in a case that was reopened: the starts of its earlier rounds are gone.
CREATE MACRO worked_us(business_us, started_pos, completed_pos, is_reopened) AS
    CASE
        WHEN NOT is_reopened AND started_pos IS NOT NULL
            THEN greatest(least(completed_pos - started_pos, business_us), 0)
    END;

-- The word for used business time: over the limit is late, over the target at risk.
CREATE MACRO timing(used_us, target_us, limit_us) AS
    CASE
        WHEN used_us > limit_us THEN 'late'
        WHEN used_us > target_us THEN 'at risk'
        ELSE 'on time'
    END;

-- Up to what size a look is chance. A look is a list of one value a month end (0: it has none); its size
-- is |sum| / root of the sum of squares. If nothing tells the two sides of a value apart, each month
-- end might as well have the other sign: the size that the largest of all looks passes in at most 5 % of
-- these sign patterns. All of them up to 11 month ends, else 1,024 by MD5, the same each time; from the
-- 61st month end on signs repeat. Each look needs a value other than 0.
CREATE MACRO by_chance(looks) AS TABLE
    WITH asked AS (SELECT looks AS every_look),

    patterns AS (
        SELECT
            pattern.range AS pattern,
            every_look,
            len(every_look[1]) AS n,
            CASE
                WHEN n <= 11 THEN pattern.range::UBIGINT
                WHEN pattern.range > 0 THEN md5_number_lower(pattern.range::VARCHAR)
                ELSE 0
            END AS bits
        FROM asked
        CROSS JOIN range(1024) AS pattern
        WHERE n > 10 OR pattern.range < 1 << (n - 1)
    ),

    flipped AS (
        SELECT
            pattern,
            unnest(every_look) AS look,
            list_transform(range(n), lambda m: 1.0 - 2.0 * ((bits >> (m % 60)) & 1)) AS signs
        FROM patterns
    ),

    largest AS (
        SELECT max(abs(list_dot_product(signs, look)) / sqrt(list_dot_product(look, look))) AS size
        FROM flipped
        GROUP BY pattern
    )

    SELECT list(size ORDER BY size DESC)[count(*) // 20 + 1] AS size
    FROM largest;

-- The word for an open case at an instant. Delivered, waiting for download: nothing is left but the
-- customer's own last step, so that it is neither at risk nor late.
CREATE MACRO standing_at(delivered_pos, now_pos, used_us, target_us, limit_us) AS
    CASE WHEN delivered_pos <= now_pos THEN 'delivered' ELSE timing(used_us, target_us, limit_us) END;

-- How far the mean of a look's n values may be off, so that it leaves out 0 where chance does not reach
-- the look, and only there. NULL: next to nothing is ruled out.
CREATE MACRO swing_of_look(look, size, n) AS
    CASE
        WHEN n > size ** 2 * (1 + 1e-9)
            THEN
                nullif(
                    least(
                        size * sqrt(
                            greatest(list_dot_product(look, look) - list_sum(look) ** 2 / n, 0)
                            / (n * (n - size ** 2))
                        ),
                        20
                    ),
                    20
                )
    END;

-- Whether chance does not reach a look.
CREATE MACRO is_beyond(look, size) AS
    coalesce(abs(list_sum(look)) > size * sqrt(list_dot_product(look, look)) * (1 + 1e-9), FALSE);

-- Many looks judged at once, each by its values: one a key and month end. n is how many it has; under 8
-- there is no mean, swing or verdict. middle is the mean, swing how far it may be off (swing_of_look).
CREATE MACRO judged_by_month_end(seen) AS TABLE
    WITH given AS (
        SELECT
            one.key,
            one.month_end,
            one.value
        FROM (SELECT unnest(seen) AS one) AS each_one
    ),

    known AS (
        SELECT
            key,
            count(*) AS n
        FROM given
        GROUP BY key
    ),

    ends AS (
        SELECT DISTINCT month_end
        FROM given
    ),

    looks AS (
        SELECT
            known.key,
            any_value(known.n) AS n,
            list(coalesce(given.value, 0) ORDER BY ends.month_end) AS look
        FROM known
        CROSS JOIN ends
        LEFT JOIN given ON known.key = given.key AND ends.month_end = given.month_end
        WHERE known.n >= 8
        GROUP BY known.key
    ),

    tested AS (
        SELECT list(look) AS looks
        FROM looks
        WHERE list_dot_product(look, look) > 0
    ),

    reached AS (
        SELECT size
        FROM by_chance((SELECT looks FROM tested))
    ),

    judged AS (
        SELECT
            looks.key,
            list_sum(looks.look) / looks.n AS middle,
            swing_of_look(looks.look, coalesce(reached.size, 0), looks.n) AS swing,
            is_beyond(looks.look, reached.size) AS is_told
        FROM looks
        CROSS JOIN reached
    )

    SELECT
        known.key,
        known.n,
        judged.middle,
        judged.swing,
        coalesce(judged.is_told, FALSE) AS is_told
    FROM known
    LEFT JOIN judged ON known.key = judged.key;

-- The number of a path, NULL for a name that is none; and the cases that a team leader has. Figures over
-- all steps ask for these only if they are narrowed to one: a join of all cases costs more than the rest.
CREATE MACRO path_of(name) AS (SELECT workflows.path FROM workflows WHERE workflows.workflow = name);

CREATE MACRO cases_of(leader) AS TABLE
    SELECT case_no
    FROM cases
    WHERE team_leader = leader;

-- How long each party had each completed case; NULL stands for all. `us` is a sum as DuckDB gives it,
-- a HUGEINT: whoever sorts by it under a LIMIT must not sort by a cast.
CREATE MACRO held_by_party(of_path, of_leader, from_date, to_date) AS TABLE
    SELECT
        case_no,
        party,
        sum(ended_pos - began_pos) AS us
    FROM turns
    WHERE
        closed_date IS NOT NULL
        AND (of_path IS NULL OR path = path_of(of_path))
        AND (of_leader IS NULL OR case_no IN (SELECT case_no FROM cases_of(of_leader)))
        AND (from_date IS NULL OR closed_date >= from_date)
        AND (to_date IS NULL OR closed_date < to_date)
    GROUP BY case_no, party;

-- Text as it is compared: letters and digits only, small, without accents.
CREATE MACRO folded(words) AS
    regexp_replace(lower(strip_accents(coalesce(words, ''))), '[^\p{L}\p{N}]', '', 'g');

-- Cases that hold a text in firm, id, EMS ticket or order number, and how well it fits: 0 all of
-- one of these, 1 its beginning, 2 some of it; 3 where it names the path ("V.O.", "Virtual Office").
-- Text without a letter or digit finds none.
CREATE MACRO cases_holding(words) AS TABLE
    WITH parts AS (
        SELECT
            case_no,
            folded(unnest([case_id, firm_name, firm_id, ems_ticket, order_number])) AS part
        FROM cases
    )

    SELECT
        case_no,
        min(
            CASE WHEN part = folded(words) THEN 0 WHEN starts_with(part, folded(words)) THEN 1 ELSE 2 END
        ) AS match_rank
    FROM parts
    WHERE folded(words) <> '' AND contains(part, folded(words))
    GROUP BY case_no
    UNION ALL BY NAME
    SELECT
        cases.case_no,
        3 AS match_rank
    FROM cases
    INNER JOIN workflows ON cases.workflow = workflows.workflow
    WHERE
        (
            folded(words) = list_aggregate(
                list_transform(string_split(lower(workflows.workflow), '_'), lambda word: word[1]), 'string_agg', ''
            )
            AND contains(workflows.workflow, '_')
            OR length(folded(words)) >= 4 AND starts_with(folded(workflows.label), folded(words))
        )
        AND NOT EXISTS (
            SELECT 1
            FROM parts
            WHERE parts.case_no = cases.case_no AND contains(parts.part, folded(words))
        );

-- Whose turn it is in each case that is not closed: of its last interval the latest turn that has
-- begun. An agreed or requested date may put all of them into the future: then the first. Either way
-- it is among those that have not ended, which are few.
CREATE MACRO turns_at(moment) AS TABLE
    SELECT turns.*
    FROM turns
    WHERE turns.closed_date IS NULL AND (turns.ended_at IS NULL OR turns.ended_at > moment)
    QUALIFY row_number() OVER (
        PARTITION BY turns.case_no
        ORDER BY
            turns.version DESC,
            turns.began_at > moment,
            abs(epoch_us(turns.began_at) - epoch_us(moment))
    ) = 1;

-- The same of cases that are done again.
CREATE MACRO rework_turns_at(moment) AS TABLE
    SELECT rework_turns.*
    FROM rework_turns
    WHERE rework_turns.ended_at IS NULL OR rework_turns.ended_at > moment
    QUALIFY row_number() OVER (
        PARTITION BY rework_turns.case_no
        ORDER BY
            rework_turns.version DESC,
            rework_turns.began_at > moment,
            abs(epoch_us(rework_turns.began_at) - epoch_us(moment))
    ) = 1;

-- Cases that are done again, with the clock that runs from the reopening, and whose turn it is.
CREATE MACRO reworks_at(moment) AS TABLE
    SELECT
        cases.case_no,
        cases.rework_at AS began_at,
        cases.rework_pos AS began_pos,
        cases.rework_step AS current_step,
        cases.rework_limit_at AS limit_at,
        CASE WHEN cases.rework_step > workflows.delivered_by THEN cases.rework_at END AS delivered_at,
        CASE WHEN cases.rework_step > workflows.delivered_by THEN cases.rework_pos END AS delivered_pos,
        whose.party,
        whose.began_at AS turn_began_at,
        whose.began_pos AS turn_began_pos
    FROM cases
    INNER JOIN workflows ON cases.workflow = workflows.workflow
    INNER JOIN rework_turns_at(moment) AS whose ON cases.case_no = whose.case_no
    WHERE cases.rework_step IS NOT NULL;

-- What is under way, and so counts as open wherever open cases are counted: cases not completed yet, and
-- those that were finished and are done again (is_rework). Both have a clock: opened_pos, limit_at.
CREATE MACRO work_at(moment) AS TABLE
    SELECT
        cases.*,
        whose.party,
        whose.began_at AS turn_began_at,
        whose.began_pos AS turn_began_pos,
        FALSE AS is_rework
    FROM cases
    INNER JOIN turns_at(moment) AS whose ON cases.case_no = whose.case_no
    WHERE cases.closed_date IS NULL AND cases.state = 'open'
    UNION ALL BY NAME
    SELECT
        cases.* EXCLUDE (opened_at, opened_pos, current_step, limit_at, delivered_at, delivered_pos),
        again.began_at AS opened_at,
        again.began_pos AS opened_pos,
        again.current_step,
        again.limit_at,
        again.delivered_at,
        again.delivered_pos,
        again.party,
        again.turn_began_at,
        again.turn_began_pos,
        TRUE AS is_rework
    FROM cases
    INNER JOIN reworks_at(moment) AS again ON cases.case_no = again.case_no;

-- The same of any time, turn by turn: of each the clock of its rework. One is over where the next turn does
-- not follow at once. While it is withdrawn nothing is under way.
CREATE VIEW reworks AS
    WITH begun AS (
        SELECT
            *,
            coalesce(lag(ended_at) OVER in_order <> began_at, TRUE) AS is_first
        FROM rework_turns
        WINDOW in_order AS (PARTITION BY case_no ORDER BY version, began_at)
    ),

    clocked AS (
        SELECT
            *,
            max(began_pos) FILTER (WHERE is_first) OVER so_far AS clock_pos
        FROM begun
        WINDOW so_far AS (PARTITION BY case_no ORDER BY version, began_at ROWS UNBOUNDED PRECEDING)
    )

    SELECT
        clocked.case_no,
        cases.case_id,
        cases.path,
        cases.workflow,
        cases.firm,
        cases.team_leader,
        clocked.step,
        clocked.began_at,
        clocked.ended_at,
        clocked.clock_pos,
        coalesce(clocked.step > workflows.delivered_by, FALSE) AS is_delivered,
        cases.opened_at,
        cases.day_us,
        cases.target_us,
        cases.limit_us
    FROM clocked
    INNER JOIN cases ON clocked.case_no = cases.case_no
    INNER JOIN workflows ON cases.workflow = workflows.workflow
    WHERE NOT clocked.is_withdrawn;

-- Days, weeks or months since the first submission, until now: the dates of each, and where it ends.
-- What happened now is over, what happens at the next one's first instant is not.
CREATE MACRO periods(unit, of_workflow, of_leader, from_date, to_date, moment, moment_pos) AS TABLE
    WITH dates AS (
        SELECT
            date_trunc(unit, date)::DATE AS period,
            min(date) AS first_date,
            max(date) AS last_date
        FROM calendar
        WHERE
            date >= (
                SELECT min(opened_date)
                FROM cases
                WHERE
                    (of_workflow IS NULL OR workflow = of_workflow)
                    AND (of_leader IS NULL OR team_leader = of_leader)
            )
            AND first_us <= epoch_us(moment)
            AND (from_date IS NULL OR date >= from_date)
            AND (to_date IS NULL OR date < to_date)
        GROUP BY date_trunc(unit, date)
    )

    SELECT
        dates.period,
        dates.first_date,
        dates.last_date,
        make_timestamptz(least(calendar.first_us, epoch_us(moment) + 1)) AS end_at,
        least(calendar.first_pos, moment_pos) AS end_pos
    FROM dates
    INNER JOIN calendar ON calendar.date = dates.last_date + 1;

-- The same with how many cases were open, and late, and withdrawn at the end of each. One pass over the
-- cases: each comes in once and goes out once; late ones come in at their limit, if they were not done
-- or delivered, and go out once they are.
CREATE MACRO unfinished(unit, of_workflow, of_leader, from_date, to_date, moment, moment_pos) AS TABLE
    WITH ends AS (
        SELECT * FROM periods(unit, of_workflow, of_leader, from_date, to_date, moment, moment_pos)
    ),

    moves AS (
        SELECT
            opened_date AS date,
            count(*) AS n_open,
            0 AS n_late
        FROM cases
        WHERE
            opened_at <= moment
            AND (of_workflow IS NULL OR workflow = of_workflow)
            AND (of_leader IS NULL OR team_leader = of_leader)
        GROUP BY opened_date
        UNION ALL
        SELECT
            closed_date AS date,
            -count(*) AS n_open,
            0 AS n_late
        FROM cases
        WHERE
            closed_at <= moment
            AND (of_workflow IS NULL OR workflow = of_workflow)
            AND (of_leader IS NULL OR team_leader = of_leader)
        GROUP BY closed_date
        UNION ALL
        SELECT
            coalesce(delivered_date, closed_date) AS date,
            0 AS n_open,
            -count(*) AS n_late
        FROM cases
        WHERE
            coalesce(delivered_at, closed_at) <= moment
            AND coalesce(delivered_pos, closed_pos) - opened_pos > limit_us
            AND (of_workflow IS NULL OR workflow = of_workflow)
            AND (of_leader IS NULL OR team_leader = of_leader)
        GROUP BY coalesce(delivered_date, closed_date)
    ),

    moved AS (
        SELECT
            ends.period,
            moves.n_open,
            moves.n_late,
            0 AS n_withdrawn
        FROM moves
        ASOF INNER JOIN ends ON moves.date <= ends.last_date
    ),

    binned AS (  -- what lies behind the last end has a bin of its own
        SELECT
            histogram(
                opened_pos + limit_us,
                (SELECT coalesce(list(DISTINCT end_pos - 1 ORDER BY end_pos - 1), [0]) FROM ends)
            ) AS bins
        FROM cases
        WHERE
            opened_at <= moment
            AND (
                coalesce(delivered_at, closed_at) IS NULL
                OR coalesce(delivered_at, closed_at) > moment
                OR coalesce(delivered_pos, closed_pos) - opened_pos > limit_us
            )
            AND (of_workflow IS NULL OR workflow = of_workflow)
            AND (of_leader IS NULL OR team_leader = of_leader)
    ),

    past_limits AS (
        SELECT
            unnest(map_keys(bins)) AS last_pos,
            unnest(map_values(bins)) AS n
        FROM binned
    ),

    turns_of_ends AS (  -- on days without open time nothing becomes late
        SELECT
            end_pos,
            min(period) AS period
        FROM ends
        GROUP BY end_pos
    ),

    rests AS (
        SELECT
            begin_end.period,
            stop_end.period AS until_period,
            greatest(begin_end.period, late_end.period) AS late_period,
            late_end.period IS NOT NULL AND NOT resting.is_delivered AS is_late
        FROM (
            SELECT
                turns.began_at,
                coalesce(turns.ended_at, 'infinity'::TIMESTAMPTZ) AS ended_at,
                cases.opened_pos + cases.limit_us AS limit_pos,
                coalesce(cases.delivered_at <= turns.began_at, FALSE) AS is_delivered
            FROM turns
            INNER JOIN cases ON turns.case_no = cases.case_no
            WHERE
                turns.is_withdrawn
                AND (of_workflow IS NULL OR cases.workflow = of_workflow)
                AND (of_leader IS NULL OR cases.team_leader = of_leader)
        ) AS resting
        ASOF INNER JOIN ends AS begin_end ON resting.began_at < begin_end.end_at
        ASOF LEFT JOIN ends AS stop_end ON resting.ended_at < stop_end.end_at
        ASOF LEFT JOIN turns_of_ends AS late_end ON resting.limit_pos < late_end.end_pos
    ),

    all_moves AS (
        SELECT * FROM moved
        UNION ALL
        SELECT
            turns_of_ends.period,
            0 AS n_open,
            past_limits.n AS n_late,
            0 AS n_withdrawn
        FROM past_limits
        INNER JOIN turns_of_ends ON past_limits.last_pos = turns_of_ends.end_pos - 1
        UNION ALL
        SELECT
            period,
            -1 AS n_open,
            0 AS n_late,
            1 AS n_withdrawn
        FROM rests
        UNION ALL
        SELECT
            until_period AS period,
            1 AS n_open,
            0 AS n_late,
            -1 AS n_withdrawn
        FROM rests
        UNION ALL
        SELECT
            late_period AS period,
            0 AS n_open,
            -1 AS n_late,
            0 AS n_withdrawn
        FROM rests
        WHERE is_late AND (until_period IS NULL OR late_period < until_period)
        UNION ALL
        SELECT
            until_period AS period,
            0 AS n_open,
            1 AS n_late,
            0 AS n_withdrawn
        FROM rests
        WHERE is_late AND late_period < until_period
    ),

    per_period AS (
        SELECT
            period,
            sum(n_open) AS n_open,
            sum(n_late) AS n_late,
            sum(n_withdrawn) AS n_withdrawn
        FROM all_moves
        GROUP BY period
    )

    SELECT
        ends.period,
        ends.first_date,
        ends.last_date,
        ends.end_at,
        ends.end_pos,
        coalesce(sum(per_period.n_open) OVER so_far, 0)::BIGINT AS open_at_end,
        coalesce(sum(per_period.n_late) OVER so_far, 0)::BIGINT AS late_at_end,
        coalesce(sum(per_period.n_withdrawn) OVER so_far, 0)::BIGINT AS withdrawn_at_end
    FROM ends
    LEFT JOIN per_period ON ends.period = per_period.period
    WINDOW so_far AS (ORDER BY ends.period);
-- noqa: enable=all
