"""Whose turn it was: the ledger of one case, which adds up to its cycle time exactly."""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.cases.state import NEVER, Case, Move
from dashboard.workflows import Party


@dataclass(frozen=True, slots=True)
class Turn:
    """One party had one step in [began_us, ended_us); ended_us None: it still has it.

    Where an agreed date lies ahead, an open case's turns reach into the future: cut them at
    the instant you ask for.
    """

    version: int  # of the move that began the interval
    step: int
    party: str
    began_us: int
    ended_us: int | None
    is_withdrawn: bool = False


def turns(case: Case, requested_us: int | None = None) -> list[Turn]:
    """The case's turns in order of time, without those of no length.

    `requested_us`: 00:00 of the requested cancellation date, if any; until then every turn is
    the customer's. Withdrawn time is the customer's too and marked. Time between closing and
    reopening belongs to the reopened step's party, or to nobody if the case was really finished.
    """
    out: list[Turn] = []
    for move, following in zip(case.moves, [*case.moves[1:], None], strict=True):
        ended_us = following.at_us if following else None
        was_closed = move.due > case.workflow.last
        if was_closed and following is None:
            break
        if was_closed and following and following.finished:
            continue
        step = following.due if was_closed and following else move.due
        pieces = _pieces(case, move, step, ended_us, requested_us, was_closed)
        out += [
            Turn(move.version, step, party, began, ended, move.kind == "case_withdrawn")
            for party, began, ended in pieces
            if ended is None or began < ended
        ]
    return out


def _pieces(
    case: Case, move: Move, step: int, ended_us: int | None, requested_us: int | None, closed: bool
) -> Iterator[tuple[str, int, int | None]]:
    """The interval after `move`, cut where the step changed hands: (party, began, ended)."""
    rules = case.workflow.step(step)
    began_us = move.at_us
    if move.kind == "case_withdrawn":
        yield Party.CUSTOMER, began_us, ended_us
        return
    if requested_us is not None and requested_us > began_us:
        cut = requested_us if ended_us is None else min(requested_us, ended_us)
        yield Party.CUSTOMER, began_us, cut
        began_us = cut
    moment = None if closed else _moment(case, move, step)
    if rules.turn is None or moment is None:
        yield rules.party, began_us, ended_us
        return
    cut = max(moment, began_us) if ended_us is None else min(max(moment, began_us), ended_us)
    yield rules.turn.before, began_us, cut
    yield rules.turn.after, cut, ended_us


def _moment(case: Case, move: Move, step: int) -> int | None:
    """The instant at which the step changed hands in this round; None: nobody recorded it."""
    turn = case.workflow.step(step).turn
    if turn is None:
        return None
    if turn.from_field:
        earlier = [
            other.version
            for other in case.moves
            if other.kind == "step_completed" and other.version <= move.entry and other.due == step
        ]
        return case.windows[earlier[-1]] if earlier else NEVER
    found = case.moments.get(move.entry)
    return found.at_us if found else None
