"""Who acts: a role and what it may do, and with sign-in an identity that nobody can put on.

Pages hide what a person may not; commands refuse it again. The log keeps an identity's key alone.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from dashboard.errors import NotAllowed
from dashboard.workflows import Party, Step

KEY = "person:"  # the beginning of an actor who signed in
# Of a hexadecimal digest: with 10,000 people two share 80 bits in one of 10^16 departments.
KEY_SIGNS = 20
ADMINISTRATOR = "an administrator"
OURSELVES = "Changeover"  # under which it does by itself what nobody asked for
COMMAND_LINE = "cli:"
UNSEEN = ("Cc", "Cf", "Mn", "Me")  # categories of signs: accents too, once parted from their letter
NAMELESS = "a person whose name was erased"
# What looks like a Latin letter or a colon and is none to Unicode, such as Cyrillic letters;
# and i, l, 1, which readers take for each other.
TWINS = str.maketrans(
    "\u0430\u0441\u0501\u0435\u0261\u04bb\u0458\u043e\u0440\u051b\u0455\u03bd\u051d\u0445\u0443"
    "\u0585\u03bf\u0131\u0456\u03b9\u04cfl|10\u0589\u05c3\u2236\ua789\u02d0",
    "acdeghjopqsvwxyooiiiiiiio:::::",
)


class Role(StrEnum):
    """From reading only to settings; each may do all that the one before may."""

    VIEWER = "viewer"
    MEMBER = "member"
    LEAD = "lead"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in: the key that the log keeps, and what the sign-in service says beside it."""

    key: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who acts: what they are called, the role, and a member's parties.

    `entry` is the name that the directory has for whoever signed in; empty if it has none.
    """

    name: str
    role: Role
    parties: frozenset[Party] = frozenset()
    identity: Identity | None = None
    entry: str = ""

    @property
    def actor(self) -> str:
        """What the log keeps: the key of an identity; without sign-in the name."""
        return self.identity.key if self.identity else self.name

    @property
    def case_name(self) -> str:
        """The name under which cases have this person; empty if nobody knows."""
        return self.entry if self.identity else self.name

    @property
    def leads(self) -> bool:
        """Whether the person may do what team leaders do."""
        return self.role in (Role.LEAD, Role.ADMIN)

    def acts_for(self, party: str) -> bool:
        """Whether the person may record what is that party's to record."""
        return self.leads or (self.role is Role.MEMBER and party in self.parties)


def key_of(issuer: str, subject: str) -> str:
    """The key of whom a sign-in service knows by that number: opaque, and the same for ever."""
    digest = hashlib.sha256(f"{issuer}\0{subject}".encode(errors="replace")).hexdigest()
    return KEY + digest[:KEY_SIGNS]


def looks(name: str) -> str:
    """What a name looks like: two that a reader takes for each other have the same."""
    parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    kept = (sign for sign in parted if unicodedata.category(sign) not in UNSEEN)
    return " ".join("".join(kept).translate(TWINS).split())


def is_reserved(name: str) -> bool:
    """Whether a name is, or looks like, one that Changeover itself gives to whoever acts."""
    seen = looks(name).replace(" ", "")
    kept = (looks(one).replace(" ", "") for one in (KEY, COMMAND_LINE, NAMELESS))
    return seen == looks(OURSELVES) or seen.startswith(tuple(kept))


def may_complete(person: Person, step: Step) -> bool:
    """Whether the person may start or complete the step."""
    return person.acts_for(step.recorded_by)


def require(person: Person, allowed: bool, what: str, who: str) -> None:
    """Raise NotAllowed unless `allowed`: `what` was asked, `who` may do it."""
    if not allowed:
        others = "" if who == ADMINISTRATOR else f"{who}, or "
        raise NotAllowed(
            f"{person.name} ({person.role}) cannot {what}. Ask {others}{ADMINISTRATOR} to change "
            "your role."
        )
