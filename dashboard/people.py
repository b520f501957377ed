"""Roles, and what each may do. Pages hide what a person may not; commands refuse it again."""

from dataclasses import dataclass
from enum import StrEnum

from dashboard.errors import NotAllowed
from dashboard.workflows import Party, Step


class Role(StrEnum):
    """From reading only to settings; each may do all that the one before may."""

    VIEWER = "viewer"
    MEMBER = "member"
    LEAD = "lead"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who acts: the name that the log keeps, the role, and a member's parties."""

    name: str
    role: Role
    parties: frozenset[Party] = frozenset()

    @property
    def leads(self) -> bool:
        """Whether the person may do what team leaders do."""
        return self.role in (Role.LEAD, Role.ADMIN)

    def acts_for(self, party: str) -> bool:
        """Whether the person may record what is that party's to record."""
        return self.leads or (self.role is Role.MEMBER and party in self.parties)


def may_complete(person: Person, step: Step) -> bool:
    """Whether the person may start or complete the step."""
    return person.acts_for(step.recorded_by)


def require(person: Person, allowed: bool, what: str, who: str) -> None:
    """Raise NotAllowed unless `allowed`: `what` was asked, `who` may do it."""
    if not allowed:
        raise NotAllowed(
            f"{person.name} ({person.role}) may not {what}. "
            f"Ask {who}, or have an administrator change your role."
        )
