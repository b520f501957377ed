"""A rerun of each page beside a bare Streamlit page, over the same websocket a browser uses.

Both servers run at once and are asked in turns. The time is from the request to the message that
the script has finished, with caches warm: what someone waits for after a click.
"""

import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websocket import WebSocket, create_connection

from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.live import live_app

BARE = 'import streamlit as st\n\nst.title("Bare")\nst.write("One line of text.")\n'
PAGES = (
    "", "cases", "case", "new_case", "throughput", "bottlenecks", "month_end", "forecast",
    "sla_report", "log", "guide",
)  # fmt: skip
ROUNDS = 15
WARM = 3


class Visitor:
    """A browser's connection, without the browser."""

    def __init__(self, address: str) -> None:
        self._socket: WebSocket = create_connection(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit"],
            timeout=60,
        )

    def rerun_ms(self, page: str, query: str = "") -> float:
        """Milliseconds from asking for a rerun of the page to its end."""
        ask = BackMsg()
        ask.rerun_script.page_name = page
        ask.rerun_script.query_string = query
        begun = time.perf_counter()
        self._socket.send_binary(ask.SerializeToString())
        while True:
            told = ForwardMsg()
            told.ParseFromString(self._socket.recv_data()[1])
            if told.delta.new_element.HasField("exception"):
                raise RuntimeError(f"{page or 'today'}: the page shows an exception")
            if told.WhichOneof("type") == "script_finished":
                if told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return (time.perf_counter() - begun) * 1e3
                if told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    raise RuntimeError(f"{page or 'today'}: the script did not finish")


def main() -> None:
    """Print a row a page: ours, the bare one's, the ratio of the medians."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        log, bare_page = folder / "log.duckdb", folder / "bare.py"
        bare_page.write_text(BARE, encoding="utf-8")
        store = Store.open(log)
        until = datetime.now(UTC)
        write_sample(store, seed=1, cases=1_500, until=until, by=Person("bench", Role.ADMIN))
        store.close()
        ours = Visitor(stack.enter_context(live_app(log)))
        bare = Visitor(stack.enter_context(live_app(log, bare_page)))
        print(f"sample of 1,500 cases; median of {ROUNDS} warm reruns, milliseconds")
        print(f"{'page':<12} {'ours':>8} {'bare':>8} {'ratio':>7}")
        for page in PAGES:
            query = "id=C-1490" if page == "case" else ""
            for _ in range(WARM):
                ours.rerun_ms(page, query)
            pairs = [(ours.rerun_ms(page, query), bare.rerun_ms("")) for _ in range(ROUNDS)]
            mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(f"{page or 'today':<12} {mine:>8.1f} {theirs:>8.1f} {mine / theirs:>7.1f}")


if __name__ == "__main__":
    main()
