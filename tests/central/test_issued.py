"""A centre does not sign a second history: not on an old database, not on another centre's."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from central import registry
from central.centre import Centre
from central.issued import MARK_FILE, HistoryLost, learn, remember
from central.opening import create_folder, opened_centre
from central.settings import CentralSettings
from protocol.errors import NoteRefused
from runtime.database import DatabaseUnavailable
from runtime.durable import IssuedMark
from runtime.system import SystemEntropy
from tests.support.author import Author

AUTHORITY = "jippnas.test"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "pusat"
    create_folder(path, authority=AUTHORITY, entropy=SystemEntropy())
    return path


@contextmanager
def opened(folder: Path, database: Path | None = None) -> Iterator[Centre]:
    url = f"sqlite:///{database}" if database else ""
    with opened_centre(folder, CentralSettings(authority=AUTHORITY, database_url=url)) as centre:
        yield centre


def enrol(centre: Centre, hub: str, *, seed: int = 1) -> None:
    def work_on(author: Author) -> None:
        invitation = centre.db.run_sync(
            lambda conn: registry.create_invitation(
                conn, centre, hub=hub, name=hub, hours=1, url="https://pusat.test", by="rina"
            )
        )
        request = author.enrol_request(invitation)
        centre.db.run_sync(lambda conn: registry.enrol(conn, centre, request))

    work_on(Author(hub=hub, seed=seed))


def newest_note(centre: Centre) -> bytes:
    def read(conn: Connection) -> bytes | None:
        return centre.logs.latest_checkpoint(conn, centre.logs.open(conn, centre.national_origin))

    note = centre.db.read_sync(read)
    assert note is not None
    return note


def put_back(database: Path, backup: Path) -> None:
    for file in database.parent.glob(database.name + "*"):
        file.unlink()
    shutil.copy(backup, database)


def test_a_database_that_grew_is_opened(folder: Path) -> None:
    for number, hub in enumerate(("51", "52"), 1):
        with opened(folder) as centre:
            enrol(centre, hub, seed=number)
    with opened(folder):
        pass


def test_a_database_older_than_what_was_published_is_refused(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
    shutil.copy(folder / "centre.sqlite", tmp_path / "backup")
    with opened(folder) as centre:
        enrol(centre, "52", seed=2)
    put_back(folder / "centre.sqlite", tmp_path / "backup")
    with pytest.raises(DatabaseUnavailable, match="older than what was published"), opened(folder):
        pass


def test_a_mark_that_cannot_be_read_is_not_taken_for_none(folder: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
    (folder / MARK_FILE).write_text("torn")
    with pytest.raises(DatabaseUnavailable, match="cannot be read"), opened(folder):
        pass


def test_a_database_that_other_keys_signed_is_refused(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
    other = tmp_path / "lain"
    create_folder(other, authority=AUTHORITY, entropy=SystemEntropy())
    with (
        pytest.raises(DatabaseUnavailable, match="other keys"),
        opened(other, folder / "centre.sqlite"),
    ):
        pass


def test_the_mark_never_goes_back(folder: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
    mark = IssuedMark.read(folder / MARK_FILE)
    assert mark is not None
    with opened(folder) as centre:
        centre.db.read_sync(lambda conn: remember(conn, centre))
    assert IssuedMark.read(folder / MARK_FILE) == mark


def test_a_database_of_the_same_size_and_other_entries_is_refused(folder: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
    mark = IssuedMark.read(folder / MARK_FILE)
    assert mark is not None
    replace(mark, root=bytes(32)).write(folder / MARK_FILE)
    with pytest.raises(HistoryLost), opened(folder):
        pass


def test_nothing_is_signed_on_a_database_that_fell_back(folder: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
        mark = IssuedMark(origin=centre.national_origin, size=9, root=bytes(32))
        mark.write(folder / MARK_FILE)
        with pytest.raises(HistoryLost):
            enrol(centre, "52", seed=2)
        assert centre.db.read_sync(lambda conn: len(registry.list_hubs(conn))) == 1


def test_a_mark_of_a_later_epoch_says_that_an_old_backup_was_restored(folder: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
    IssuedMark(origin="jippnas.test/national/9", size=9, root=bytes(32)).write(folder / MARK_FILE)
    with pytest.raises(HistoryLost, match="national/9 was published"), opened(folder):
        pass


def test_the_mark_of_another_authority_is_not_this_ones(folder: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
    IssuedMark(origin="lain.test/national/9", size=9, root=bytes(32)).write(folder / MARK_FILE)
    with opened(folder) as centre:
        enrol(centre, "52", seed=2)
    mark = IssuedMark.read(folder / MARK_FILE)
    assert mark is not None
    assert mark.origin == centre.national_origin


def test_an_epoch_that_was_set_by_hand_begins_no_second_log(folder: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
    settings = CentralSettings(authority=AUTHORITY, epoch=2)
    with (
        pytest.raises(HistoryLost, match="no national log of epoch 2"),
        opened_centre(folder, settings) as centre,
    ):
        enrol(centre, "52", seed=2)


def test_a_checkpoint_that_a_hub_holds_becomes_the_mark_that_was_lost(
    folder: Path, tmp_path: Path
) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
    shutil.copy(folder / "centre.sqlite", tmp_path / "backup")
    with opened(folder) as centre:
        enrol(centre, "52", seed=2)
        note = newest_note(centre)
    put_back(folder / "centre.sqlite", tmp_path / "backup")
    (folder / MARK_FILE).unlink()
    with opened(folder) as centre:
        assert centre.db.read_sync(lambda conn: learn(conn, centre, note))
        with pytest.raises(HistoryLost):
            enrol(centre, "53", seed=3)


def test_a_checkpoint_of_other_keys_moves_no_mark(folder: Path, tmp_path: Path) -> None:
    create_folder(tmp_path / "lain", authority=AUTHORITY, entropy=SystemEntropy())
    with opened(tmp_path / "lain") as other:
        enrol(other, "51")
        note = newest_note(other)
    with opened(folder) as centre, pytest.raises(NoteRefused):
        centre.db.read_sync(lambda conn: learn(conn, centre, note))
    assert not (folder / MARK_FILE).exists()


def test_who_only_looks_writes_no_mark(folder: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
    (folder / MARK_FILE).unlink()
    with opened(folder):
        pass
    assert not (folder / MARK_FILE).exists()


def test_of_two_who_write_at_once_the_larger_tree_stays(folder: Path) -> None:
    with opened(folder) as centre:
        enrol(centre, "51")
        with ThreadPoolExecutor(8) as pool:
            for number in range(2, 18):
                enrol(centre, str(50 + number), seed=number)
                pool.submit(centre.db.read_sync, lambda conn: remember(conn, centre))
        tree = centre.db.read_sync(lambda conn: centre.logs.open(conn, centre.national_origin).tree)
    mark = IssuedMark.read(folder / MARK_FILE)
    assert mark is not None
    assert (mark.size, mark.root) == (tree.size, tree.root)
