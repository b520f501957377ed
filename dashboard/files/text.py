"""Where text goes that is written piece by piece."""

from collections.abc import Callable
from typing import Protocol

CHUNK = 64 * 1024  # characters


class Sink(Protocol):
    """Something that takes text."""

    def write(self, text: str, /) -> object:
        """Take the text, perhaps later."""
        ...

    def flush(self) -> object:
        """Take it now."""
        ...


class Text:
    """A sink that hands on whole pieces of text as UTF-8."""

    def __init__(self, send: Callable[[bytes], object]) -> None:
        self._send = send
        self._pieces: list[str] = []
        self._held = 0

    def write(self, text: str, /) -> None:
        self._pieces.append(text)
        self._held += len(text)
        if self._held >= CHUNK:
            self.flush()

    def flush(self) -> None:
        text, self._pieces, self._held = "".join(self._pieces), [], 0
        if text:
            self._send(text.encode("utf-8", "backslashreplace"))
