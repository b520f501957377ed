"""Histories written down by hand, event by event, and what the fold makes of them."""

from datetime import UTC, datetime
from typing import Any

from dashboard.cases import Case, Draft, fold, turns
from dashboard.instants import to_us

CUSTOMER, CS, TL, CPT = "Customer", "CS representative", "Team leader", "CitrixPortalTech"
EMS, ORDERS, AGREED = "EMS", "Order Team", "Agreed date"


def us(moment: str) -> int:
    """ "6 13:30" is that day of October 2026, in UTC."""
    day, clock = moment.split()
    hours, minutes = map(int, clock.split(":"))
    return to_us(datetime(2026, 10, int(day), hours, minutes, tzinfo=UTC))


def told(at_us: int | None) -> str | None:
    """The other way round."""
    if at_us is None:
        return None
    instant = datetime.fromtimestamp(at_us / 1e6, UTC)
    return f"{instant.day} {instant:%H:%M}"


class Paper:
    """Events written down by hand, in order."""

    def __init__(self, workflow: str, opened: str, **fields: Any) -> None:
        self.drafts: list[Draft] = []
        self.add("case_opened", opened, workflow=workflow, fields=fields)

    def add(self, kind: str, at: str, **data: Any) -> "Paper":
        version = len(self.drafts) + 1
        draft = Draft("C-0001", version, kind, us(at), us(at), "T. Vance", data, str(version))
        self.drafts.append(draft)
        return self

    def done(self, step: int, at: str, **fields: Any) -> "Paper":
        data: dict[str, Any] = {"step": step} | ({"fields": fields} if fields else {})
        return self.add("step_completed", at, **data)

    def handed(self, step: int, at: str) -> "Paper":
        return self.add("turn_recorded", at, step=step)

    def started(self, step: int, at: str) -> "Paper":
        return self.add("step_started", at, step=step)

    def reopened(self, step: int, at: str) -> "Paper":
        return self.add("step_reopened", at, step=step, reason="a slip")

    def withdrawn(self, at: str) -> "Paper":
        return self.add("case_withdrawn", at, reason="the firm stays")

    def resumed(self, at: str) -> "Paper":
        return self.add("case_resumed", at)

    def corrected(self, version: int, at: str, to: str = "", **fields: Any) -> "Paper":
        data: dict[str, Any] = {"step": 0, "of_version": version}
        data |= {"at_us": us(to)} if to else {}
        return self.add("step_corrected", at, **data, **({"fields": fields} if fields else {}))

    @property
    def case(self) -> Case:
        return fold("C-0001", self.drafts)

    def ledger(self, requested: str = "") -> list[tuple[int, str, str, str | None]]:
        """Step, party, from, until; withdrawn time is marked by a star."""
        return [
            (turn.step, turn.party + "*" * turn.is_withdrawn, told(turn.began_us) or "",
             told(turn.ended_us))
            for turn in turns(self.case, us(requested) if requested else None)
        ]  # fmt: skip


def local() -> Paper:
    """A local case up to step 4, on Monday."""
    paper = Paper("local", "5 13:00", firm_name="Juniper Advisors")
    return paper.done(2, "5 13:10", team_leader="T. Vance").done(3, "5 14:00").done(4, "5 14:30")


def hosted() -> Paper:
    """A case for Virtual Office up to step 3, on Monday."""
    paper = Paper("virtual_office", "5 13:00", products=["UltraTax CS"])
    return paper.done(2, "5 13:10").done(3, "5 14:00")
