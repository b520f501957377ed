-- What the log says beside the cases: notices, feedback, and who signed in. Run only when events of no
-- case came in, which is seldom; so all of it is made anew.
--
-- grain:   one row per notice, per feedback, per key
-- params:  $zone TEXT

DELETE FROM notices;
DELETE FROM feedback;
DELETE FROM signed_in;

INSERT INTO notices BY NAME
WITH ended AS (
    SELECT
        (data ->> '$.notice')::INTEGER AS notice,
        occurred.us AS ended_us,
        actor AS ended_by
    FROM events
    WHERE case_no IS NULL AND kind = 'notice_ended'
),

posted AS (
    SELECT
        version AS notice,
        data ->> '$.notice_kind' AS kind,
        data ->> '$.text' AS text,
        (data ->> '$.first_date')::DATE AS first_date,
        (data ->> '$.last_date')::DATE AS last_date,
        make_timestamptz(occurred.us) AS posted_at,
        actor AS posted_by
    FROM events
    WHERE case_no IS NULL AND kind = 'notice_posted'
)

SELECT
    posted.notice,
    posted.kind,
    posted.text,
    posted.first_date,
    posted.last_date,
    -- one that is posted in the course of its first day was not there before
    greatest(make_timestamptz(first_day.first_us), posted.posted_at) AS begins_at,
    make_timestamptz(least(next_day.first_us, ended.ended_us)) AS ends_at,
    posted.posted_at,
    posted.posted_by,
    ended.ended_by
FROM posted
INNER JOIN calendar AS first_day ON posted.first_date = first_day.date
INNER JOIN calendar AS next_day ON next_day.date = posted.last_date + 1
LEFT JOIN ended ON posted.notice = ended.notice;

INSERT INTO feedback BY NAME
SELECT
    version AS feedback,
    make_timestamptz(occurred.us) AS left_at,
    timezone($zone, make_timestamptz(occurred.us))::DATE AS left_date,
    actor,
    data ->> '$.page' AS page,
    data ->> '$.text' AS text,
    data ->> '$.fields.contact.ref' AS contact
FROM events
WHERE case_no IS NULL AND kind = 'feedback_left';

INSERT INTO signed_in BY NAME
WITH told AS (
    SELECT
        stream AS key,
        max(version) AS version
    FROM events
    WHERE kind = 'person_named'
    GROUP BY stream
),

erased AS (
    SELECT
        data ->> '$.of' AS key,
        (data ->> '$.entry')::INTEGER AS entry,
        position
    FROM events
    WHERE kind = 'personal_erased'
),

gone AS (
    SELECT DISTINCT told.key
    FROM told
    INNER JOIN events ON told.key = events.stream AND told.version = events.version
    INNER JOIN erased ON told.key = erased.key
    WHERE erased.position > events.position AND coalesce(erased.entry, told.version) = told.version
)

SELECT
    told.key,
    CASE WHEN gone.key IS NULL THEN events.data ->> '$.fields.name.ref' ELSE '' END AS name_ref,
    CASE WHEN gone.key IS NULL THEN events.data ->> '$.fields.email.ref' ELSE '' END AS email_ref
FROM told
INNER JOIN events ON told.key = events.stream AND told.version = events.version
LEFT JOIN gone ON told.key = gone.key;
