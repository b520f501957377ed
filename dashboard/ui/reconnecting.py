"""What a window sends first after it was cut off: at times a click in what no longer is known."""

from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


def whole_at_first(receive: Receive) -> Receive:
    """What a connection receives, its first run being of the whole page.

    After a reconnect the session may be another one, which knows no part of the page that the
    window shows. Streamlit drops a click in a part (a dialog, say) that it does not know.
    """
    is_first = True

    async def received() -> Message:
        nonlocal is_first
        message = await receive()
        asked = _rerun_in(message.get("bytes")) if is_first else None
        if asked is None:
            return message
        is_first = False
        asked.rerun_script.ClearField("fragment_id")
        asked.rerun_script.ClearField("is_auto_rerun")
        return {**message, "bytes": asked.SerializeToString()}

    return received


def _rerun_in(frame: bytes | None) -> BackMsg | None:
    """The frame, if it asks for a run; Streamlit itself answers what cannot be read."""
    with suppress(DecodeError):
        asked = BackMsg.FromString(frame or b"")
        return asked if asked.WhichOneof("type") == "rerun_script" else None
    return None
