"""Why a sheet, or one row of it, cannot be taken. Neither error leaves this package."""


class NotATable(Exception):
    """The file is no tracker sheet; the text completes "<file> was not imported: …"."""


class RowRefused(Exception):
    """One row cannot be taken: the reason's word, and a sentence that says what to mend."""

    def __init__(self, reason: str, message: str, case_id: str | None = None) -> None:
        self.reason, self.message, self.case_id = reason, message, case_id
        super().__init__(message)
