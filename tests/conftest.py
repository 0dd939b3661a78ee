"""Fixtures for every folder: the database, twice over, and ports that a test controls."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from runtime.database import Database
from runtime.system import ThreadWorker
from tests.support.ports import InlineWorker, ManualClock, SeededEntropy
from tests.support.postgres import Cluster, NoPostgres, running_cluster


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One PostgreSQL for the whole session; skips, saying why, where there is none."""
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(running_cluster())
        except NoPostgres as reason:
            pytest.skip(f"NOT TESTED ON POSTGRESQL: {reason}")
        yield cluster


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """A fresh PostgreSQL database."""
    url = postgres_cluster.fresh_database()
    yield url
    postgres_cluster.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of either kind: a test that asks for it runs on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/test.sqlite"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def worker() -> Iterator[ThreadWorker]:
    """Real threads."""
    threads = ThreadWorker()
    yield threads
    threads.close()


@pytest.fixture
def database(database_url: str, worker: ThreadWorker) -> Iterator[Database]:
    """An open, empty database of either kind."""
    opened = Database.open(database_url, worker=worker)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> ManualClock:
    """Time stands still."""
    return ManualClock()


@pytest.fixture
def entropy() -> SeededEntropy:
    """The same bytes in every run."""
    return SeededEntropy()


@pytest.fixture
def inline_worker() -> InlineWorker:
    """No threads."""
    return InlineWorker()
