"""Files become rows of text, numbered as people see them; what is no table is refused by code."""

import contextlib
import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubnode.imports import readers
from hubnode.imports.readers import SourceTable, read_table
from hubnode.imports.refusal import FileRefused


def table(tmp_path: Path, name: str, content: str | bytes) -> SourceTable:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(file)


def cells(read: SourceTable) -> list[dict[str, str]]:
    return [row.cells for row in read.rows]


def code(tmp_path: Path, name: str, content: str | bytes) -> str:
    with pytest.raises(FileRefused) as refusal:
        table(tmp_path, name, content)
    return refusal.value.code


def test_the_header_is_row_one_and_empty_rows_keep_their_numbers(tmp_path: Path) -> None:
    read = table(tmp_path, "a.csv", "no,judul\n1,Satu\n,\n\n3,Tiga\n")
    assert read.columns == ("no", "judul")
    assert [row.number for row in read.rows] == [2, 5]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found_in_the_header(tmp_path: Path, separator: str) -> None:
    text = f"no{separator}judul\n1{separator}Satu\n"
    assert cells(table(tmp_path, "a.csv", text)) == [{"no": "1", "judul": "Satu"}]


def test_the_separator_is_found_in_the_header_that_stands_further_down(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Daftar; tahun 2024\n\nno,judul\n1,Satu\n", encoding="utf-8")
    read = read_table(file, header_row=3)
    assert cells(read) == [{"no": "1", "judul": "Satu"}]
    assert read.rows[0].number == 4


def test_a_separator_within_quotes_separates_nothing(tmp_path: Path) -> None:
    text = 'no;"judul, lengkap"\n1;"Satu; dua"\n'
    assert cells(table(tmp_path, "a.csv", text)) == [{"no": "1", "judul, lengkap": "Satu; dua"}]


def test_a_line_for_excel_names_the_separator_and_is_not_counted(tmp_path: Path) -> None:
    read = table(tmp_path, "a.csv", "sep=;\nno;judul\n1;Satu, dua\n")
    assert (cells(read), read.rows[0].number) == ([{"no": "1", "judul": "Satu, dua"}], 2)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path, mark: bytes) -> None:
    assert table(tmp_path, "a.csv", mark + b"no\n1\n").columns == ("no",)


def test_what_windows_writes_is_read(tmp_path: Path) -> None:
    read = table(tmp_path, "a.csv", "judul\nKafé “baru”\n".encode("cp1252"))
    assert cells(read) == [{"judul": "Kafé “baru”"}]


def test_texts_are_trimmed_and_in_nfc(tmp_path: Path) -> None:
    read = table(tmp_path, "a.csv", "judul \n  Kafe\u0301  \n")
    assert (read.columns, cells(read)) == (("judul",), [{"judul": "Kaf\u00e9"}])


def test_a_quote_before_a_formula_sign_is_taken_away(tmp_path: Path) -> None:
    read = table(tmp_path, "a.csv", "judul\n'=1+1\n'biasa\n")
    assert [row["judul"] for row in cells(read)] == ["=1+1", "'biasa"]


def test_a_cell_beyond_the_last_column_marks_its_row(tmp_path: Path) -> None:
    read = table(tmp_path, "a.csv", "no,judul\n1,Satu\n2,Dua,tiga\n")
    assert [row.is_surplus for row in read.rows] == [False, True]


def test_a_short_row_has_empty_cells(tmp_path: Path) -> None:
    assert cells(table(tmp_path, "a.csv", "no,judul\n1\n")) == [{"no": "1", "judul": ""}]


def test_a_cell_may_hold_lines(tmp_path: Path) -> None:
    read = table(tmp_path, "a.csv", 'no,judul\n1,"Satu\ndua"\n2,Tiga\n')
    assert cells(read)[0]["judul"] == "Satu\ndua"


@pytest.mark.parametrize("suffix", ["jsonl", "ndjson"])
def test_json_lines_are_numbered_by_line(tmp_path: Path, suffix: str) -> None:
    read = table(tmp_path, f"a.{suffix}", '{"no": 1, "judul": "Satu"}\n\n{"no": 2, "x": null}\n')
    assert read.columns == ("no", "judul", "x")
    assert [(row.number, row.cells["no"]) for row in read.rows] == [(1, "1"), (3, "2")]


def test_a_value_of_json_lines_that_is_no_text_keeps_its_json(tmp_path: Path) -> None:
    read = table(tmp_path, "a.jsonl", '{"sdgs": [3, 16], "ya": true, "isi": {"b": 1, "a": 2}}')
    assert cells(read) == [{"sdgs": "[3,16]", "ya": "true", "isi": '{"a":2,"b":1}'}]


@pytest.mark.parametrize(
    "document",
    [
        '[{"no": 1}, {"no": 2}]',
        '\ufeff{"success": true, "data": [{"no": 1}, {"no": 2}], "page": {}}',
    ],
)
def test_the_list_of_a_json_document_is_found_and_its_objects_are_counted(
    tmp_path: Path, document: str
) -> None:
    read = table(tmp_path, "a.json", document)
    assert [(row.number, row.cells) for row in read.rows] == [(1, {"no": "1"}), (2, {"no": "2"})]


