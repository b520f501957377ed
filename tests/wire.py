"""A browser's connection without the browser: asks for pages, presses buttons, times the answer."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websocket import WebSocket, WebSocketTimeoutException, create_connection

PATIENCE_SECONDS = 60
LISTENS_SECONDS = 1  # at a time; the server's pings come less often
WIDGETS = ("button", "checkbox", "text_input")


@dataclass(slots=True)
class Drawn:
    """A page as it was sent: milliseconds from asking to its end, what can be used, what it says.

    `widgets` gives the server's name of each widget by the key that the page gave it.
    """

    ms: float = 0.0
    widgets: dict[str, str] = field(default_factory=dict[str, str])
    says: list[str] = field(default_factory=list[str])

    def take(self, element: Element) -> None:
        """Note one element; RuntimeError if it is an exception."""
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(f"The page shows an exception: {element.exception.message}")
        if kind in WIDGETS:
            name: str = getattr(element, kind).id
            self.widgets[name.split("-", 2)[-1]] = name
        elif kind in ("markdown", "alert"):
            self.says.append(getattr(element, kind).body)


class Visitor:
    """One tab on the application at this address; `more` is for the connection."""

    def __init__(self, address: str, **more: Any) -> None:
        self._socket: WebSocket = create_connection(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit"],
            header=["User-Agent: a browser"],  # which sends Origin, as the library does
            timeout=PATIENCE_SECONDS,
            **more,
        )

    def draw(
        self,
        page: str,
        query: str = "",
        press: str = "",
        values: Mapping[str, str | bool] | None = None,
    ) -> Drawn:
        """Run the page; `press` a button, `values` in the fields, by the names in `widgets`.

        RuntimeError if the page shows an exception or does not come to its end.
        """
        ask = BackMsg()
        ask.rerun_script.page_name = page
        ask.rerun_script.query_string = query
        states = ask.rerun_script.widget_states.widgets
        if press:
            states.add(id=press, trigger_value=True)
        for name, value in (values or {}).items():
            if isinstance(value, bool):
                states.add(id=name, bool_value=value)
            else:
                states.add(id=name, string_value=value)
        begun = time.perf_counter()
        self._socket.send_binary(ask.SerializeToString())
        drawn = Drawn()
        while not self._ends(drawn, page):
            pass
        drawn.ms = (time.perf_counter() - begun) * 1e3
        return drawn

    def rerun_ms(self, page: str, query: str = "") -> float:
        """Milliseconds from asking for a rerun of the page to its end."""
        return self.draw(page, query).ms

    def rest(self, seconds: float) -> None:
        """Do nothing for so long but answer the server's pings, as a browser does."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._socket.settimeout(min(left, LISTENS_SECONDS))  # each ping begins it anew
            with suppress(WebSocketTimeoutException):
                self._socket.recv_data()
        self._socket.settimeout(PATIENCE_SECONDS)

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def _ends(self, drawn: Drawn, page: str) -> bool:
        """Take one message, and say whether it was the last."""
        told = ForwardMsg()
        told.ParseFromString(self._socket.recv_data()[1])
        kind = told.WhichOneof("type")
        if kind == "delta" and told.delta.WhichOneof("type") == "new_element":
            drawn.take(told.delta.new_element)
        if kind != "script_finished" or told.script_finished == told.FINISHED_EARLY_FOR_RERUN:
            return False
        if told.script_finished != told.FINISHED_SUCCESSFULLY:
            raise RuntimeError(f"{page or 'today'}: the script did not finish")
        return True
