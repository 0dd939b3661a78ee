"""The centre's rooms on both databases, without a web face."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.author import Author
from tests.support.central_database import central_database, postgres_url
from tests.support.rooms import Room, opened_room

__all__ = ["central_database", "postgres_url"]


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
