"""The centre's rooms on both databases, without a web face."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, delete

from central.store.tables import METADATA
from tests.support.author import Author
from tests.support.postgres import Cluster
from tests.support.rooms import Room, opened_room


@pytest.fixture(scope="session")
def central_database(postgres_cluster: Cluster) -> Iterator[tuple[str, Engine]]:
    """One PostgreSQL database for all tests of the centre: a fresh one a test costs too much."""
    url = postgres_cluster.fresh_database()
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    METADATA.create_all(engine)
    yield url, engine
    engine.dispose()
    postgres_cluster.drop(url)


@pytest.fixture
def postgres_url(central_database: tuple[str, Engine]) -> str:
    """The centre's PostgreSQL database, emptied."""
    url, engine = central_database
    with engine.begin() as conn:
        for table in reversed(METADATA.sorted_tables):
            conn.execute(delete(table))
    return url


@pytest.fixture
def room(tmp_path: Path, database_url: str) -> Iterator[Room]:
    """A fresh centre on either database."""
    with opened_room(tmp_path / "pusat", database_url) as opened:
        yield opened


@pytest.fixture
def hub(room: Room) -> Author:
    """An enrolled hub that has submitted nothing."""
    author = Author(hub="51")
    room.enrol(author)
    return author
