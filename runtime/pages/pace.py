"""Login delay: whoever guesses passwords waits longer after every miss.

Kept in memory: a restart forgives, which costs an attacker more than it gives.
"""

from dataclasses import dataclass, field

from runtime.ports import Clock

FREE_MISSES = 3
DELAY_S_MAX = 300
NAMES_MAX = 10_000


@dataclass(slots=True)
class LoginPace:
    """Misses by account name. A name that no account has is slowed like any other."""

    clock: Clock
    _misses: dict[str, tuple[int, float]] = field(default_factory=dict)

    def wait_s(self, name: str) -> int:
        """Whole seconds until another try is looked at; 0 is now."""
        count, since = self._misses.get(name, (0, 0.0))
        if count < FREE_MISSES:
            return 0
        delay = min(DELAY_S_MAX, 2.0 ** (count - FREE_MISSES))
        return max(0, round(since + delay - self.clock.monotonic()))

    def missed(self, name: str) -> None:
        """Another wrong password."""
        count, _ = self._misses.pop(name, (0, 0.0))
        self._misses[name] = (count + 1, self.clock.monotonic())
        if len(self._misses) > NAMES_MAX:
            del self._misses[next(iter(self._misses))]

    def succeeded(self, name: str) -> None:
        """The right one; all is forgiven."""
        self._misses.pop(name, None)
