"""Many decisions from one press of a button, in parts of one transaction each."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from central.web.stamps import SeenIsOld

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How far a press came.

    Attributes:
        count: what is decided now.
        is_stopped: whether a part was no longer as the page had shown it; it and those behind it
            are not decided.
    """

    count: int
    is_stopped: bool

    @property
    def query(self) -> str:
        """What the page that follows is told."""
        return f"selesai={self.count}" + ("&berubah=1" if self.is_stopped else "")


async def in_parts(
    parts: Iterable[Sequence[T]], decide: Callable[[Sequence[T]], Awaitable[int]]
) -> Done:
    """Decides about one part after the other, and stops at one that has changed.

    Args:
        parts: what is decided about.
        decide: writes one part and says how many it were; compares within its transaction.

    Raises:
        SeenIsOld: the first part has changed: nothing is decided.
    """
    count = 0
    for part in parts:
        try:
            count += await decide(part)
        except SeenIsOld:
            if not count:
                raise
            return Done(count=count, is_stopped=True)
    return Done(count=count, is_stopped=False)
