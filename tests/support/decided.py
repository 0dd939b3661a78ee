"""A reconciler at work: what it decided, and the service beside the test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection

from central import registry
from central.centre import Centre
from central.issued import MARK_FILE
from central.reconciler import Reconciler
from central.store.tables import LOG_TABLES
from protocol.entries.decisions import outcome_of
from runtime.durable import IssuedMark
from tests.support.rooms import Room


def outcomes(room: Room) -> list[str]:
    """What became of each entry, in the order of the national log."""
    found = [outcome_of(decision) for decision in room.decisions()]
    return [outcome for outcome in found if outcome is not None]


def reconciled(room: Room, hub: str) -> int:
    return room.read(lambda conn, _: registry.get_hub(conn, hub)).reconciled_size


def lose_entry(origin: str, index: int) -> Callable[[Connection, Centre], None]:
    """Takes one entry out of the database, as a damaged file would."""

    def lose(conn: Connection, centre: Centre) -> None:
        table, log = LOG_TABLES.entry, centre.logs.open(conn, origin)
        conn.execute(table.delete().where(table.c.log_id == log.id, table.c.index == index))

    return lose


def marked_size(room: Room) -> int:
    """Of the issued mark; 0 where there is none."""
    mark = IssuedMark.read(room.centre.folder / MARK_FILE)
    return mark.size if mark else 0


@asynccontextmanager
async def running(service: Reconciler) -> AsyncIterator[None]:
    """The service beside the test."""
    task = asyncio.create_task(service.run_forever())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    """Waits for something that the service will do."""
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(holds):
            pass
