"""Every error that Changeover raises on purpose.

The text is for the person who asked: what was asked, why not, what next. Pages and the
command line catch `DashboardError` only; any other exception is a fault of ours and must be seen.
An instant or a date in a text is a value until the edge, which knows the reader's zone and locale,
puts it into words.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

Telling = Callable[[date], str]  # of an instant, or of a date alone


def in_utc(when: date) -> str:
    """An instant or a date where no reader is known: "2026-10-30 19:30 UTC", "2026-10-30"."""
    if isinstance(when, datetime):
        return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return when.isoformat()


class Sentence:
    """A text with named places, and the values for them: instants, dates, sentences, anything else.

    Only a text that comes with values has places; without any it stands letter by letter. So what
    somebody typed is never read for braces: it is a value, or part of a text without places.
    """

    def __init__(self, text: str, /, **values: object) -> None:
        self._text, self._values = text, values

    def words(self, tell: Telling) -> str:
        """The text in words; `tell` says instants and dates as the reader does."""
        if not self._values:
            return self._text
        return self._text.format_map({k: _worded(v, tell) for k, v in self._values.items()})

    def __str__(self) -> str:
        return self.words(in_utc)


def _worded(value: object, tell: Telling) -> object:
    if isinstance(value, date):
        return tell(value)
    return value.words(tell) if isinstance(value, Sentence) else value


class DashboardError(Exception):
    """Something was asked that cannot be done; the message says why and what to do."""

    def __init__(self, text: str, /, **values: object) -> None:
        self.sentence = Sentence(text, **values)
        super().__init__(str(self.sentence))


class InputRefused(DashboardError):
    """A file, a parameter or an instant from outside is not what it must be."""


class CommandRefused(DashboardError):
    """The command is well formed, but the case's state or the workflow forbids it."""


class FieldsRefused(CommandRefused):
    """Some fields of a form break a rule: `what` was not done, a sentence by the field's key."""

    def __init__(self, what: str, problems: Mapping[str, str]) -> None:
        self.what, self.problems = what, dict(problems)
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
        changed = f"{moved_by} changed {what}" if moved_by else f"Someone changed {what}"
        super().__init__(
            f"{changed} while you were working on it. Review the changes and try again. What you "
            "typed is still here."
        )


class UnknownCase(DashboardError):
    """No case has this id."""

    def __init__(self, case_id: str) -> None:
        self.case_id = case_id
        super().__init__(
            f"There is no case {case_id!r}. Check the ID, or search for the firm on Cases."
        )


class LogRefused(DashboardError):
    """The log cannot be opened, trusted or written; the message says what is safe to do."""


class LogHeld(LogRefused):
    """Another process holds the log."""
