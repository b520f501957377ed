"""What goes over the socket: four messages in JSON, each after its length, and descriptors.

The caller names the log that it means; the holder says that it has it, or hangs up, and nothing
has happened. Then the caller asks, and lends its files; the holder says how it ended.
"""

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

HEADER = struct.Struct(">I")
PIECE = 1 << 20  # bytes received at a time
LONGEST = 1 << 26  # bytes of a message; a system takes command lines of a few million
MOST_LENT = 32  # descriptors
OURS_ALONE = getattr(socket, "MSG_CMSG_CLOEXEC", 0)  # no process that is started gets them


class Gone(Exception):
    """The other end is not there any more."""


class Wire:
    """One end of the conversation. Raises Gone once the other end has left.

    `lent`: the descriptors that came with what was received; whoever has them closes them.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.lent: list[int] = []

    def send(self, message: dict[str, object], lent: Sequence[int] = ()) -> None:
        """Send one message, and the descriptors that are lent with it."""
        content = json.dumps(message).encode()
        framed = HEADER.pack(len(content)) + content
        try:
            sent = socket.send_fds(self._connection, [framed], lent) if lent else 0
            if left := framed[sent:]:  # to send nothing fails if the answer has come by now
                self._connection.sendall(left)
        except OSError as error:
            raise Gone from error

    def receive(self) -> dict[str, Any]:
        """Wait for the next message."""
        [length] = HEADER.unpack(self._exactly(HEADER.size))
        if length > LONGEST:
            raise Gone  # whoever this is, it is none of us
        try:
            message = json.loads(self._exactly(length))
        except ValueError as error:
            raise Gone from error
        if not isinstance(message, dict):
            raise Gone
        return message

    def _exactly(self, length: int) -> bytes:
        received = bytearray()
        while len(received) < length:
            most = min(length - len(received), PIECE)
            try:
                more, lent, _, _ = socket.recv_fds(self._connection, most, MOST_LENT, OURS_ALONE)
            except OSError as error:
                raise Gone from error
            self.lent += lent
            if not more:
                raise Gone
            received += more
        return bytes(received)
