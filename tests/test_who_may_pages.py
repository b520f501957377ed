"""Who may do what on the pages: what is offered is allowed, the rest does nothing if forced.

Pages, sections of Settings and steps are found, not listed. A control that cannot be pressed is
pressed all the same, as a forged message to the server would. That commands refuse, too, is held
by the tests of who may do what.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, MenuButton

from dashboard import clock, commands
from dashboard.cases import Case
from dashboard.people import Person, Role, may_complete
from dashboard.store import Store
from dashboard.ui import visitor
from dashboard.ui.settings_page import SECTIONS
from dashboard.workflows import WORKFLOWS, Party, Step
from tests.builders import ADMIN, LEAD, form, step_fields
from tests.test_pages import PAGES, Browse, browse, live, log, walked

__all__ = ["browse", "live", "log"]  # fixtures

RECORDERS = {step.recorded_by for path in WORKFLOWS.values() for step in path.steps}
PEOPLE: dict[str, tuple[Role, frozenset[Party]]] = {
    "viewer": (Role.VIEWER, frozenset()),
    **{str(party): (Role.MEMBER, frozenset({party})) for party in Party if party in RECORDERS},
    "of the others": (Role.MEMBER, frozenset(Party) - RECORDERS),
    "lead": (Role.LEAD, frozenset()),
    "admin": (Role.ADMIN, frozenset()),
}
# Those whom pages treat differently, to press everything; what each party may is tried by step.
KINDS = ("viewer", str(Party.CS), str(Party.CPT), "lead", "admin")
PRESSES = 60  # a page with more controls than that is found out
MAY_NOT = " cannot "


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of person that there is; local mode lets one act as them."""
    for name, preset in PEOPLE.items():
        monkeypatch.setitem(visitor.PRESETS, name, preset)


def seen_by(name: str, app: AppTest) -> AppTest:
    """The page as such a person sees it."""
    app.session_state["act-as-role"] = name
    app.session_state["act-as-name"] = "N. Body"
    app.run()
    assert not app.exception
    return app


def places(page: str) -> list[dict[str, str]]:
    """The addresses of a page that show something of their own."""
    if page == "settings":
        return [{"section": name} for name in SECTIONS]
    return [{"id": "C-0001"}, {"id": "C-0002"}] if page == "case" else [{}]


def two_cases(store: Store) -> None:
    """One case at a team leader's step, with messages that wait, one that CPT has to book."""
    walked(store, "local", 3)
    walked(store, "virtual_office", 3)
    now = clock.now()
    commands.post_notice(store, "EMS is slow.", now.date() + timedelta(5), by=ADMIN, now=now)


def controls(app: AppTest) -> Iterator[tuple[str, bool, Callable[[], object]]]:
    """What can be pressed: its key without versions, whether it is offered, the pressing."""
    for item in chain(app.button, app.get("menu_button")):
        name, is_offered = re.sub(r"-\d+\b", "", str(item.key)), not item.proto.disabled
        if isinstance(item, Button):
            yield name, is_offered, lambda i=item: forced(i).click()
        elif isinstance(item, MenuButton):
            for option in item.options:
                yield f"{name} {option}", is_offered, lambda i=item, o=option: forced(i).click(o)


def forced(item: Any) -> Any:
    """The control, to be pressed whether it is offered or not."""
    item.proto.disabled = False
    return item


def press_everything(store: Store, opened: Callable[[], AppTest]) -> int:
    """Press each control once; those in what it opens, too."""
    app, pressed = opened(), set[str]()
    while found := [item for item in controls(app) if item[0] not in pressed]:
        name, is_offered, press = found[0]
        pressed.add(name)
        assert len(pressed) < PRESSES
        before = store.head().position
        press()
        app.run()
        assert not app.exception, name
        refused = [item.value for item in app.error if MAY_NOT in item.value]
        if is_offered:
            assert not refused, f"{name} is offered, and refused: {refused}"
        else:
            assert store.head().position == before, f"{name} is not offered, and was done"
        if store.head().position != before or refused:
            app = opened()
    return len(pressed)


@pytest.mark.parametrize("page", [path.stem for path in PAGES])
@pytest.mark.parametrize("name", KINDS)
def test_what_a_page_offers_is_allowed_and_what_it_does_not_offer_is_refused(
    browse: Browse, live: Store, page: str, name: str
):
    two_cases(live)

    for place in places(page):
        press_everything(live, lambda at=place: seen_by(name, browse(page, **at)))


@pytest.mark.parametrize(
    ("workflow", "step"),
    [(key, step) for key, path in WORKFLOWS.items() for step in path.steps[1:]],
    ids=lambda item: item if isinstance(item, str) else str(item.number),
)
def test_a_step_is_offered_to_those_alone_who_may_complete_it(
    browse: Browse, live: Store, workflow: str, step: Step
):
    case = at_step(live, workflow, step.number)
    app = browse("case", id=case.case_id)
    moment = step.turn if step.turn and not step.turn.from_field else None

    for name, (role, parties) in PEOPLE.items():
        person = Person("N. Body", role, parties)
        offered = [(key, is_so) for key, is_so, _ in controls(seen_by(name, app))]

        wanted = {
            "complete-C": may_complete(person, step),
            "start-C": may_complete(person, step),
            "turn-C": bool(moment) and person.acts_for(moment.after),
        }
        for key, may in wanted.items():
            assert {is_so for said, is_so in offered if said == key} <= {may}, name
        assert "complete-C" in dict(offered)


def at_step(store: Store, workflow: str, step: int) -> Case:
    """A case of which that step is current; the appointment, if there was one, is over."""
    began, later = (clock.now() - timedelta(days=days) for days in (14, 3))
    given = form(workflow)
    with store.bulk() as desk:
        case_id = commands.open_case(desk, workflow, given, by=LEAD, now=began)[0].stream
        for number in range(2, step):
            values = step_fields(desk.case(case_id), number, began)
            at = began if number < 5 else later
            commands.complete_step(desk, case_id, number, values, by=LEAD, now=at)
    return store.case(case_id)


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_forced_is_done_only_for_those_who_may(browse: Browse, live: Store, name: str):
    case = walked(live, "local", 4)
    role, parties = PEOPLE[name]
    turn = WORKFLOWS["local"].step(5).turn
    assert turn is not None
    app = seen_by(name, browse("case", id=case.case_id))
    before = live.head().position

    [press] = [press for key, _, press in controls(app) if key.startswith("turn-")]
    press()
    app.run()

    may = Person("N. Body", role, parties).acts_for(turn.after)
    assert (live.head().position > before) == may
