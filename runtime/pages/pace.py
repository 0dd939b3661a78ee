"""Login delay: whoever guesses passwords waits longer after every miss; few are heard at a time.

Kept in memory: a restart forgives, which costs an attacker more than it gives.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from runtime.http.problem_responses import Refused
from runtime.ports import Clock

FREE_MISSES = 3
DELAY_S_MAX = 300
NAMES_MAX = 10_000
TURNS = 2
"""Passwords hashed at one time: each takes 64 MiB and a core."""

WAITING_MAX = 20
"""Whoever comes when so many wait for their turn is told to come back."""


@dataclass(slots=True)
class LoginPace:
    """Misses by account name. A name that no account has is slowed like any other.

    Attributes:
        turns: held by whoever hashes a password.
    """

    clock: Clock
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TURNS))
    _waiting: int = 0
    _misses: dict[str, tuple[int, float]] = field(default_factory=dict)

    def wait_s(self, name: str) -> int:
        """Whole seconds until another try is looked at; 0 is now."""
        count, since = self._misses.get(name, (0, 0.0))
        if count < FREE_MISSES:
            return 0
        delay = min(DELAY_S_MAX, 2.0 ** (count - FREE_MISSES))
        return max(0, round(since + delay - self.clock.monotonic()))

    async def check(self, name: str, is_right: Callable[[], Awaitable[bool]]) -> bool:
        """Whether a try is right, where `wait_s` is 0; it counts as a miss until that is known.

        So tries that come at once are slowed as those that come one after another.

        Raises:
            Refused: too many wait already; the try is not looked at.
        """
        if self._waiting >= WAITING_MAX:
            raise Refused("busy")
        self.missed(name)
        self._waiting += 1
        try:
            async with self.turns:
                found = await is_right()
        finally:
            self._waiting -= 1
        if found:
            self.succeeded(name)
        return found

    def missed(self, name: str) -> None:
        """Another wrong password."""
        count, _ = self._misses.pop(name, (0, 0.0))
        self._misses[name] = (count + 1, self.clock.monotonic())
        if len(self._misses) > NAMES_MAX:
            del self._misses[next(iter(self._misses))]

    def succeeded(self, name: str) -> None:
        """The right one; all is forgiven."""
        self._misses.pop(name, None)
