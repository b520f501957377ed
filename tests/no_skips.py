"""A pytest plugin: what is not run fails the run, so nothing goes unproved in silence.

A test that needs something which may be missing has `make test` bring it, or belongs behind the
marker `system`. Neither skipping nor expecting a failure is a way out.
"""

from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if hasattr(report, "wasxfail"):
        fail(report, "was expected to fail")
        del report.wasxfail
    elif report.skipped:
        fail(report, "was skipped")
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        fail(report, "was skipped")
    return report


def fail(report: pytest.TestReport | pytest.CollectReport, what: str) -> None:
    reason = getattr(report, "wasxfail", "") or report.longreprtext
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} {what}: tests/no_skips.py allows neither.\n{reason}"
