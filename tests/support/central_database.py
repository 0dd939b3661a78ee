"""PostgreSQL for tests of the centre: one database, emptied for each test.

A conftest that imports these fixtures gives them to its folder; a fresh database a test is slower.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, delete

from central.store.tables import METADATA
from tests.support.postgres import Cluster


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
