-- The tables of the read model. It is disposable: built from the log, kept in memory.
--
-- Instants stand beside positions: the open microseconds of the calendar passed until then.
-- In `events` and in the fold an instant is a pair (us, pos); both grow together, so that
-- comparing pairs compares instants.

CREATE TABLE calendar (
    date DATE,
    is_business_day BOOLEAN,
    days_to_month_end INTEGER,
    third_business_date DATE,
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
    label VARCHAR,
    last_step INTEGER,
    hold_from INTEGER,
    hold_until INTEGER
);

CREATE TABLE workflow_steps (
    workflow VARCHAR,
    step INTEGER,
    label VARCHAR,
    party VARCHAR,
    turn_before VARCHAR,
    turn_after VARCHAR,
    turn_from_window BOOLEAN
);

CREATE TABLE targets (
    workflow VARCHAR,
    since_us BIGINT,
    until_us BIGINT,
    day_us BIGINT,
    target_us BIGINT,
    limit_us BIGINT
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
    occurred STRUCT(us BIGINT, pos BIGINT),
    workflow VARCHAR,
    step INTEGER,
    of_version INTEGER,
    done_by VARCHAR,
    is_imported BOOLEAN,
    corrected STRUCT(us BIGINT, pos BIGINT),
    appointment STRUCT(us BIGINT, pos BIGINT),
    requested STRUCT(us BIGINT, pos BIGINT)
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
    lacks_handover BOOLEAN
);

CREATE TABLE cases (
    case_no INTEGER,
    case_id VARCHAR,
    version INTEGER,
    workflow VARCHAR,
    state VARCHAR,
    current_step INTEGER,
    firm VARCHAR,
    firm_name VARCHAR,
    firm_id VARCHAR,
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
-- noqa: disable=CP05,LT02,LT14,ST05

-- Business time of a turn until a position; a turn that lies ahead has none.
CREATE MACRO spent_us(began_pos, ended_pos, now_pos) AS
    greatest(least(coalesce(ended_pos, now_pos), now_pos) - began_pos, 0);

-- The word for used business time: over the limit is late, over the target at risk.
CREATE MACRO timing(used_us, target_us, limit_us) AS
    CASE
        WHEN used_us > limit_us THEN 'late'
        WHEN used_us > target_us THEN 'at risk'
        ELSE 'on time'
    END;

-- How far from its ends a sorted sample of n holds its median: `width` times the root of n on each
-- side of the middle, 0.98 for 95 % at one look, 1.5 for 95 % at 18. NULL: the sample is too small.
CREATE MACRO median_rank(n, width) AS
    nullif(greatest(floor((n + 1) / 2 - width * sqrt(n)), 0), 0)::BIGINT;

CREATE MACRO median_between(ranked, width) AS
    {
        'low': ranked[median_rank(len(ranked), width)],
        'high': ranked[len(ranked) + 1 - median_rank(len(ranked), width)]
    };

-- MOVER: between what the difference of two middles lies, from what each of them lies between.
CREATE MACRO difference_between(one, one_between, other, other_between) AS
    {
        'low': one - other - sqrt((one - one_between.low) ** 2 + (other_between.high - other) ** 2),
        'high': one - other + sqrt((one_between.high - one) ** 2 + (other - other_between.low) ** 2)
    };

-- Text as it is compared: letters and digits only, small, without accents.
CREATE MACRO folded(words) AS
    regexp_replace(lower(strip_accents(coalesce(words, ''))), '[^\p{L}\p{N}]', '', 'g');

-- Cases that hold a text in firm, id, EMS ticket or order number, and how well it fits: 0 all of
-- one of these, 1 its beginning, 2 some of it. Text without a letter or digit finds none.
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
    GROUP BY case_no;

-- Whose turn it is in each case that is not closed: of its last interval the latest turn that has
-- begun. An agreed or requested date may put all of them into the future: then the first.
CREATE MACRO turns_at(moment) AS TABLE
    SELECT turns.*
    FROM turns
    SEMI JOIN (SELECT case_no FROM cases WHERE state <> 'closed') AS unfinished
        ON turns.case_no = unfinished.case_no
    QUALIFY row_number() OVER (
        PARTITION BY turns.case_no
        ORDER BY
            turns.version DESC,
            turns.began_at > moment,
            abs(epoch_us(turns.began_at) - epoch_us(moment))
    ) = 1;
-- noqa: enable=all
