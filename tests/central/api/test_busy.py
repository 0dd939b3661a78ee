"""A search that the database has no time for is told to come back, and is no fault of ours."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from runtime import engines
from runtime.database import Database, DatabaseBusy
from tests.support.centres import RunningCentre, document, running_centre


@asynccontextmanager
async def every_reader_taken(db: Database) -> AsyncIterator[None]:
    """Holds all connections of those who read, meanwhile."""
    taken, over = threading.Event(), threading.Event()

    def take(_conn: Connection) -> None:
        try:
            db.read_sync(take)
        except DatabaseBusy:
            taken.set()
            over.wait(20)

    holding = asyncio.create_task(asyncio.to_thread(db.read_sync, take))
    await asyncio.to_thread(taken.wait, 20)
    try:
        yield
    finally:
        over.set()
        await holding


async def test_where_no_connection_is_free_a_search_is_told_to_come_back(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "WAIT_S", 1)
    async with running_centre(tmp_path / "pusat", database_url) as running:
        async with every_reader_taken(running.centre.db):
            answer = await running.get("/api/v1/innovations?q=antrean")
        after = await running.get("/api/v1/innovations?q=antrean")
    assert (answer.status, document(answer)["code"]) == (503, "service_unavailable")
    assert "retry-after" in answer.headers
    assert after.status == 200


async def test_more_searches_than_may_wait_are_told_to_come_back(centre: RunningCentre) -> None:
    many = [centre.get("/api/v1/innovations?q=antraen") for _ in range(120)]
    answers = await asyncio.gather(*many)
    refused = [document(it)["code"] for it in answers if it.status != 200]
    assert set(refused) <= {"busy"}
