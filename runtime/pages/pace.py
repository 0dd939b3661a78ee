"""Login delay: whoever guesses passwords waits longer after every miss; few are heard at a time.

A browser that has once signed in to an account has a delay of its own there: whoever guesses from
elsewhere slows everybody else and not its owner (OWASP, "Slow Down Online Guessing Attacks with
Device Cookies"). Kept in memory: a restart forgives, which costs an attacker more than it gives.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from runtime.http.problem_responses import Refused
from runtime.ports import Clock

FREE_MISSES = 3
FIRST_DELAY_S = 1
DOUBLINGS_MAX = 9
DELAY_S_MAX = 300
NAMES_MAX = 10_000
TURNS = 2
"""Passwords hashed at one time: each takes 64 MiB and a core."""

WAITING_MAX = 20
"""Whoever comes when so many wait for their turn is told to come back."""


Whose = tuple[str, str]
"""The name of an account, and a browser that it is known in, or ""."""


@dataclass(slots=True)
class LoginPace:
    """Misses by account name, or by name and browser where that is known.

    A name that no account has is slowed like any other.

    Attributes:
        turns: held by whoever hashes a password.
    """

    clock: Clock
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TURNS))
    _waiting: int = 0
    _misses: dict[Whose, tuple[int, float]] = field(default_factory=dict)
    _known: dict[Whose, None] = field(default_factory=dict)

    def know(self, name: str, browser: str) -> None:
        """From here on what is missed elsewhere slows nobody in this browser."""
        self._known[name, browser] = None
        _drop_oldest(self._known)

    def knows(self, name: str, browser: str) -> bool:
        """Whether somebody has signed in to that account in this browser."""
        return (name, browser) in self._known

    def wait_s(self, name: str, browser: str = "") -> int:
        """Whole seconds until another try is looked at; 0 is now."""
        count, since = self._misses.get(self._whose(name, browser), (0, 0.0))
        if count < FREE_MISSES:
            return 0
        delay = min(DELAY_S_MAX, FIRST_DELAY_S << min(DOUBLINGS_MAX, count - FREE_MISSES))
        return max(0, round(since + delay - self.clock.monotonic()))

    async def check(
        self, name: str, is_right: Callable[[], Awaitable[bool]], *, browser: str = ""
    ) -> bool:
        """Whether a try is right, where `wait_s` is 0; it counts as a miss until that is known.

        So tries that come at once are slowed as those that come one after another.

        Raises:
            Refused: too many wait already; the try is not looked at.
        """
        if self._waiting >= WAITING_MAX:
            raise Refused("busy")
        whose = self._whose(name, browser)
        self._missed(whose)
        self._waiting += 1
        try:
            async with self.turns:
                found = await is_right()
        finally:
            self._waiting -= 1
        if found:
            self._misses.pop(whose, None)
        return found

    def _whose(self, name: str, browser: str) -> Whose:
        """By whom misses are counted together."""
        return (name, browser) if self.knows(name, browser) else (name, "")

    def _missed(self, whose: Whose) -> None:
        count, _ = self._misses.pop(whose, (0, 0.0))
        self._misses[whose] = (count + 1, self.clock.monotonic())
        _drop_oldest(self._misses)


def _drop_oldest(kept: dict[Whose, Any]) -> None:
    if len(kept) > NAMES_MAX:
        del kept[next(iter(kept))]
