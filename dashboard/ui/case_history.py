"""What happened to a case, event by event, in words: corrections stand beside what they correct."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from dashboard import formats
from dashboard.cases import DATE_ONLY, UNDOABLE, Draft, standing
from dashboard.instants import to_datetime
from dashboard.ui import case_imported, fields, mailing, undo
from dashboard.ui.case_view import Opened
from dashboard.ui.words import day_text, moment_words, plain
from dashboard.workflows import Field, Workflow

AT_ONCE_US = 60_000_000
HANDED_ON = "handed over"
MESSAGES = {
    "message_queued": "queued for Changeover to send",
    "message_drafted": "drafted",
    "message_sending": "sending started",
    "message_sent": "sent",
    "message_failed": "not sent",
    "message_dropped": "no longer needed",
}
FINISHED = {
    True: "It was really finished; this is rework. ",
    False: "It was closed by mistake. ",
}
TITLES = {
    "case_withdrawn": "Withdrawn.",
    "case_resumed": "Resumed.",
    "case_amended": "Amended.",
    "case_assigned": "Assigned.",
    "note_added": "Note.",
    "breach_explained": "Missed SLA explained:",
}


UNDONE = " :gray[(undone)]"
CHANGES = frozenset({"case_amended", "case_assigned"})


class Teller:
    """Says what an event was; knows the case's earlier events, for what a correction replaces."""

    def __init__(self, opened: Opened, events: Sequence[Draft]) -> None:
        self.case = opened.case
        self.workflow: Workflow = opened.case.workflow
        self.zone = opened.page.zone
        self.times = {event.version: event.occurred_us for event in events}
        self.fields = {event.version: dict(event.data.get("fields", {})) for event in events}
        self.known: dict[str, Any] = {}
        self.told = {
            event.version: undo.what_of(event) for event in events if event.kind in UNDOABLE
        }
        self.trackers = case_imported.files(opened.page.store) if opened.case.imported else {}
        refs = [ref for event in events for ref in _refs(event.data.get("fields", {}))]
        self.personal = opened.page.store.personal(refs) if refs else {}

    def tell(self, event: Draft) -> str:
        """The event as Markdown; takes its changes into account for the events that follow."""
        data = event.data
        match event.kind:
            case "case_opened":
                text = f"**Form submitted**{self._imported(event)}"
            case "step_started":
                text = f"**{self._step(data)}: started**"
            case "turn_recorded":
                turn = self.workflow.step(data["step"]).turn
                text = f"**{self._step(data)}:** {turn.label if turn else HANDED_ON}"
            case "step_completed":
                text = f"**{self._step(data)}: completed**{self._imported(event)}"
            case "step_corrected":
                return self._corrected(data)
            case _:
                text = self._other(event)
        told = self._given(data.get("fields", {}), is_change=event.kind in CHANGES)
        self.known.update(data.get("fields", {}))
        return f"{text} {told}".strip()

    def _other(self, event: Draft) -> str:
        data = event.data
        reason = plain(data.get("reason", ""))
        if event.kind == "step_reopened":
            answer = FINISHED.get(data["finished"], "") if "finished" in data else ""
            return f"**{self._step(data)} and all later steps reopened.** {answer}{reason}"
        if event.kind == "follow_up_set":
            day = data.get("date")
            return f"**Follow-up** {day_text(date.fromisoformat(day)) if day else 'removed'}"
        if event.kind in MESSAGES:
            return self._message(event.kind, data)
        if event.kind == "act_undone":
            return f"**Undone:** {self.told.get(min(data['versions']), '')}"
        said = plain(data.get("text") or data.get("comment") or "")
        return f"**{TITLES.get(event.kind, event.kind)}** {reason} {said}".strip()

    def _message(self, kind: str, data: Mapping[str, Any]) -> str:
        what = "sent outside Changeover" if data.get("outside") else MESSAGES[kind]
        text = f"**Message {what}:** {mailing.name_of(self.case, data['step'], data['message'])}"
        if data.get("refused"):
            text += f"; {data['refused']} of its addresses were refused"
        if data.get("reason"):
            text += f"; {plain(data['reason'])}"
        if data.get("again_us") is not None:
            text += f"; next try after {moment_words(data['again_us'], self.zone)}"
        return text

    def _corrected(self, data: Mapping[str, Any]) -> str:
        of_version, parts = data["of_version"], []
        if (at_us := data.get("at_us")) is not None:
            was = formats.moment(to_datetime(self.times[of_version]), self.zone)
            parts.append(f"{formats.moment(to_datetime(at_us), self.zone)} instead of {was}")
            self.times[of_version] = at_us
        before = self.fields[of_version]
        for key, value in data.get("fields", {}).items():
            label, now = self._told(key, value)
            was = self._told(key, before.get(key))[1]
            parts.append(f"{label} {now} instead of {was}")
            before[key] = value
        return f"**{self._step(data)} corrected:** {'; '.join(parts)}"

    def _given(self, given: Mapping[str, Any], *, is_change: bool) -> str:
        told = [
            " ".join(self._told(key, value)) + (self._before(key) if is_change else "")
            for key, value in given.items()
            if value is not True
        ]
        return f":gray[{' · '.join(told)}]" if told else ""

    def _before(self, key: str) -> str:
        """What the field was before a change, if it was anything."""
        was = self.known.get(key)
        return f" instead of {self._told(key, was)[1]}" if was else ""

    def _told(self, key: str, value: Any) -> tuple[str, str]:
        item = self._field(key)
        if isinstance(value, dict):
            value = self.personal.get(value["ref"], "(erased)")
        text = fields.told(item, value, self.zone) if item else str(value)
        return plain(item.label if item else key), plain(text)

    def _field(self, key: str) -> Field | None:
        found = [item for step in self.workflow.steps for item in step.fields if item.key == key]
        return found[0] if found else None

    def _step(self, data: Mapping[str, Any]) -> str:
        return f"{data['step']} {self.workflow.step(data['step']).label}"

    def _imported(self, event: Draft) -> str:
        if not event.data.get("imported"):
            return ""
        told = case_imported.from_words(self.trackers.get(event.recorded_us))
        date_only = ", date only" if DATE_ONLY in event.data.get("flags", ()) else ""
        return f" ({plain(told)}{date_only})"


