"""A centre never signs a second national log because somebody named another database."""

from pathlib import Path

import pytest

from central.opening import create_folder, opened_centre
from central.settings import CentralSettings
from central.store.belonging import ID_FILE
from runtime.database import DatabaseUnavailable
from runtime.system import SystemEntropy

AUTHORITY = "contoh.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A centre that was opened once."""
    path = tmp_path / "pusat"
    create_folder(path, authority=AUTHORITY, entropy=SystemEntropy())
    reopen(path)
    return path


def reopen(folder: Path, database_url: str = "") -> None:
    settings = CentralSettings(authority=AUTHORITY, database_url=database_url)
    with opened_centre(folder, settings):
        pass


def test_the_own_database_is_opened_again(folder: Path) -> None:
    reopen(folder)


def test_another_database_is_refused_with_what_to_do(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="JIPP_CENTRAL_DATABASE_URL"):
        reopen(folder, f"sqlite:///{tmp_path}/other.sqlite")


def test_a_database_that_was_lost_is_not_begun_anew(folder: Path) -> None:
    for file in folder.glob("centre.sqlite*"):
        file.unlink()
    with pytest.raises(DatabaseUnavailable, match="backup"):
        reopen(folder)


def test_whoever_knows_better_removes_the_file(folder: Path, tmp_path: Path) -> None:
    (folder / ID_FILE).unlink()
    reopen(folder, f"sqlite:///{tmp_path}/other.sqlite")


def test_a_folder_without_its_file_learns_it_from_its_database(folder: Path) -> None:
    before = (folder / ID_FILE).read_bytes()
    (folder / ID_FILE).unlink()
    reopen(folder)
    assert (folder / ID_FILE).read_bytes() == before
