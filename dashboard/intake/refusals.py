"""Why one row of a sheet cannot be taken. The error never leaves this package."""


class RowRefused(Exception):
    """One row cannot be taken: the reason's word, and a sentence that says what to mend."""

    def __init__(self, reason: str, message: str, case_id: str | None = None) -> None:
        self.reason, self.message, self.case_id = reason, message, case_id
        super().__init__(message)
