"""What is made aside, in the folder for temporary files, before it is handed on."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dashboard.addresses import is_utf8
from dashboard.errors import InputRefused


@contextmanager
def temporary_folder() -> Generator[Path]:
    """A folder for what is made aside, gone after the block; InputRefused if there is no room."""
    try:
        folder = TemporaryDirectory(prefix="changeover-")
    except OSError as error:
        raise no_room(error) from error
    with folder as name:
        if not is_utf8(name):  # no database can be made there
            raise InputRefused(
                f"The folder for temporary files, {name}, is named in other letters than UTF-8. "
                "Nothing was changed. Name another folder in TMPDIR, and try again."
            )
        yield Path(name)


def no_room(error: OSError) -> InputRefused:
    """Why a temporary file could not be written, and what to do."""
    return InputRefused(
        f"A temporary file could not be written: {error.strerror}. Nothing was changed. Make room, "
        "or name a folder with more room in TMPDIR, and try again."
    )
