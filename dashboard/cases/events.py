"""What the log keeps: the kinds of event, and an event before and after it has its place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# A kind never changes its meaning; a new meaning is a new kind.
CASE_KINDS = frozenset({
    "case_opened",  # workflow, fields; imported, flags
    "step_started",  # step
    "turn_recorded",  # step: the moment at which the step changed hands
    "step_completed",  # step, fields; imported, flags
    # step, of_version, at_us and/or fields; flags: what the new time is, as of a completion
    "step_corrected",
    "step_reopened",  # step, reason; finished: whether a closed case really was (or absent)
    "case_withdrawn",  # reason
    "case_resumed",
    "case_amended",  # fields, reason
    "case_assigned",  # fields: owners
    "note_added",  # text
    "follow_up_set",  # date, or null to clear it
    "breach_explained",  # reason, comment
    "act_undone",  # versions: events of one act, with its messages, that count as never entered
    # each with step, message (its key), of_version: the completion or correction that it tells of
    "message_queued",  # Changeover is to send it; again_us: not before, while it can be undone
    "message_drafted",  # a person is to send it
    "message_sending",  # attempt, text: written before the mail server hears of it
    "message_sent",  # attempt, refused: how many addresses; or outside: a person says so
    "message_failed",  # attempt, reason; again_us: from when on Changeover tries again
    "message_dropped",  # reason: nobody needs it any more
})  # fmt: skip
OTHER_KINDS = frozenset({
    "sample_marked",  # settings: this log is made up; seed, cases
    # imports: file, counts, rejected rows; tracker: which of that name it goes on, by marks of its
    # rows; layout, if it is not Changeover's own form
    "tracker_imported",
    "calendar_changed",  # settings: valid_from, calendar; the length of a business day stays
    "hours_changed",  # settings: valid_from, calendar, day_us: of a business day from then on
    "targets_changed",  # settings: workflow, since_us, day_us, target_us, limit_us
    "budgets_changed",  # settings: workflow, budgets_us: of step 2 and on, none: by history
    "planning_changed",  # settings, what changed of: window, appointments_at_once, session_hours
    "locale_changed",  # settings: locale, how dates and times are written
    "catalogue_changed",  # settings: products, all of them
    "messages_changed",  # settings: messages, the key of each that changed and its mode
    "layout_remembered",  # settings: name, layout: how such trackers are read; null forgets it
    "holidays_confirmed",  # settings: hours and holidays are the department's own
    "directory_changed",  # directory: people and mailboxes, all of them
    # directory: mark (of an address), fields (address), before_us: who signed in before is out
    "sessions_ended",
    "notice_posted",  # notices: notice_kind, text, first_date, last_date
    "notice_ended",  # notices: notice, the version of its posting
    # a stream of its own, by the key of who signed in: fields (name, email), both beside the log
    "person_named",
    "personal_erased",  # erasures: of (a case, or another stream), keys, values: how many; entry
    # repairs: until_us, position and hash of the log before; again: events recorded anew, how many
    "clock_repaired",
    "feedback_left",  # feedback: text, page, fields (contact)
    # reports: reference, period, workflow, team_leader, as_of_us, log_position, log_hash
    "report_issued",
    # forecasts: version, learnt_us, as_of_us, log_position; minutes left of cases, plain of states
    "forecast_issued",
    # digests, each with day, whom, attempt
    "digest_sending",  # written before the mail server hears of it
    "digest_sent",  # refused: how many addresses
    "digest_failed",  # reason; again_us: from when on it is tried again
})  # fmt: skip
KINDS = CASE_KINDS | OTHER_KINDS
MESSAGE_KINDS = frozenset(kind for kind in CASE_KINDS if kind.startswith("message_"))


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a place in the log; `personal` maps a ref in `data` to its value."""

    stream: str
    version: int
    kind: str
    occurred_us: int
    recorded_us: int
    actor: str
    data: Mapping[str, Any]
    command_id: str
    ordinal: int = 0
    personal: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the log; `data` is canonical JSON text, instants are UTC microseconds."""

    position: int
    stream: str
    version: int
    kind: str
    occurred_us: int
    recorded_us: int
    actor: str
    data: str
    command_id: str
    ordinal: int
    hash: str

    def fields(self) -> dict[str, Any]:
        """The event's data as a dictionary."""
        return self.parse(self.data)

    @staticmethod
    def parse(data: str) -> dict[str, Any]:
        """Data of an event from its canonical text."""
        return json.loads(data)
