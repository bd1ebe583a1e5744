from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from embedproxy.gateway.deadline import Deadline


class Timer:
    """A timer of the clock below."""

    def __init__(self, at: float, ring: Callable[[], None]) -> None:
        self.at, self.ring, self.cancelled = at, ring, False

    def when(self) -> float:
        """When it rings."""
        return self.at

    def cancel(self) -> None:
        """Not any more."""
        self.cancelled = True


class Clock:
    """An event loop's clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        """The time in seconds."""
        return self.now

    def call_at(self, at: float, ring: Callable[[], None]) -> Timer:
        """Arm a timer."""
        self.timers.append(Timer(at, ring))
        return self.timers[-1]

    def advance(self, seconds: float) -> None:
        """Move on and ring what is due."""
        self.now += seconds
        due = [timer for timer in self.timers if timer.at <= self.now and not timer.cancelled]
        self.timers = [timer for timer in self.timers if timer not in due and not timer.cancelled]
        for timer in due:
            timer.ring()


def deadline_on(clock: Any) -> tuple[Deadline, list[float]]:
    """A deadline and the times at which it expired."""
    expired: list[float] = []
    return Deadline(clock, lambda: expired.append(clock.now)), expired


def test_a_wait_that_takes_too_long_expires_once() -> None:
    """After the time is up, and not again."""
    clock = Clock()
    deadline, expired = deadline_on(clock)
    deadline.start(5)
    clock.advance(4)
    assert expired == []
    clock.advance(2)
    clock.advance(100)
    assert expired == [106.0]
    assert clock.timers == []


def test_many_short_waits_share_one_timer() -> None:
    """Starting and stopping arms nothing new."""
    clock = Clock()
    deadline, expired = deadline_on(clock)
    for _ in range(50):
        deadline.start(5)
        deadline.stop()
    assert len(clock.timers) == 1
    clock.advance(6)
    assert (expired, clock.timers) == ([], [])


def test_a_moved_deadline_rings_at_its_new_time() -> None:
    """The timer finds that it came too early and waits for the rest."""
    clock = Clock()
    deadline, expired = deadline_on(clock)
    deadline.start(5)
    clock.advance(3)
    deadline.start(5)
    clock.advance(3)
    assert expired == []
    clock.advance(3)
    assert expired == [109.0]


def test_a_shorter_wait_is_not_kept_waiting_by_a_longer_one() -> None:
    """The timer is armed anew when it would ring too late."""
    clock = Clock()
    deadline, expired = deadline_on(clock)
    deadline.start(60)
    deadline.stop()
    deadline.start(1)
    clock.advance(2)
    assert expired == [102.0]


def test_a_cancelled_deadline_leaves_no_timer() -> None:
    """A closed connection keeps nothing alive."""

    async def leave() -> None:
        deadline = Deadline(asyncio.get_running_loop(), lambda: None)
        deadline.cancel()
        deadline.start(60)
        deadline.cancel()

    asyncio.run(leave())
    clock = Clock()
    deadline, expired = deadline_on(clock)
    deadline.start(1)
    deadline.cancel()
    clock.advance(2)
    assert (expired, clock.timers) == ([], [])
