"""A centre that holds something, for what an admin decides about it."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from protocol.canonical import Json
from tests.support.author import Author
from tests.support.casework import with_records
from tests.support.rooms import opened_room

OF_HUB_91 = Author(hub="91", seed=3)
IDS: Sequence[str] = [OF_HUB_91.record(number) for number in (1, 2, 3)]


@pytest.fixture(scope="session")
def two_hubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hub 91 with three records, two of them of Nabire (94.01), and hub 94 with none."""
    folder = tmp_path_factory.mktemp("two") / "pusat"
    author = Author(hub="91", seed=3)
    awards: Json = [{"scheme": "Top 99", "year": 2019}, {"scheme": "Top 100", "year": 2019}]
    regions: list[dict[str, Json]] = [
        {"region": "94.01", "awards": awards},
        {"region": "94.01"},
        {"region": "91.71"},
    ]
    with opened_room(folder, "") as room:
        room.enrol(author)
        room.enrol(Author(hub="94", seed=4))
        with_records(room, author, *regions)
    return folder


@pytest.fixture
def papua(two_hubs: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(two_hubs, tmp_path / "pusat"))


@pytest.fixture
def ids() -> Sequence[str]:
    """Ids of the three records of hub 91."""
    return IDS
