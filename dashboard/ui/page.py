"""What every page begins with: the guard, the store, the head and the filters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dashboard.people import Person
from dashboard.store import Store
from dashboard.ui import (
    cards,
    drafts,
    filters,
    fresh,
    guard,
    handle,
    head,
    navigation,
    notices,
    press,
    sample,
    undo,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page works with. `now` is UTC, to the minute unless the log is ahead of it."""

    store: Store
    now: datetime
    person: Person
    filters: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def zone(self) -> str:
        """The calendar's zone: that of every time shown."""
        return self.store.settings.calendar.zone

    @property
    def today(self) -> date:
        """The date in the calendar's zone."""
        return head.today(self.store, self.now)


def open_page(title: str, wanted: Sequence[filters.Name] = (), *, with_head: bool = True) -> Page:
    """Let the visitor in, or end the run; then draw the page's head and its row of filters.

    `wanted` names the filters, in order; what they say stands in the page's `filters`, ready
    for figures. A page that draws a head of its own asks for none.
    """
    person = guard.admit()
    navigation.ensure()
    guard.come_back()
    press.do_what_waits()
    store = handle.store()
    now = handle.page_now(store)
    head.style()
    drafts.listen()
    navigation.keep_places()
    if undone := guard.why_undone():
        cards.refused(undone)
    if with_head:
        head.draw(title, "", store, now, person)
        sample.banner(store, person)
        notices.under_head(store, person)
        undo.flashed()
    fresh.watch(fresh.drawn_for(store, now))
    return Page(store, now, person, filters.draw(wanted, _around(store, now, person, wanted)))


def _around(
    store: Store, now: datetime, person: Person, wanted: Sequence[filters.Name]
) -> filters.Around:
    leaders: list[str] = []
    if "tl" in wanted:
        named = store.run("people_named", now=now, party="Team leader")
        leaders = named["name"].to_pylist()
    return filters.Around(head.today(store, now), leaders, person)
