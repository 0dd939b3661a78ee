"""What may go wrong under the code: the line, and the processes at both of its ends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Crash(BaseException):
    """A process dies here. Nothing catches it but the world, which starts the process again."""


@dataclass
class Weather:
    """How bad it is: chances out of a hundred, drawn from the world's one source of chance.

    Attributes:
        is_bad: in good weather nothing happens, and nothing is drawn.
        told: what happened, for the trace.
    """

    chance: Random
    is_bad: bool = False
    told: list[str] = field(default_factory=list)

    def strikes(self, what: str, per_cent: int) -> bool:
        """Whether it happens now."""
        if not self.is_bad or self.chance.randrange(100) >= per_cent:
            return False
        self.told.append(what)
        return True

    def tells(self) -> str:
        """What happened since it was asked last."""
        told, self.told = self.told, []
        return ", ".join(told)


class Process:
    """`runtime.ports.Worker` of a process that may die between any two of its transactions.

    A transaction is the least that a crash may fall between: what it was in the middle of, the
    database rolls back. Files that are written between two transactions stay.
    """

    def __init__(self) -> None:
        self._left: int | None = None
        self._is_dead = False

    def dies_after(self, transactions: int | None) -> None:
        """Says how many more there are before it dies; None: it lives on."""
        self._left = transactions

    def starts(self) -> None:
        """It is started again."""
        self._left, self._is_dead = None, False

    async def run(self, work: Callable[[], T]) -> T:
        """See `runtime.ports.Worker`; here, in this thread. Nobody works after his death."""
        if self._left is not None:
            self._left -= 1
            self._is_dead = self._is_dead or self._left < 0
        if self._is_dead:
            raise Crash
        return work()
