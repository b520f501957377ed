"""axe reads every page, light and dark: no serious or critical finding of ours."""

from collections.abc import Generator

import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard import clock
from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.live import ROOT, live_app
from tests.screen import Room, Scheme

pytestmark = [pytest.mark.browser, pytest.mark.system]  # it takes minutes
CASES = 120
GRAVE = ("serious", "critical")
DRAWN_MS = 1_500  # charts are drawn after the script has ended
SECTIONS = ("Calendar", "Targets", "Catalog", "Notices", "Messages", "Directory", "Import")
QUERIES = {"today": "", "case": "case?id=C-0119"}
PAGES = [
    *(QUERIES.get(path.stem, path.stem) for path in sorted((ROOT / "pages").glob("*.py"))),
    *(f"settings?section={section}" for section in SECTIONS),
]
# Lines that Streamlit draws itself, with the figure's name beside them; and what Vega leaves of a
# layer of a chart that has no mark. Every mark that there is has words of its own.
NOT_OURS = [["[data-testid=stMetricChart]"], ["g.role-mark[role=graphics-symbol]:empty"]]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    log = tmp_path_factory.mktemp("accessible") / "log.duckdb"
    store = Store.open(log)
    until = clock.now()
    write_sample(store, seed=4, cases=CASES, until=until, by=Person("sample", Role.ADMIN))
    store.close()
    with live_app(log) as serving:
        yield serving


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_serious_on_a_page(room: Room, address: str, page: str, scheme: Scheme):
    screen = room.visitor(address, scheme=scheme).open(page)
    screen.page.wait_for_timeout(DRAWN_MS)

    found = Axe().run(screen.page, {"exclude": NOT_OURS}).response["violations"]

    assert [
        (one["id"], node["html"][:200], node.get("failureSummary"))
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ] == []
