"""A bound on what all requests together hold in memory before any of it is verified.

Where it is reached, whoever holds most has to give up, and not whoever comes next: large half-sent
bodies do not keep an ordinary one out, also where their senders have fallen silent.
"""

from collections.abc import Callable
from dataclasses import dataclass

from runtime.http.problem_responses import Refused


@dataclass(slots=True)
class _Share:
    count: int
    give_up: Callable[[], None]


class ByteBudget:
    """Who holds how many bytes, and the bound on all of them together.

    What somebody who was told to give up holds until he does is not counted any more.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._total_bytes = 0
        self._shares: dict[object, _Share] = {}

    def enter(self, who: object, *, give_up: Callable[[], None]) -> None:
        """Begins to count for `who`; `give_up` is called when he has to let go of what he holds."""
        self._shares[who] = _Share(count=0, give_up=give_up)

    def hold(self, who: object, count: int) -> None:
        """Says that `who`, who has entered, now holds `count` bytes in all.

        Raises:
            Refused: the bound is reached, and nobody holds more; code `busy`. So it is for whoever
                was told to give up.
        """
        share = self._shares.get(who)
        if share is None:
            raise Refused("busy")
        self._total_bytes += count - share.count
        share.count = count
        while self._total_bytes > self._limit_bytes:
            largest = max(self._shares, key=lambda it: (self._shares[it].count, it is who))
            give_up = self._shares[largest].give_up
            self.release(largest)
            if largest is who:
                raise Refused("busy")
            give_up()

    def counts(self, who: object) -> bool:
        """Whether `who` has entered, is not gone, and was not told to give up."""
        return who in self._shares

    def release(self, who: object) -> None:
        """Says that `who` is gone."""
        share = self._shares.pop(who, None)
        self._total_bytes -= share.count if share else 0
