"""A bound on what all requests together hold in memory before any of it is verified.

Whoever holds more than an equal share when the bound is reached is refused, and not whoever comes
next: a crowd of large half-sent bodies does not keep an ordinary one out.
"""

from runtime.http.problem_responses import Refused


class ByteBudget:
    """Who holds how many bytes, and the bound on all of them together."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held: dict[object, int] = {}

    def hold(self, who: object, count: int) -> None:
        """Says that `who` now holds `count` bytes in all.

        Raises:
            Refused: the bound is reached, and that is more than an equal share; code `busy`.
        """
        self._held[who] = count
        total, share = sum(self._held.values()), self._limit_bytes // len(self._held)
        if total > self._limit_bytes and count > share:
            raise Refused("busy")

    def release(self, who: object) -> None:
        """Says that `who` is gone."""
        self._held.pop(who, None)
