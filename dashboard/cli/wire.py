"""What goes over the socket: frames of a kind (one byte), a length (four) and a content."""

import socket
import struct
from enum import Enum

HEADER = struct.Struct(">cI")
PIECE = 1 << 20  # bytes of a file sent at a time


class Kind(Enum):
    """What a frame says."""

    ASK = b"?"  # the command line and the log that is meant; the first of all
    ELSEWHERE = b"~"  # not here: another log, or a request that cannot be read
    OUT = b"o"
    ERR = b"e"
    EXIT = b"x"  # the exit code; the last of all
    READ = b"r"  # send me the file of this name, if it is no longer than this
    COPY = b"p"  # send me the file of this name, however long it is
    CREATE = b"c"  # begin a file of this name
    KEEP = b"k"  # it is complete
    DROP = b"d"  # it is not wanted
    DATA = b"-"
    DONE = b"."
    REFUSED = b"!"  # could not be done, and why


class Gone(Exception):
    """The other end is not there any more."""


class Wire:
    """One end of the conversation. Raises Gone once the other end has left."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, kind: Kind, content: bytes = b"") -> None:
        """Send one frame."""
        try:
            self._connection.sendall(HEADER.pack(kind.value, len(content)) + content)
        except OSError as error:
            raise Gone from error

    def receive(self) -> tuple[Kind, bytes]:
        """Wait for the next frame."""
        sign, length = HEADER.unpack(self._exactly(HEADER.size))
        try:
            kind = Kind(sign)
        except ValueError as error:
            raise Gone from error  # whoever this is, it is none of us
        return kind, self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        received = bytearray()
        while len(received) < length:
            try:
                more = self._connection.recv(min(length - len(received), PIECE))
            except OSError as error:
                raise Gone from error
            if not more:
                raise Gone
            received += more
        return bytes(received)
