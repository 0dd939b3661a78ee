"""What the last searches found, kept until something is written: most readers turn a page next."""

from array import array
from collections.abc import Hashable, Sequence

NUMBERS_MAX = 500_000
"""Of all that is kept, four bytes each."""

Tiers = Sequence[tuple[int, Sequence[int]]]
"""(score, numbers of the documents that have it), the best first."""


class KeptFound:
    """What was found, by what was asked, of one state of the documents.

    Threads share it without a lock: what is kept is replaced as a whole, and of two that keep
    something at one time one is forgotten.
    """

    def __init__(self) -> None:
        self._tiers: dict[tuple[bytes, Hashable], Tiers] = {}

    def get(self, state: bytes, asked: Hashable) -> Tiers | None:
        """What was found in this state, or None where that is not kept."""
        return self._tiers.get((state, asked))

    def keep(self, state: bytes, asked: Hashable, tiers: Tiers) -> None:
        """Keeps it, and of what was kept before in this state the newest that there is room for."""
        left = NUMBERS_MAX - _size(tiers)
        if left < 0:
            return
        kept: dict[tuple[bytes, Hashable], Tiers] = {
            (state, asked): [(score, array("I", numbers)) for score, numbers in tiers]
        }
        for key, value in self._tiers.items():
            left -= _size(value)
            if left < 0 or key[0] != state:
                break
            kept.setdefault(key, value)
        self._tiers = kept


def _size(tiers: Tiers) -> int:
    return 1 + sum(len(numbers) for _, numbers in tiers)
