"""Plain American English: nothing in old words, said twice or too long, and no code on a page."""

import re
from pathlib import Path

import pytest

from dashboard import clock, formats
from dashboard.charts import look
from dashboard.findings import Promise, agreed
from dashboard.intake import import_tracker
from dashboard.sample import write_sample
from dashboard.store import Store
from tests import inventory
from tests.builders import ADMIN
from tests.inventory import OLD, doubled, in_code, in_docs, offences, on_page, too_long
from tests.test_intake import TRACKER
from tests.test_pages import Browse, browse, live, log, walked

__all__ = ["browse", "live", "log"]  # fixtures

PAGES = (
    "today", "cases", "new_case", "throughput", "bottlenecks", "month_end", "forecast",
    "sla_report", "log", "guide", "settings",
)  # fmt: skip
ONE_OF_MANY = re.compile(r"\b1 (?:cases|days|steps|events|hours|messages|appointments|months)\b")
CODE = re.compile(r"(?<![`/\w.@-])[a-z]+_[a-z_]+\b(?![`/@])|\b(?:boosted|nearest|median)-\d\b")
# Texts that name code on purpose: what a command line, a file or a spreadsheet takes.
NAMES_CODE = ("dashboard/cli/", "dashboard/store/", "dashboard/ui/guard.py")


CODE_TEXTS = list(in_code())
DOC_TEXTS = [text for text in in_docs() if text[0] != "docs/decisions.md"]


@pytest.mark.parametrize(("once", "pattern"), OLD, ids=[once[:40] for once, _ in OLD])
def test_no_old_wording_has_come_back(once: str, pattern: str):
    assert re.search(pattern, once), "the old wording itself is not known by its pattern"

    assert offences(CODE_TEXTS, pattern) == []
    assert offences(DOC_TEXTS, pattern) == []


@pytest.mark.parametrize("once", [once for once, _ in OLD], ids=lambda once: once[:40])
def test_an_old_wording_that_came_back_would_be_found(once: str, tmp_path: Path):
    source = tmp_path / "notes.py"
    read = (inventory.ROOT / "dashboard" / "ui" / "notices.py").read_text("utf-8")
    source.write_text(f"{read}\n\nst.caption({once!r})\n", "utf-8")
    readme = f"{inventory.DOCS[0].read_text('utf-8')}\n\n{once}\n"

    in_source = [(f"{line}", said) for line, said in inventory.literals(source)]
    in_readme = [("README.md", said) for said in inventory.paragraphs(readme)]

    for texts in (in_source, in_readme):
        assert any(offences(texts, pattern) for _, pattern in OLD)


def test_a_place_in_the_month_reads_as_people_say_it():
    assert [formats.place_sign(days) for days in (2, 1, 0, -1)] == ["−2", "−1", "last day", "+1"]
    assert "'last day'" in look.PLACE
    assert agreed(Promise(None), (2, -1))["window"] == "−2 to +1"


def test_no_text_says_a_sentence_twice():
    found = {where: twice for where, said in CODE_TEXTS if (twice := doubled(said))}

    assert found == {}
    assert doubled("Save your work. Save your work today. Save it then. Save your work.") == []
    assert doubled("Save your work now. Then go. Save your work now.") != []


def test_a_sentence_is_read_in_one_breath():
    found = {where: long for where, said in CODE_TEXTS if (long := too_long(said))}

    assert found == {}
    assert too_long(" ".join(["word"] * 31)) != []


def test_a_sentence_of_the_docs_is_read_in_one_breath_too():
    parts = [(where, part) for where, said in DOC_TEXTS for part in said.split(";")]

    assert [(where, long) for where, part in parts if (long := too_long(part))] == []


def fill(store: Store, kind: str) -> None:
    """What a log holds: nothing, some cases, the sample, or a team leader's tracker."""
    if kind == "cases":
        for path, done in (("local", 7), ("local", 4), ("local", 6), ("virtual_office", 4)):
            walked(store, path, done)
    if kind == "sample":
        write_sample(store, seed=1, until=clock.now(), by=ADMIN, cases=60)
    if kind == "tracker":
        rows = TRACKER.read_text("utf-8").splitlines(keepends=True)
        sheet = "".join(rows[:80]).encode()
        import_tracker(store, sheet, TRACKER.name, by=ADMIN, now=clock.now())


@pytest.mark.parametrize("kind", ["empty", "cases", "sample", "tracker"])
def test_pages_say_nothing_old_nothing_twice_and_no_code(browse: Browse, live: Store, kind: str):
    fill(live, kind)

    texts = [(f"{page} {where}", said) for page in PAGES for where, said in on_page(browse(page))]

    assert len(texts) > 300
    assert [one for _, pattern in OLD for one in offences(texts, pattern)] == []
    assert offences(texts, ONE_OF_MANY.pattern) == []
    assert [said for _, said in texts if " " in said and CODE.search(said)] == []
    assert [twice for _, said in texts if (twice := doubled(said))] == []


def test_the_inventory_finds_what_pages_letters_files_and_the_command_line_say():
    said = {text for _, text in CODE_TEXTS}

    assert len(said) > 1_500
    assert {
        "Save note",
        "Unsent messages",
        "Within SLA",
        "Read-only. Administrators can edit.",
    } <= {part for text in said for part in (text, text.removeprefix(":material/lock: "))} | {
        text.partition(" (")[0] for text in said
    }
    assert any("Your order has been processed" in text for text in said)
    assert any("preview only" in text for text in said)
    assert inventory.DOCS[0].name == "README.md"
