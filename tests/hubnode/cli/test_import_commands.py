"""Spreadsheets in and out at the command line."""

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hubnode.imports import commit
from hubnode.store import imports as store
from runtime.console import ExitCode
from tests.support.commands import command_here
from tests.support.operators import HEADER, ROWS, WRONG, document, ids, node, refused

UNREAD = HEADER.strip() + ",Ringkasan inovasi\n" + ROWS.replace("\n", ",x\n")
"""A file with a heading that the template does not have."""


def test_an_import_reports_what_the_contract_says(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS + WRONG, encoding="utf-8")
    report = document(
        node(alone, "import", "commit", str(table), "--mapping", "template", "--json")
    )
    assert [report[n] for n in ("added", "amended", "unchanged", "withdrawn")] == [3, 0, 0, 0]
    errors = report["errors"]
    assert isinstance(errors, list)
    assert all(set(e) == {"row", "field", "code", "message"} for e in errors)  # type: ignore[arg-type]
    assert {e["row"] for e in errors} == {5}  # type: ignore[call-overload,index]


def test_a_check_stores_nothing(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    assert document(node(alone, "import", "check", str(table), "--json"))["added"] == 3
    assert ids(alone) == []


def test_an_import_is_undone_as_a_whole(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    node(alone, "import", "commit", str(table))
    assert refused(node(alone, "import", "undo"), ExitCode.USAGE, "--yes")
    undone = document(node(alone, "import", "undo", "--yes", "--json"))
    assert (undone["undone"], undone["kept"]) == (3, [])
    items = document(node(alone, "record", "list", "--json"))["items"]
    assert isinstance(items, list)
    assert {i["state"] for i in items} == {"withdrawn"}  # type: ignore[call-overload,index]


def test_an_undo_names_the_import_that_it_takes_back(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    before = datetime.now(UTC)  # noqa: TID251  # the command reads the real clock
    node(alone, "import", "commit", str(table))
    asked = node(alone, "import", "undo")
    assert "inovasi.csv with the mapping template, " in asked.err
    assert "changed 3 records" in asked.err
    undone = document(node(alone, "import", "undo", "--yes", "--json"))
    named = ("inovasi.csv", "template", 3)
    assert (undone["file"], undone["mapping"], undone["records"]) == named
    assert datetime.fromisoformat(str(undone["at"])) >= before


def test_an_interrupted_import_says_how_far_it_came_and_how_to_go_on(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    monkeypatch.setattr(commit, "ROWS_A_TRANSACTION", 2)
    remembered = store.remember_rows

    def interrupted(*arguments: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        remembered(*arguments)

    monkeypatch.setattr(store, "remember_rows", interrupted)
    answer = node(alone, "import", "commit", str(table))
    monkeypatch.undo()
    assert refused(answer, ExitCode.FAILED, "of 3 rows, the first 2 are stored. Import the file")
    assert "`hubnode import undo` takes them back" in answer.err
    again = document(node(alone, "import", "commit", str(table), "--json"))
    assert (again["added"], again["unchanged"]) == (1, 2)


def test_an_interrupted_import_is_taken_back_by_undo(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    monkeypatch.setattr(commit, "ROWS_A_TRANSACTION", 2)
    parts = commit._parts

    def interrupted(rows: Any) -> Any:
        for part in parts(rows):
            os.kill(os.getpid(), signal.SIGINT)
            yield part

    monkeypatch.setattr(commit, "_parts", interrupted)
    assert node(alone, "import", "commit", str(table)).code == ExitCode.FAILED
    assert document(node(alone, "import", "undo", "--yes", "--json"))["undone"] == 2


def test_rows_that_vanished_are_withdrawn_only_when_confirmed(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    node(alone, "import", "commit", str(table))
    table.write_text(HEADER + ROWS.partition("\n")[0] + "\n", encoding="utf-8")
    kept = document(node(alone, "import", "commit", str(table), "--json"))
    assert (kept["withdrawn"], kept["missing"], kept["unchanged"]) == (0, 2, 1)
    unasked = node(alone, "import", "commit", str(table), "--withdraw-missing")
    assert refused(unasked, ExitCode.USAGE, "--yes")
    words = ("import", "commit", str(table), "--withdraw-missing", "--yes", "--json")
    assert document(node(alone, *words))["withdrawn"] == 2


def test_only_the_rows_of_a_where_are_imported(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    words = ("import", "commit", str(table), "--where", "region=51", "--json")
    assert document(node(alone, *words))["added"] == 1
    answer = node(alone, "import", "commit", str(table), "--where", "region")
    assert refused(answer, ExitCode.USAGE, "COLUMN=VALUE")


@pytest.mark.parametrize(
    ("name", "content", "mapping", "code"),
    [
        ("hilang.csv", None, "template", "file_missing"),
        ("kosong.csv", b"\n1,a\n", "template", "file_empty"),
        ("lain.pdf", b"%PDF", "template", "file_type_unknown"),
        ("rusak.xlsx", b"PK\x03\x04 bukan", "template", "file_malformed"),
        ("utf16.csv", "kode,title\n".encode("utf-16"), "template", "file_encoding_unknown"),
        ("dua.csv", b"kode,kode\n1,2\n", "template", "header_repeated"),
        ("baris.jsonl", b'{"kode": 1', "template", "file_malformed"),
        ("ada.csv", b"kode,title\n1,a\n", "tidak-ada", "mapping_unknown"),
        ("ada.csv", b"kolom\n1\n", "lan", "mapping_column_missing"),
    ],
)
def test_a_file_that_cannot_be_imported_is_named_with_its_code(  # noqa: PLR0917  # cases
    data: Path, tmp_path: Path, name: str, content: bytes | None, mapping: str, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    answer = node(data, "import", "commit", str(tmp_path / name), "--mapping", mapping)
    assert refused(answer, ExitCode.FAILED, f"({code})")
    assert (name if mapping == "template" else mapping) in answer.err
    assert "Pusat" not in answer.err  # the centre has no part in it


def test_a_folder_is_no_spreadsheet(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unduhan.csv"
    folder.mkdir()
    answer = node(data, "import", "commit", str(folder))
    assert refused(answer, ExitCode.FAILED, f"{folder} is a folder; name the spreadsheet in it")


@pytest.mark.parametrize("verb", ["check", "commit"])
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("kosong.csv", "", "the file is empty"),
        ("kosong.jsonl", "", "the file is empty"),
        ("judul.csv", HEADER, "judul.csv has no row below its column names"),
    ],
)
def test_a_file_without_a_row_wants_attention(  # noqa: PLR0917  # cases
    data: Path, tmp_path: Path, verb: str, name: str, content: str, sentence: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    answer = node(data, "import", verb, str(tmp_path / name), "--json")
    assert refused(answer, ExitCode.ATTENTION, sentence)
    assert "(no_rows)" in answer.err


def test_a_selection_that_lets_no_row_through_is_said(data: Path, tmp_path: Path) -> None:
    (tmp_path / "lain.csv").write_text(HEADER + ROWS, encoding="utf-8")
    words = ("import", "commit", str(tmp_path / "lain.csv"), "--where", "region=99", "--json")
    answer = node(data, *words)
    found = document(answer)
    assert (found["added"], found["amended"], found["withdrawn"]) == (0, 0, 0)
    assert "let none of the 3 rows through" in answer.err


def test_a_file_without_a_row_withdraws_nothing(data: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER, encoding="utf-8")
    answer = node(data, "import", "commit", str(table), "--withdraw-missing", "--yes")
    assert refused(answer, ExitCode.ATTENTION, "nothing was done")
    assert document(node(data, "sync", "queue", "--json"))["total"] == 0


def test_a_template_is_written_and_read_without_a_row(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "inovasi.xlsx"
    assert command_here("hubnode", "import", "template", str(file)).code == ExitCode.OK
    assert refused(node(data, "import", "check", str(file)), ExitCode.ATTENTION, "(no_rows)")


def test_a_template_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "inovasi.xlsx"
    answer = command_here("hubnode", "import", "template", str(file))
    assert refused(answer, ExitCode.FAILED, str(file))


@pytest.mark.parametrize("verb", ["check", "commit"])
def test_a_file_in_which_every_row_is_wrong_wants_attention(
    data: Path, tmp_path: Path, verb: str
) -> None:
    (tmp_path / "salah.csv").write_text(HEADER + WRONG, encoding="utf-8")
    answer = node(data, "import", verb, str(tmp_path / "salah.csv"), "--json")
    assert answer.code == ExitCode.ATTENTION
    assert '"added":0' in answer.out


@pytest.mark.parametrize("verb", ["check", "commit"])
def test_columns_that_are_not_read_are_named(alone: Path, tmp_path: Path, verb: str) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(UNREAD, encoding="utf-8")
    words = ("import", verb, str(table))
    assert document(node(alone, *words, "--json"))["unread_columns"] == ["Ringkasan inovasi"]
    assert "Columns of the file that are not read: 'Ringkasan inovasi'." in node(alone, *words).err


def test_a_column_of_where_counts_as_read(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(UNREAD, encoding="utf-8")
    words = ("import", "check", str(table), "--where", "Ringkasan inovasi=x", "--json")
    assert document(node(alone, *words))["unread_columns"] == []
