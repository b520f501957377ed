-- The tables of a log on PostgreSQL. The application makes them itself where it may; where it may
-- not, whoever owns the database runs this file, and then docs/postgres/roles.sql.
--
-- Each event follows the one that `head` names, and whoever appends locks that row first: so
-- positions appear in order, and a reader who asks for what comes after the last misses nothing.

CREATE TABLE IF NOT EXISTS format (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    number INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS head (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    position BIGINT NOT NULL,
    hash TEXT NOT NULL,
    recorded_us BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS events (
    position BIGINT PRIMARY KEY,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    occurred_us BIGINT NOT NULL,
    recorded_us BIGINT NOT NULL,
    actor TEXT NOT NULL,
    data TEXT NOT NULL,
    command_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (stream, version),
    UNIQUE (command_id, ordinal)
);

CREATE TABLE IF NOT EXISTS personal (
    ref TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- What people were typing: no part of the log, and gone after a week.
CREATE TABLE IF NOT EXISTS drafts (
    owner TEXT NOT NULL,
    place TEXT NOT NULL,
    text TEXT NOT NULL,
    about TEXT [] NOT NULL,
    kept_us BIGINT NOT NULL,
    PRIMARY KEY (owner, place)
);

INSERT INTO head (only_row, position, hash, recorded_us)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0)
ON CONFLICT (only_row) DO NOTHING;

INSERT INTO format (only_row, number)
VALUES (1, 1)
ON CONFLICT (only_row) DO NOTHING;
