"""The file with its errors is imported like the one it came from: same rows, same numbers."""

from pathlib import Path

import pytest

from hubnode.imports.marked import ENDINGS, ERROR_COLUMN, write_marked
from hubnode.imports.readers import SourceTable, read_table

TEXT = 'no,judul,isi\n1,=1+1,a\n\n3,Tiga,"baris\nkedua"\n'


def marked(tmp_path: Path, source: Path, ending: str, *, header_row: int = 1) -> SourceTable:
    table = read_table(source, header_row=header_row)
    path = tmp_path / f"marked{ending}"
    write_marked(path, table, {table.rows[-1].number: ["isi: salah"]}, header_row=header_row)
    found = read_table(path, header_row=header_row)
    assert [row.cells.pop(ERROR_COLUMN) for row in found.rows][-1] == "isi: salah"
    assert [row.cells for row in found.rows] == [row.cells for row in table.rows]
    return found


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("lines_above", [0, 2])
def test_rows_keep_their_cells_and_their_numbers(
    tmp_path: Path, ending: str, lines_above: int
) -> None:
    source = tmp_path / "a.csv"
    source.write_text("Judul\n" * lines_above + TEXT, encoding="utf-8")
    found = marked(tmp_path, source, ending, header_row=lines_above + 1)
    assert [row.number for row in found.rows] == [lines_above + 2, lines_above + 4]


@pytest.mark.parametrize("ending", ENDINGS)
def test_of_json_lines_a_header_is_made(tmp_path: Path, ending: str) -> None:
    source = tmp_path / "a.jsonl"
    source.write_bytes(b'{"no":"1","judul":"Satu"}\n{"no":"2","judul":"Dua"}\n')
    assert marked(tmp_path, source, ending).columns == ("no", "judul", ERROR_COLUMN)
