"""Small files that are whole or not there, whoever else writes them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runtime.durable import read_at_most, write_durably


def test_of_many_writers_at_once_one_whole_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    contents = [bytes([number]) * 10_000 for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda data: write_durably(path, data), contents))
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_has_the_rights_that_were_asked_for(tmp_path: Path) -> None:
    write_durably(tmp_path / "key", b"secret", mode=0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_file_that_could_not_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(IsADirectoryError):
        write_durably(tmp_path / "key", b"secret")
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


def test_a_file_system_without_modes_can_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int, _mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.fchmod", refuse)
    write_durably(tmp_path / "file", b"x")
    assert read_at_most(tmp_path / "file", 9) == b"x"


def test_no_more_is_read_than_shows_that_a_file_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 99)
    assert read_at_most(tmp_path / "file", 9) == b"x" * 10
