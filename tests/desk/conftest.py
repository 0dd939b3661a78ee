"""A centre that answers on loopback, for everything that is seen at its desk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.central_database import central_database, postgres_url
from tests.support.centres import RunningCentre, running_centre

__all__ = ["central_database", "postgres_url"]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningCentre]:
    """A fresh centre on SQLite."""
    async with running_centre(tmp_path / "pusat") as opened:
        yield opened


@pytest.fixture
async def running_on_either(tmp_path: Path, database_url: str) -> AsyncIterator[RunningCentre]:
    """A fresh centre on either database."""
    async with running_centre(tmp_path / "pusat", database_url) as opened:
        yield opened
