"""Who works in the made-up department. All names are invented."""

from dashboard.people import Person, Role
from dashboard.workflows import Party


def _members(party: Party, *names: str) -> tuple[Person, ...]:
    return tuple(Person(name, Role.MEMBER, frozenset({party})) for name in names)


REPRESENTATIVES = _members(
    Party.CS,
    "A. Bellamy", "J. Lowery", "M. Sandoval", "P. Lindgren", "R. Achterberg", "T. Nakada",
)  # fmt: skip
LEADERS = tuple(Person(name, Role.LEAD) for name in ("D. Marchetti", "K. Asante", "L. Hartwell"))
TECHNICIANS = _members(Party.CPT, "E. Varga", "H. Quang", "O. Lund")
CLERKS = _members(Party.ORDERS, "C. Pruitt", "F. Amari", "W. Stokes")
SALES = ("B. Corrigan", "N. Dufour", "S. Raman")
