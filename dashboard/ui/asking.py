"""What a form knows of the case whose fields it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dashboard.catalogue import families
from dashboard.settings import Settings
from dashboard.workflows import Workflow


@dataclass(frozen=True, slots=True)
class Asking:
    """For options, and for what is filled in already."""

    settings: Settings
    workflow: Workflow
    now: datetime
    known: Mapping[str, Any] = field(default_factory=dict[str, Any])
    names: Sequence[str] = ()
    suggested: Mapping[str, Any] = field(default_factory=dict[str, Any])
    case_id: str = ""  # whose own appointment is not in its way
    limit: datetime | None = None  # that an appointment may make the case miss

    @property
    def zone(self) -> str:
        """The calendar's zone."""
        return self.settings.calendar.zone

    @property
    def products(self) -> list[str]:
        """The catalogue's products that this path can have; add-ons come with a hosted one only."""
        has_addons = self.workflow.products_required
        return [item.name for item in self.settings.catalogue if has_addons or not item.is_addon]

    @property
    def families(self) -> list[str]:
        """The families of the case's products."""
        chosen = self.known.get(self.workflow.products_field) or ()
        return families(chosen, self.settings.catalogue)
