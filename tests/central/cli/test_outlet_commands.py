"""`central export` and `central dump` at the command line."""

import csv
import gzip
from pathlib import Path

import pytest

from central.dumps.files import RECORDS, dumps_in
from runtime.console import ExitCode
from tests.support.admins import central, document


def test_an_export_holds_what_a_search_finds(papua: Path, tmp_path: Path) -> None:
    file = tmp_path / "inovasi.csv"
    told = document(papua, "export", str(file), "--where", "region=94.01", "--header", "id")
    assert told == {"file": str(file), "bytes": file.stat().st_size}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        assert [row["Wilayah"] for row in csv.DictReader(lines)] == ["94.01", "94.01"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("inovasi.doc",),
        ("inovasi.csv", "--header", "judul"),
        ("inovasi.csv", "--where", "kota=1"),
        ("inovasi.csv", "--where", "province=Bali"),
    ],
)
def test_what_no_file_can_be_made_of_is_refused(
    papua: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    file, *others = arguments
    answer = central(papua, "export", str(tmp_path / file), *others)
    assert answer.code == ExitCode.USAGE
    assert not (tmp_path / file).exists()


def test_a_file_that_is_there_stays_as_it_is(papua: Path, tmp_path: Path) -> None:
    file = tmp_path / "inovasi.csv"
    file.write_text("milik saya")
    assert central(papua, "export", str(file)).code == ExitCode.USAGE
    assert file.read_text() == "milik saya"


def test_a_dump_is_made_listed_and_verified(papua: Path) -> None:
    made = document(papua, "dump", "make")
    assert document(papua, "dump", "list") == {"items": [made]}
    checked = document(papua, "dump", "verify", str(made["dump"]))
    assert (checked["ok"], checked["records"]) == (True, 3)


def test_a_dump_where_none_is_kept_is_said_to_go(papua: Path) -> None:
    path = papua / "central.toml"
    path.write_text(f"{path.read_text('utf-8')}\ndumps_kept = 0\n", "utf-8")
    answer = central(papua, "dump", "make")
    assert answer.code == ExitCode.OK
    assert "the service removes every dump" in answer.err


def test_a_dump_that_was_altered_is_told_by_the_exit_code(papua: Path) -> None:
    document(papua, "dump", "make")
    [dump] = dumps_in(papua)
    (dump.path / RECORDS).write_bytes(gzip.compress(b""))
    assert central(papua, "dump", "verify").code == ExitCode.DOCTOR


def test_there_is_nothing_to_verify_before_the_first(papua: Path) -> None:
    assert central(papua, "dump", "verify").code == ExitCode.USAGE
