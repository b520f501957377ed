"""A server's threads take short turns, so that none that computes keeps the others waiting."""

import asyncio
import sys

import pytest
import streamlit as st

from dashboard import worker
from dashboard.ui import handle, serving

PYTHONS_OWN = 0.005  # seconds


def test_a_server_has_its_threads_take_short_turns(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(handle, "held", lambda _: None)
    monkeypatch.setattr(handle, "end", lambda: None)
    before = sys.getswitchinterval()

    async def serve() -> float:
        async with serving.lifespan(st.App("streamlit_app.py")):
            return sys.getswitchinterval()

    try:
        assert asyncio.run(serve()) == worker.TURN_SECONDS <= PYTHONS_OWN / 10
    finally:
        sys.setswitchinterval(before)
