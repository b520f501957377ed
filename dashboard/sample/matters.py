"""One firm's move as the simulation knows it, and what people type into a step's form for it."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dashboard.catalogue import Product, families
from dashboard.commands import CatchUp
from dashboard.people import Person
from dashboard.sample import pace, staff
from dashboard.sample.firms import Firm
from dashboard.workflows import WORKFLOWS, Field, FieldKind, Step, Workflow

# The firm's own time zone, by its id; None: the department's, or nobody asked.
ZONES = (None, None, None, "America/Chicago", None, "America/Denver", "America/Los_Angeles")
POPULAR = ("UltraTax CS", "FileCabinet CS", "Accounting CS")  # more firms have these than others


@dataclass(slots=True)
class Matter:
    """A case's people and its fate; `happened` and `entered` follow its last event."""

    path: Workflow
    firm: Firm
    submitted: datetime
    representative: Person
    leader: Person
    technician: Person
    sales: str
    products: list[str]
    families: list[str]
    wishes_date: bool
    new_sales: bool
    is_slow: bool
    is_caught_up: bool
    mistake: tuple[int, int, str] | None
    withdrawn_at: int | None
    happened: datetime
    entered: datetime
    case_id: str = ""
    requested: date | None = None
    appointment: datetime | None = None
    to_catch_up: list[CatchUp] = field(default_factory=list[CatchUp])
    lost: dict[str, float] = field(default_factory=dict[str, float])  # hours by cause of delay


def matters(
    submitted: Sequence[datetime],
    firms: Iterator[Firm],
    catalogue: Sequence[Product],
    rng: random.Random,
) -> Iterator[Matter]:
    """A matter for each submission, with chance as its fate."""
    for at in submitted:
        key = "local" if rng.random() < pace.LOCAL_SHARE else "virtual_office"
        offered = [item for item in catalogue if key == "virtual_office" or not item.is_addon]
        products = _products(offered, rng)
        yield Matter(
            path=WORKFLOWS[key],
            firm=next(firms),
            submitted=at,
            representative=rng.choice(staff.REPRESENTATIVES),
            leader=rng.choice(staff.LEADERS),
            technician=rng.choice(staff.TECHNICIANS),
            sales=rng.choice(staff.SALES),
            products=products,
            families=families(products, catalogue),
            wishes_date=rng.random() < pace.REQUESTS_DATE,
            new_sales=rng.random() < 0.2,
            is_slow=rng.random() < pace.SLOW_FIRM,
            is_caught_up=rng.random() < pace.CAUGHT_UP_SHARE,
            mistake=rng.choice(pace.MISTAKES[key]) if rng.random() < pace.MISTAKEN else None,
            withdrawn_at=rng.choice((2, 3)) if rng.random() < pace.WITHDRAWN else None,
            happened=at,
            entered=at,
        )


def filled(step: Step, matter: Matter, rng: random.Random) -> dict[str, Any]:
    """What people type into the step's form: of a field that is new, the least that it takes."""
    return {
        item.key: _ANSWERS[item.key](matter, rng) if item.key in _ANSWERS else _least(item, matter)
        for item in step.fields
    }


def _least(item: Field, matter: Matter) -> Any:
    """Without chance, so that a new field leaves the rest of a seed's log as it was."""
    if not item.required:
        return None
    own = {
        FieldKind.EMAIL: matter.firm.administrator_email,
        FieldKind.CHOICE: next(iter(item.options), None),
        FieldKind.DATE: matter.happened.date().isoformat(),
        FieldKind.PRODUCTS: matter.products,
        FieldKind.FAMILIES: matter.families,
        FieldKind.WINDOW: matter.appointment,
        FieldKind.PERSON: matter.representative.name,
    }
    return own.get(item.kind, item.kind.example)


def _products(offered: Sequence[Product], rng: random.Random) -> list[str]:
    weights = [3.0 if item.name in POPULAR else 1.0 for item in offered]
    return list(dict.fromkeys(
        item.name for item in rng.choices(offered, weights, k=rng.choice((1, 2, 2, 3, 3, 4, 5)))
    ))  # fmt: skip


def _requested(matter: Matter, rng: random.Random) -> str | None:
    return matter.requested.isoformat() if matter.requested else None


def _priced_by(matter: Matter, rng: random.Random) -> str:
    others = rng.random() < 0.25
    return rng.choice(staff.REPRESENTATIVES).name if others else matter.representative.name


_ANSWERS: Mapping[str, Callable[[Matter, random.Random], Any]] = {
    "firm_name": lambda matter, rng: matter.firm.name,
    "firm_id": lambda matter, rng: matter.firm.firm_id,
    "cs_representative": lambda matter, rng: matter.representative.name,
    "sales_representative": lambda matter, rng: matter.sales,
    "contact": lambda matter, rng: matter.firm.contact if rng.random() < 0.8 else None,
    "contact_email": lambda matter, rng: matter.firm.contact_email if rng.random() < 0.6 else None,
    "firm_zone": lambda matter, rng: ZONES[sum(matter.firm.firm_id.encode()) % len(ZONES)],
    "requested_date": _requested,
    "trial_licences": lambda matter, rng: rng.choice(
        ("offered", "offered", "used", "not needed", None)
    ),
    "data_backed_up": lambda matter, rng: True,
    "products": lambda matter, rng: matter.products,
    "team_leader": lambda matter, rng: matter.leader.name,
    "products_to_load": lambda matter, rng: matter.products,
    "appointment": lambda matter, rng: matter.appointment,
    "administrator": lambda matter, rng: matter.firm.administrator,
    "administrator_email": lambda matter, rng: matter.firm.administrator_email,
    "ems_ticket": lambda matter, rng: f"EMS-{rng.randrange(10_000, 100_000)}",
    "high_priority": lambda matter, rng: True,
    "price_verified": lambda matter, rng: True,
    "price_verified_by": _priced_by,
    "new_sales": lambda matter, rng: matter.new_sales,
    "combined_order": lambda matter, rng: rng.random() < 0.6 if matter.new_sales else None,
    "vo_setup_licence": lambda matter, rng: True,
    "vo_licences": lambda matter, rng: matter.families,
    "order_number": lambda matter, rng: f"SO{rng.randrange(600_000, 1_000_000)}",
}
