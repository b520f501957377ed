"""What a time cannot come before: the bounds of the step that is current."""

from dashboard.cases import Case


def earliest(case: Case) -> list[tuple[int | None, str]]:
    """What the completion of the current step cannot come before, each with its words."""
    moment, record = case.moments.get(case.moves[-1].entry), case.records.get(case.due)
    return [
        became_current(case),
        (record.started_us if record else None, "work on it began"),
        (moment.at_us if moment else None, "it was handed over"),
    ]


def became_current(case: Case) -> tuple[int, str]:
    """The bound that holds for everything in the current step."""
    return case.moves[-1].at_us, "the step became current"
