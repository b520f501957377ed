"""docs/rules.md says what the workflows say, all of it."""

import pytest

from dashboard.workflows import WORKFLOWS, Workflow
from tests.write_rules import RULES, text


def test_the_written_rules_are_those_of_the_workflows():
    assert RULES.read_text("utf-8") == text(), "run python -m tests.write_rules"


@pytest.mark.parametrize("path", WORKFLOWS.values(), ids=WORKFLOWS)
def test_no_step_field_turn_or_message_is_left_out(path: Workflow):
    written = text().partition(f"## {path.label}")[2].partition("\n## ")[0]

    for step in path.steps:
        told = written.partition(f"### {step.number}. {step.title}\n")[2].partition("\n### ")[0]
        assert f"**{step.party}**" in told
        assert step.instruction in told
        assert all(f"Field **{item.label}**" in told for item in step.fields)
        assert all(f"Message to {item.to}: “{item.subject}”" in told for item in step.messages)
        assert ("Turn inside" in told) == bool(step.turn)
        assert told.count("Gate:") == bool(step.gate) + bool(step.not_before)
    assert ("Hold:" in written) == bool(path.hold)