def test_an_object_within_an_object_of_a_json_document_makes_columns_with_a_dot(
    tmp_path: Path,
) -> None:
    text = '[{"isi": {"b": {"c": 1}, "d": [3, {"e": 4}]}}, {"isi": null, "x": "ya"}]'
    read = table(tmp_path, "a.json", text)
    assert read.columns == ("isi.b.c", "isi.d", "isi", "x")
    first, second = cells(read)
    assert (first["isi.b.c"], first["isi.d"]) == ("1", '[3,{"e":4}]')
    assert second == {"isi.b.c": "", "isi.d": "", "isi": "", "x": "ya"}


def test_the_header_may_stand_lower(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Laporan 2024,\nno,judul\n1,Satu\n", encoding="utf-8")
    read = read_table(file, header_row=2)
    assert (read.columns, read.rows[0].number) == (("no", "judul"), 3)


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("a.csv", "", "no_rows"),
        ("a.csv", "\n\n", "no_rows"),
        ("a.csv", " , ,\n1,2,3\n", "file_empty"),
        ("a.csv", "no,no\n1,2\n", "header_repeated"),
        ("a.csv", 'no,judul\n1,"tidak ditutup\n', "file_malformed"),
        ("a.csv", "no\x00\n1\n", "file_malformed"),
        ("a.csv", "no\n1\n".encode("utf-16"), "file_encoding_unknown"),
        ("a.csv", b"no\n\x81\x8d\n", "file_encoding_unknown"),
        ("a.csv", ",".join(f"k{n}" for n in range(501)), "too_many_columns"),
        ("a.ods", b"PK", "file_type_unknown"),
        ("tanpa", b"no", "file_type_unknown"),
        ("a.jsonl", "[1]\n", "file_malformed"),
        ("a.jsonl", '{"a": 1}\n{"a"\n', "file_malformed"),
        ("a.jsonl", '{"a": 1, "a": 2}\n', "file_malformed"),
        ("a.json", "[]", "no_rows"),
        ("a.json", "{}", "file_malformed"),
        ("a.json", '"teks"', "file_malformed"),
        ("a.json", "[1]", "file_malformed"),
        ("a.json", '{"a": [{"no": 1}], "b": [{"no": 2}]}', "file_malformed"),
        ("a.json", '[{"a.b": 1, "a": {"b": 2}}]', "header_repeated"),
        ("a.json", "[" * 100 + "]" * 100, "file_malformed"),
        ("a.json", b"\xff[]", "file_malformed"),
        ("a.xlsx", b"", "file_malformed"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_code(
    tmp_path: Path, name: str, content: str | bytes, wanted: str
) -> None:
    assert code(tmp_path, name, content) == wanted


def test_a_broken_line_of_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="line 2"):
        table(tmp_path, "a.jsonl", '{"a": 1}\n{"a"\n')


def test_a_file_that_is_not_there_or_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_table(tmp_path / "tidak-ada.csv")
    assert refusal.value.code == "file_missing"
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    with pytest.raises(FileRefused, match="is a folder"):
        read_table(folder)


def test_too_many_rows_and_too_many_bytes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "ROWS_MAX", 3)
    monkeypatch.setattr(readers, "FILE_BYTES_MAX", 100)
    assert table(tmp_path, "a.csv", "no\n1\n2\n3\n").rows
    assert code(tmp_path, "a.csv", "no\n1\n2\n3\n4\n") == "too_many_rows"
    assert code(tmp_path, "a.csv", "no\n" + "1" * 100) == "file_too_large"


@given(content=st.binary(max_size=200), suffix=st.sampled_from(["csv", "json", "jsonl", "xlsx"]))
def test_any_bytes_are_a_table_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    file = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    file.write_bytes(content)
    with contextlib.suppress(FileRefused):
        read = read_table(file)
        assert all(set(row.cells) == set(read.columns) for row in read.rows)


@given(
    rows=st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=2, max_size=2),
        max_size=6,
    )
)
def test_what_a_csv_writer_wrote_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    usable = [[cell.replace("\x00", "").lstrip("'") for cell in row] for row in rows]
    file = tmp_path_factory.getbasetemp() / "written.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, quoting=csv.QUOTE_ALL)
        writer.writerows([["a", "b"], *usable])
    wanted = [[unicodedata.normalize("NFC", cell.strip()) for cell in row] for row in usable]
    found = [list(row.values()) for row in cells(read_table(file))]
    assert found == [row for row in wanted if any(row)]


def test_a_header_row_beyond_the_end_is_said_so(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("kode,title\n1,a\n", encoding="ascii")
    with pytest.raises(FileRefused, match=r"header_row = 99 is beyond the end .* row 2") as caught:
        read_table(file, header_row=99)
    assert caught.value.code == "header_row_missing"
