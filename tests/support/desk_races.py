"""Whoever is faster: something that happens between the desk's look and its write."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from unittest.mock import patch

from sqlalchemy import Connection

from runtime.database import Database

T = TypeVar("T")


@contextmanager
def just_before_the_desk_writes(act: Callable[[], Awaitable[object]]) -> Iterator[list[str]]:
    """Does `act` once, when a page of the desk asks for the transaction that it writes in.

    Everything is real; only the order is chosen, which a busy evening would choose as well.

    Yields:
        The name of the function that was about to write, once that was so.
    """
    whole, stopped = Database.run, list[str]()

    async def run(db: Database, work: Callable[[Connection], T]) -> T:
        if not stopped and work.__module__.startswith("central.web."):
            stopped.append(work.__qualname__)
            await act()
        return await whole(db, work)

    with patch.object(Database, "run", run):
        yield stopped
