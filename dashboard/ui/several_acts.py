"""Carrying out the grid of complete several: what is filled in, and what became of each row."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashboard import clock, commands
from dashboard.cases import Draft, Event
from dashboard.commands import Completion, Verdict
from dashboard.errors import InputRefused
from dashboard.ui import acting, fields, mailing, several_grid
from dashboard.ui.acting import Click
from dashboard.ui.several_grid import Grid, Row
from dashboard.ui.words import local_words, moment_words, plain


def enter(held: Grid, click: Click) -> dict[str, Verdict]:
    """Carry out the rows that are filled in, all that are right in one transaction.

    Returns the verdicts by case. Raises InputRefused if no row is filled in.
    """
    found: dict[str, Verdict] = {}
    ready: list[Completion] = []
    for row in held.filled:
        try:
            ready.append(several_grid.completion(row, click.zone))
        except InputRefused as refused:
            found[row.case_id] = Verdict(row.case_id, refused=refused)
    if not ready and not found:
        raise InputRefused("Nothing was completed: no row is filled in. Fill in at least one.")
    if ready:
        found |= {verdict.case_id: verdict for verdict in _stored(held.rows[0], ready, click)}
    return found


def after(row: Row, verdicts: Mapping[str, Verdict], zone: str) -> Row | None:
    """The row as it stands after the press, told in the zone; None once it is stored."""
    verdict = verdicts.get(row.case_id)
    if verdict is None:
        return row
    if verdict.stored:
        return None
    # Whoever reads that somebody else moved the case has seen it: the next press may go on.
    version = acting.desk().case(row.case_id).version
    return replace(row, refused=_short(verdict, zone), version=version)


def said(held: Grid, verdicts: Mapping[str, Verdict], zone: str) -> str:
    """How many were completed, and what was stored in each row; empty if none was."""
    done = [row for row in held.rows if _is_done(verdicts.get(row.case_id))]
    if not done:
        return ""
    of = f" of {len(verdicts)}" if len(done) < len(verdicts) else ""
    lines = [_stored_in(row, verdicts[row.case_id].stored[0], zone) for row in done]
    return "\n".join([f"**{plain(held.label)}: {len(done)}{of} completed.**", "", *lines])


def send(verdicts: Mapping[str, Verdict], click: Click) -> None:
    """Send what the completions have put into the outbox, until a message cannot be sent."""
    for verdict in filter(_is_done, verdicts.values()):
        case, version = acting.desk().case(verdict.case_id), verdict.stored[0].version
        queued = [letter for letter in mailing.called(case, version) if letter.state == "queued"]
        if not queued:
            continue
        mailing.send_now(replace(click, case_id=case.case_id), queued)
        now = mailing.called(acting.desk().case(case.case_id), version)
        if any(letter.state in ("queued", "retrying") for letter in now):
            return  # the others would hear the same of the server, and wait as long for it


def _stored(first: Row, ready: list[Completion], click: Click) -> list[Verdict]:
    store = acting.desk()
    # As on the Case page: a message that is the step has been sent by whoever did it.
    hows = mailing.hows(store, store.case(first.case_id), first.rules, {}, commands.OUTSIDE)
    with store.bulk() as desk:
        return commands.complete_several(
            desk, ready, by=click.person, now=clock.now(), messages=hows, wait=commands.WAIT,
            command_id=click.command_id("complete", ready),
        )  # fmt: skip


def _stored_in(row: Row, event: Event | Draft, zone: str) -> str:
    """What a row's completion says, as a line of a list: its fields as stored, when, by whom."""
    data = event.fields() if isinstance(event, Event) else event.data
    given: Mapping[str, Any] = data.get("fields", {})
    told = [
        f"{plain(item.label)} {plain(fields.told(item, given[item.key], zone))}"
        for item in row.rules.fields
        if item.key in given and not isinstance(given[item.key], dict)
    ]
    told.append(plain(moment_words(event.occurred_us, zone)))
    told += [f"by {plain(data['done_by'])}"] if data.get("done_by") else []
    return f"- {plain(row.firm)}, {plain(row.case_id)}: {'; '.join(told)}"


def _short(verdict: Verdict, zone: str) -> str:
    """Why the row was refused; of fields only what is wrong with them."""
    told = local_words(verdict.refused.sentence, zone) if verdict.refused else ""
    return " ".join(verdict.problems.values()) or told


def _is_done(verdict: Verdict | None) -> bool:
    return verdict is not None and bool(verdict.stored)
