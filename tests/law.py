"""The law of the workflows, told once more and slowly: what no history may do.

It looks at raw events only and shares no code with the fold or the commands.
"""

from collections.abc import Iterable
from typing import Any

from dashboard.cases import Draft

LAST = {"local": 7, "virtual_office": 11}


def broken(drafts: Iterable[Draft]) -> list[str]:
    """Every breach of the law in a log, in words; empty if it is kept."""
    by_case: dict[str, list[Draft]] = {}
    recorded, faults = 0, []
    for draft in drafts:
        if draft.recorded_us < recorded:
            faults.append(f"{draft.stream}: recorded times run backwards")
        recorded = draft.recorded_us
        if draft.stream.startswith("C-"):
            by_case.setdefault(draft.stream, []).append(draft)
    for case_id, events in by_case.items():
        faults += [f"{case_id}: {fault}" for fault in _case(events)]
    return faults


def _case(events: list[Draft]) -> list[str]:
    faults: list[str] = []
    if [event.version for event in events] != list(range(1, len(events) + 1)):
        faults.append("versions have gaps")
    if events[0].kind != "case_opened" or any(e.kind == "case_opened" for e in events[1:]):
        return [*faults, "a case is opened once, and first"]
    faults += _undoings(events)
    undone = {version for event in events for version in event.data.get("versions", ())}
    events = [event for event in events if event.version not in undone]
    last, due, withdrawn = LAST[events[0].data["workflow"]], 2, False
    for event in events:
        if event.occurred_us > event.recorded_us:
            faults.append(f"{event.kind} happened after it was recorded")
        if not _allowed(event, due, last, withdrawn):
            faults.append(f"{event.kind} {event.data.get('step')} while {due} was due")
        due = {"step_completed": event.data.get("step", 0) + 1,
               "step_reopened": event.data.get("step", 0)}.get(event.kind, due)  # fmt: skip
        withdrawn = {"case_withdrawn": True, "case_resumed": False}.get(event.kind, withdrawn)
    return faults + _times(events) + _messages(events)


def _undoings(events: list[Draft]) -> list[str]:
    """What is undone came before, once, and nobody built on it; letters that went stay."""
    faults: list[str] = []
    gone: set[int] = set()
    by_version = {event.version: event for event in events}
    for event in events:
        if event.kind != "act_undone":
            continue
        versions = event.data["versions"]
        for version in versions:
            kind = by_version[version].kind if version < event.version else "what is to come"
            if version in gone or not (
                kind.startswith("message_")
                or kind in ("step_completed", "step_started", "turn_recorded", "case_assigned",
                            "follow_up_set")
            ):  # fmt: skip
                faults.append(f"{kind} of version {version} is undone")
            if kind == "message_sending" or (
                kind == "message_sent" and "outside" not in by_version[version].data
            ):
                faults.append(f"a message that was sent is undone with version {version}")
        gone.update(versions)
    return faults


def _allowed(event: Draft, due: int, last: int, withdrawn: bool) -> bool:
    """Whether a case with that step due may have this event."""
    step = event.data.get("step")
    is_open = due <= last and not withdrawn
    match event.kind:
        case "step_completed" | "step_started" | "turn_recorded":
            return is_open and step == due
        case "step_reopened":
            return not withdrawn and step is not None and 1 < step < due
        case "case_withdrawn":
            return is_open
        case "case_resumed":
            return withdrawn
        case _:
            return True


def _times(events: list[Draft]) -> list[str]:
    """After every event, with the corrections made so far, the moves keep their order."""
    faults: list[str] = []
    happened: dict[int, int] = {}
    moves: list[int] = []
    for event in events:
        happened[event.version] = event.occurred_us
        if event.kind == "step_corrected":
            data: dict[str, Any] = dict(event.data)
            if "at_us" in data:
                happened[data["of_version"]] = data["at_us"]
        if event.kind in (
            "case_opened", "step_completed", "step_reopened", "case_withdrawn", "case_resumed",
        ):  # fmt: skip
            moves.append(event.version)
        times = [happened[version] for version in moves]
        if times != sorted(times):
            faults.append(f"after version {event.version} the moves are out of order")
    return faults


def _messages(events: list[Draft]) -> list[str]:
    """Each message tells of an event of its step, and goes out at most once of itself."""
    faults: list[str] = []
    told: dict[tuple[int, str], Draft] = {}
    by_version = {event.version: event for event in events}
    for event in events:
        if not event.kind.startswith("message_"):
            continue
        of_version, step = event.data["of_version"], event.data["step"]
        key, source = (of_version, event.data["message"]), by_version[of_version]
        if source.kind not in ("step_completed", "step_corrected") or source.data["step"] != step:
            faults.append(f"{event.kind} of {key} tells of no event of step {step}")
        undone = any(
            other.kind == "step_reopened" and other.data["step"] <= step
            for other in events[of_version : event.version]
        )
        if event.kind == "message_sending" and undone:
            faults.append(f"{key} is being sent though its step was reopened")
        faults += _follows(key, event, told.get(key))
        told[key] = event
    return faults


def _follows(key: tuple[int, str], event: Draft, last: Draft | None) -> list[str]:
    """What may come after the last event of a message."""
    if last is not None and last.kind == "message_sent":
        return [f"{event.kind} of {key} after it was sent"]
    if event.kind == "message_sending":
        return _begun(key, event, last)
    is_outcome = event.kind in ("message_sent", "message_failed") and "outside" not in event.data
    if is_outcome and (last is None or last.kind != "message_sending"):
        return [f"{event.kind} of {key}, whose sending never began"]
    return []


def _begun(key: tuple[int, str], event: Draft, last: Draft | None) -> list[str]:
    if last is not None and last.kind == "message_queued":
        return []
    again_us = last.data.get("again_us") if last and last.kind == "message_failed" else None
    if again_us is not None and again_us <= event.occurred_us:
        return []
    return [f"{key} is being sent, and nobody put it into the outbox"]
