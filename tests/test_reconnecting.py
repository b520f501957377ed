"""The first run that a window asks for is of the whole page; what follows is as it asks."""

import asyncio
from collections.abc import Sequence
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg

from dashboard.ui.reconnecting import whole_at_first


def received(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the application gets of these."""
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(waiting)

    async def get() -> list[dict[str, Any]]:
        whole = whole_at_first(receive)
        return [dict(await whole()) for _ in messages]

    return asyncio.run(get())


def frame(fragment: str = "", *, pressed: str = "") -> dict[str, Any]:
    asked = BackMsg()
    asked.rerun_script.query_string = "id=C-0001"
    asked.rerun_script.fragment_id = fragment
    asked.rerun_script.is_auto_rerun = not pressed
    if pressed:
        asked.rerun_script.widget_states.widgets.add(id=pressed, trigger_value=True)
    return {"type": "websocket.receive", "bytes": asked.SerializeToString()}


def test_the_first_run_is_of_the_whole_page_with_all_that_was_typed_and_pressed():
    [got] = received([frame("dialog", pressed="withdraw")])

    asked = BackMsg.FromString(got["bytes"]).rerun_script
    assert (asked.fragment_id, asked.is_auto_rerun) == ("", False)
    assert asked.query_string == "id=C-0001"
    assert [(one.id, one.trigger_value) for one in asked.widget_states.widgets] == [
        ("withdraw", True)
    ]


def test_a_timer_that_goes_on_after_a_reconnect_redraws_the_whole_page():
    [got] = received([frame("clock")])

    assert BackMsg.FromString(got["bytes"]).rerun_script.is_auto_rerun is False


def test_what_comes_later_or_is_no_run_is_passed_on_as_it_is():
    stop, odd = BackMsg(stop_script=True).SerializeToString(), b"\xff\xff"
    others = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "bytes": stop},
        {"type": "websocket.receive", "bytes": odd},
        {"type": "websocket.receive", "text": "no bytes"},
    ]
    later = [frame("dialog"), frame("clock", pressed="go")]

    assert received([*others, frame(), *later]) == [*others, frame_whole(), *later]


def frame_whole() -> dict[str, Any]:
    asked = BackMsg.FromString(frame()["bytes"])
    asked.rerun_script.is_auto_rerun = False
    asked.rerun_script.ClearField("fragment_id")
    return {"type": "websocket.receive", "bytes": asked.SerializeToString()}