def history(opened: Opened) -> None:
    """The table of all events, the latest first."""
    events = opened.page.store.history(opened.case.case_id)
    undo.of_history(events, opened.page.store, opened.page.person)
    teller, zone = Teller(opened, events), opened.page.zone
    standing_now = {event.version for event in standing(events)}
    rows = [
        {
            f"Happened ({formats.city(zone)})": _when(event, zone),
            "What": teller.tell(event) + ("" if event.version in standing_now else UNDONE),
            "Who": _who(event),
        }
        for event in events
    ]
    st.table(rows[::-1], border="horizontal", hide_index=True, alt="Case history, newest first")


def notes(opened: Opened) -> None:
    """The notes alone, the latest first."""
    zone = opened.page.zone
    for event in reversed(opened.page.store.history(opened.case.case_id)):
        if event.kind == "note_added":
            when = formats.moment(to_datetime(event.occurred_us), zone)
            with st.container(gap=None):
                st.markdown(plain(event.data["text"]))
                st.caption(f"{plain(event.actor)}, {when}")


def _who(event: Draft) -> str:
    by = event.data.get("done_by")
    return f"{plain(by)}, recorded by {plain(event.actor)}" if by else plain(event.actor)


def _when(event: Draft, zone: str) -> str:
    """When it happened; beneath it when it was recorded, unless that was at once."""
    happened = formats.moment(to_datetime(event.occurred_us), zone)
    if event.recorded_us - event.occurred_us < AT_ONCE_US:
        return happened
    recorded = formats.moment(to_datetime(event.recorded_us), zone)
    return f"{happened}  \n:gray[recorded {recorded}]"


def _refs(given: Mapping[str, Any]) -> list[str]:
    return [value["ref"] for value in given.values() if isinstance(value, dict)]
