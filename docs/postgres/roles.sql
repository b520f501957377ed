-- The role of the application, which may add to the log and do nothing else to it: no event can be
-- changed or deleted by it, nor a table. What it may delete stands beside the events: personal details
-- that are to be erased, and drafts, which it may change, too.
--
-- Run by the owner of the database, first the tables, then this; the tests run this very file:
--
--     psql -d changeover -f dashboard/store/postgres.sql
--     psql -d changeover -f docs/postgres/roles.sql
--     psql -d changeover -c '\password changeover_app'

\set ON_ERROR_STOP on

CREATE ROLE changeover_app LOGIN;

REVOKE ALL ON DATABASE :"DBNAME" FROM public;
REVOKE ALL ON SCHEMA public FROM public;
GRANT CONNECT ON DATABASE :"DBNAME" TO changeover_app;
GRANT USAGE ON SCHEMA public TO changeover_app;

GRANT SELECT ON events, head, personal, format TO changeover_app;
GRANT INSERT ON events, personal TO changeover_app;
GRANT UPDATE (position, hash, recorded_us) ON head TO changeover_app;
GRANT DELETE ON personal TO changeover_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON drafts TO changeover_app;
