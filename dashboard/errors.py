"""Every error that Changeover raises on purpose.

The text is for the person who asked: what was asked, why not, what next. Pages and the
command line catch `DashboardError` only; any other exception is a fault of ours and must be seen.
"""

from collections.abc import Mapping


class DashboardError(Exception):
    """Something was asked that cannot be done; the message says why and what to do."""


class InputRefused(DashboardError):
    """A file, a parameter or an instant from outside is not what it must be."""


class CommandRefused(DashboardError):
    """The command is well formed, but the case's state or the workflow forbids it."""


class FieldsRefused(CommandRefused):
    """Some fields of a form break a rule; `problems` maps the field's key to its sentence."""

    def __init__(self, what: str, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(f"{what} {' '.join(self.problems.values())}")


class NotAllowed(DashboardError):
    """The person's role does not permit the command."""


class StaleCase(DashboardError):
    """Someone else changed the case, or `what` else it was, between our read and our write."""

    def __init__(
        self, case_id: str, version: int, moved_by: str | None = None, what: str = ""
    ) -> None:
        self.case_id, self.version, self.moved_by = case_id, version, moved_by
        what = what or f"case {case_id}"
        changed = f"{moved_by} changed {what}" if moved_by else f"Somebody changed {what}"
        super().__init__(
            f"{changed} while you were working on it. Look at how it stands now and try again; "
            "what you typed is still here."
        )


class UnknownCase(DashboardError):
    """No case has this id."""

    def __init__(self, case_id: str) -> None:
        self.case_id = case_id
        super().__init__(
            f"There is no case {case_id!r}. Check the id, or look for the firm on the Cases page."
        )


class LogRefused(DashboardError):
    """The log cannot be opened, trusted or written; the message says what is safe to do."""


class LogHeld(LogRefused):
    """Another process holds the log."""
