"""What `--help` says of each verb."""

PROGRAM = """Changeover on the command line.

Works while the application serves the same log: the verb is then carried out there. Exit code:
0 done, 1 refused (the message says why), 2 wrong usage."""
SAMPLE = """Write a log of sample data: made-up cases over 18 months, recorded at the simulated
times. It is marked as sample data for good, and can only be written to an empty log."""
IMPORT = """Import a team leader's tracker: one row per case, or one per case and step, under
headings of any kind. What is recognized for sure is taken; what is open is asked, with the option
that answers it, and nothing is stored until then (exit code 1). All accepted rows are stored, or
none; importing a tracker twice changes nothing. Exit code 0 if it could be read, whatever happened
to its rows."""
LAYOUT = """Say how a tracker would be read: its sheets, the row of the headings, the path, and the
order of the dates. Each column is listed with what it holds and whether that is certain. Saved as
JSON, the layout can be changed and given to import --layout. Nothing is stored."""
TEMPLATE = """Write a blank tracker for both paths (XLSX), with drop-downs and an example. What is
filled in there is imported without a question."""
FIGURE = """Compute a figure, that is queries/NAME.sql, which says what it means and which
parameters it takes, and write it to standard output. Parameters left out mean all."""
CHART = """Write a chart as its page draws it, with its data, as a Vega-Lite specification: Vega,
Altair and notebooks draw it as it is. Parameters: workflow, team_leader, since, until."""
FORECAST = """Forecast every open case: p10 to p90, the instants by which it will have
finished with a chance of 10 to 90 in 100. Also how likely it misses its target and its SLA. Learns
from the log first, which can take a minute. Excludes withdrawn cases."""
EVENTS = """Write the log to a file. jsonl: every event with all that is kept of it, personal
details included; `restore` makes the same log of it. csv, xes, parquet: the cases, one row for each
start and completion of a step, under the names that process mining tools know."""
SNAPSHOT = """Write the read model for other tools: a DuckDB file of described tables with a view a
figure, or a folder of Parquet files. No name but those that cases have, nothing that was typed
freely. Stamped with the log's position and hash; the same instant gives the same rows."""
REPORT = """Write the SLA report of a month or quarter, as known at an instant: the same
instant gives the same report, whatever was entered since. csv and parquet: one row for each case
completed, or open and overdue at the end. xlsx and pdf: the whole report. --issue gives it a
reference; --reference reproduces it."""
BACKUP = """Write a copy of the log as it stands, checked from its first event to its last, to
one file. Others keep working. What was at that place before is replaced only when the
copy is complete."""
RESTORE = """Fill an empty log with what a backup holds, or a file of `events --format jsonl`:
all of it or nothing. Every event is checked first. A log that holds events is left alone."""
VERIFY = """Check the whole log: every event's hash, the head file, and that what the pages
show is what the log says."""
DIGEST = """Write what each team leader and party has to handle today: overdue, due today,
appointments, follow-ups, waiting longest, unsent messages. With --send it goes to each of them by
mail: at most once a day, not before opening time, and never on a closed day."""
ERASE = """Delete the personal details of a case (contacts, the text of messages) for good, or
the name of someone who signed in, by the address: their entries stay, without it.
The log keeps that there was something, and that it was erased, by whom and when; every event and
its hash stay as they are. Backups and exports made before still hold what was erased."""
READY = """Exit code 0 if the application serves the log, shows all of it and can store more;
else 1, and why. For systemd or a container's readiness probe."""
REPAIR = """Make a new log of one that was written while this machine's clock was ahead, and
that refuses everything until then. Events up to T stay as they are, later ones are recorded again
at T, in their order, and one event names the old log's last hash. The old log is not changed. Stop
the application first. Refused if a report was issued after T: it names a hash that is then gone."""
UPGRADE = """Say what this version will do with a log that another version wrote, and touch no
file: format, kinds of event, every hash, and whether the pages can be built. While another version
serves the log, name a backup of it."""
OUTBOX = """List unsent messages. With --send, send those that Changeover is to send. No
message is sent twice: what may have been sent before a crash is left to a person."""
