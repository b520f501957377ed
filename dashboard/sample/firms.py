"""The firms that move: invented names, ids and contacts."""

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

PLACES = (
    "Alder", "Ashford", "Bayview", "Birchwood", "Blue Heron", "Bramble", "Bridgeport", "Brookside",
    "Cedar Hill", "Clearwater", "Cobalt", "Copperfield", "Cypress", "Driftwood", "Eastgate",
    "Elmhurst", "Evergreen", "Fairlawn", "Foxglove", "Glenmore", "Granite Bay", "Greenleaf",
    "Harborview", "Hawthorne", "Hazelwood", "Heritage", "Highland", "Hillcrest", "Ironbridge",
    "Juniper", "Kestrel", "Keystone", "Lakemont", "Larkspur", "Linden", "Lighthouse", "Magnolia",
    "Maplewood", "Meadowbrook", "Millstone", "Northfield", "Oakridge", "Old Mill", "Osprey",
    "Palisade", "Pine Hollow", "Prairie", "Quail Run", "Redwood", "Ridgeline", "Riverbend",
    "Rosewood", "Sandstone", "Silver Creek", "Southport", "Stonebridge", "Summit", "Sycamore",
    "Tamarind", "Thornbury", "Three Rivers", "Timberline", "Valley Forge", "Westbridge",
    "Whitestone", "Willow Creek", "Windmere", "Woodlark",
)  # fmt: skip
SURNAMES = (
    "Abbott", "Aguilar", "Baptiste", "Béland", "Bergström", "Calloway", "Castañeda", "Chandra",
    "Côté", "D'Amico", "Delacroix", "Dvorak", "Eastman", "Farrow", "Fitzgerald", "Gauthier",
    "Goldberg", "Grünwald", "Haldane", "Hargrove", "Ibáñez", "Jankowski", "Kowalczyk", "Lachance",
    "Langley", "Mahoney", "McAllister", "Mendoza", "Moreno", "Müller", "Nakamoto", "Novotny",
    "O'Brien", "O'Hara", "Okonjo", "Ostrander", "Papadakis", "Peña", "Petrakis", "Quigley",
    "Rasmussen", "Rosario", "Sørensen", "Salgado", "Schaefer", "Tillman", "Trujillo", "Underhill",
    "Van Alst", "Vasquez", "Wexler", "Whitcomb", "Yamada", "Zielinski",
)  # fmt: skip
PRACTICES = (
    "Accounting LLC", "Accountants", "Advisors", "Associates PLLC", "Bookkeeping", "CPA PC",
    "CPAs", "Financial Group", "Payroll & Tax", "Tax & Accounting", "Tax Group", "Tax Services",
)  # fmt: skip
SHAPES = (
    "{place} {practice}", "{place} {practice}", "{place} {practice}", "{name} {practice}",
    "{name} & {other} {practice}", "{name} & {other}, CPAs", "{name} & Sons",
    "{name}'s {practice}", "{place} & Co CPAs", "{name}, {other} & Co",
)  # fmt: skip
COMES_AGAIN = 0.05  # the share of cases whose firm had one before: another office, another product


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm with the people there who are asked for: all of it made up."""

    name: str
    firm_id: str
    contact: str
    contact_email: str
    administrator: str
    administrator_email: str


def firms(rng: random.Random) -> Iterator[Firm]:
    """The firm of one case after another, without end; some come a second time."""
    met: list[Firm] = []
    names: set[str] = set()
    numbers: set[int] = set()
    while True:
        if met and rng.random() < COMES_AGAIN:
            yield met.pop(rng.randrange(len(met)))
            continue
        firm = _firm(rng, names, numbers)
        met.append(firm)
        yield firm


def _firm(rng: random.Random, names: set[str], numbers: set[int]) -> Firm:
    while (name := _name(rng)) in names:
        if rng.random() < 0.02:  # names run short: the places' become longer
            name = f"{rng.choice(PLACES)} {name}"
            break
    while (number := rng.randrange(100_000, 1_000_000)) in numbers:
        continue
    names.add(name)
    numbers.add(number)
    contact, administrator = _person(rng), _person(rng)
    domain = f"{_ascii(name)[:30]}.example"
    return Firm(
        name,
        f"F{number}",
        f"{contact}, 555-01{rng.randrange(100):02d}",
        f"{_ascii(contact)}@{domain}",
        administrator,
        f"{_ascii(administrator)}@{domain}",
    )


def _name(rng: random.Random) -> str:
    name, other = rng.sample(SURNAMES, 2)
    shape, place, practice = rng.choice(SHAPES), rng.choice(PLACES), rng.choice(PRACTICES)
    return shape.format(name=name, other=other, place=place, practice=practice)


def _person(rng: random.Random) -> str:
    return f"{rng.choice('ABCDEFGHJKLMNPRSTVW')}. {rng.choice(SURNAMES)}"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain.lower())
