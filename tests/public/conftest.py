"""A centre that answers on loopback with a catalogue worth a visit."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.central_database import central_database, postgres_url
from tests.support.centres import running_centre
from tests.support.visitors import Catalogue, published_catalogue

__all__ = ["central_database", "postgres_url"]


@pytest.fixture
async def catalogue(tmp_path: Path) -> AsyncIterator[Catalogue]:
    """On SQLite."""
    async with running_centre(tmp_path / "pusat") as running:
        yield await published_catalogue(running)


@pytest.fixture
async def catalogue_on_either(tmp_path: Path, database_url: str) -> AsyncIterator[Catalogue]:
    """On either database."""
    async with running_centre(tmp_path / "pusat", database_url) as running:
        yield await published_catalogue(running)
