"""What the server does before its first visitor, and what it leaves until it is needed."""

import subprocess
import sys

from dashboard import charts
from dashboard.charts.ready import READY
from tests.live import ROOT
from tests.write_charts import text

# Each takes a tenth of a second to two seconds to import, and few pages or none need it.
WHEN_USED = (
    "altair", "openpyxl", "pandas", "scipy", "simpy", "sklearn", "typst", "vl_convert",
    "xlsxwriter",
)  # fmt: skip
DRAWN = """
import sys
from dashboard import charts, ui
from tests import declared

for builder, *of in declared.charts():
    charts.spec(builder, *of)
print(*sys.modules)
"""


def in_a_new_process(code: str) -> str:
    line = [sys.executable, "-c", code]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_neither_the_pages_nor_their_charts_bring_in_what_few_of_them_need():
    modules = in_a_new_process(DRAWN).split()

    assert "dashboard.ui" in modules
    assert [name for name in WHEN_USED if name in modules] == []


def test_no_chart_is_called_like_the_module_that_builds_it():
    # Whoever imports the module would put it in the chart's place, for all pages.
    modules = {path.stem for path in READY.parent.glob("*.py")}

    assert not modules & set(charts.__all__)


def test_the_ready_charts_are_those_that_the_code_builds():
    assert READY.read_text("utf-8") == text(), "run python -m tests.write_charts"
