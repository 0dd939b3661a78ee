from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.author import Author
from tests.support.centres import RunningCentre, running_centre


@pytest.fixture
async def centre(tmp_path: Path, database_url: str) -> AsyncIterator[RunningCentre]:
    """A running centre: every test of this folder runs on both databases."""
    async with running_centre(tmp_path / "pusat", database_url) as running:
        yield running


@pytest.fixture
async def bali(centre: RunningCentre) -> Author:
    """An enrolled hub that has submitted nothing."""
    author = Author(hub="51")
    assert (await centre.enrol(author)).status == 201
    return author
