"""A deadline that moves with every piece of work, on one timer that is armed seldom."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

TICK = 0.001  # seconds; event loops round their clocks to milliseconds


class Deadline:
    """Calls back when a wait takes too long; starting and stopping it costs no timer of its own.

    Args:
        loop: the event loop.
        expired: called once for a wait that took too long.
    """

    __slots__ = ("_at", "_expired", "_loop", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, expired: Callable[[], None]) -> None:
        self._loop = loop
        self._expired = expired
        self._at = math.inf
        self._timer: asyncio.TimerHandle | None = None

    def start(self, seconds: float) -> None:
        """Begin a wait of at most so many seconds."""
        self._at = self._loop.time() + seconds
        if self._timer is None or self._timer.when() > self._at:
            self._arm()

    def stop(self) -> None:
        """End the wait; the timer may still ring and finds nothing to do."""
        self._at = math.inf

    def cancel(self) -> None:
        """End the wait and the timer."""
        self.stop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._at, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._at == math.inf:
            return
        if self._at - self._loop.time() > TICK:
            self._arm()  # it was moved since
            return
        self.stop()
        self._expired()
