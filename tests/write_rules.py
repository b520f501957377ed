"""Writes docs/rules.md from the workflows: every step with its rules, for people to read.

Run `python -m tests.write_rules` after a change of dashboard/workflows; a test compares.
"""

from collections.abc import Iterator
from pathlib import Path

from dashboard.workflows import WORKFLOWS, Field, Message, Party, Step, Workflow

RULES = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
HEAD = """\
# The rules of both workflows

Written by `python -m tests.write_rules` from `dashboard/workflows`; do not edit it by hand. The
commands hold every rule, whoever calls them. The order of the steps is fixed: nobody skips or
reorders one, and none is complete before the one above it.
"""


def main() -> None:
    """Write the file anew."""
    RULES.write_text(text(), encoding="utf-8")


def text() -> str:
    """What the file should hold."""
    parts = [HEAD, *(part for path in WORKFLOWS.values() for part in path_parts(path))]
    return "\n".join(parts)


def path_parts(path: Workflow) -> Iterator[str]:
    yield f"## {path.label}: {path.last} steps\n"
    if path.hold:
        first, last = path.hold
        yield (
            f"Hold: from step {first} until step {last} is complete a case wears the badge "
            "*Cancellation on hold*.\n"
        )
    for step in path.steps:
        yield f"### {step.number}. {step.title}\n"
        yield f"{step.instruction}\n"
        yield "\n".join(f"- {line}" for line in step_lines(path, step)) + "\n"


def step_lines(path: Workflow, step: Step) -> Iterator[str]:
    """What holds for a step, a line each."""
    yield f"Short name: {step.label}."
    yield f"Whose turn: **{step.party}**."
    member = "" if step.recorded_by is Party.TL else f"{step.recorded_by}, or "
    yield f"Who records it: {member}a team leader."
    if step.gate:
        yield f"Gate: steps {step.gate[0]} to {step.gate[1]} are complete."
    if step.not_before:
        yield f"Gate: not before what {named(path, step.not_before)} names has begun."
    yield from (f"Field **{item.label}**: {field_rule(step, item)}" for item in step.fields)
    if step.turn:
        since = (
            f"known from {named(path, step.turn.from_field)}"
            if step.turn.from_field
            else "recorded if somebody knows it"
        )
        yield (
            f"Turn inside the step: *{step.turn.label}* ({since}); before it {step.turn.before}, "
            f"after it {step.turn.after}."
        )
    yield from (f"Message to {message_rule(step, message)}" for message in step.messages)
    yield from (
        f"Message if the appointment is canceled, as long as it is not over, to "
        f"{message_rule(step, message)}"
        for message in step.off_messages
    )
    yield from (
        f"Message if the appointment is on again, where its cancellation was sent, to "
        f"{message_rule(step, message)}"
        for message in step.again_messages
    )


def field_rule(step: Step, item: Field) -> str:
    """What the field takes, in sentences."""
    said = [f"{'required' if item.required else 'optional'}; {item.kind.takes(item)}."]
    if item.only_if:
        said.append(f"Only {condition(step, *item.only_if)}.")
    if item.personal:
        said.append("Personal: kept beside the log, where it can be erased.")
    if item.owner:
        said.append("Says who works on the case: kept when a step is reopened.")
    return " ".join([*said, *([item.help] if item.help else [])])


def message_rule(step: Step, message: Message) -> str:
    """To whom, under what subject, when."""
    said = [f"{message.to}: “{message.subject}”"]
    if message.only_if:
        said.append(condition(step, *message.only_if))
    if message.unless:
        said.append(f"not {condition(step, *message.unless)}")
    if message.is_step:
        said.append("sending it is the step itself")
    return f"{', '.join(said)}."


def condition(step: Step, key: str, value: bool | str) -> str:
    """On what it hangs: "if *New product sales* is yes"."""
    word = value if isinstance(value, str) else "yes" if value else "no"
    return f"if *{step.field(key).label}* is {word}"


def named(path: Workflow, key: str) -> str:
    """A field of any step, as people find it."""
    step = next(step for step in path.steps if key in {item.key for item in step.fields})
    return f"*{step.field(key).label}* of step {step.number}"


if __name__ == "__main__":
    main()
