"""`hubnode import template` writes what the name says, and never over a file that is there."""

from pathlib import Path

import pytest

from hubnode.imports.readers import read_table
from hubnode.imports.templates import template_columns
from runtime.console import ExitCode
from tests.support.commands import command_here
from tests.support.operators import document, refused


def test_a_template_is_not_written_over_a_file_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "inovasi.xlsx"
    file.write_bytes(b"filled in")

    answer = command_here("hubnode", "import", "template", str(file))

    assert refused(answer, ExitCode.USAGE, "is there already")
    assert file.read_bytes() == b"filled in"


def test_a_template_is_reported_as_one_document(tmp_path: Path) -> None:
    file = tmp_path / "inovasi.xlsx"
    answer = command_here("hubnode", "import", "template", str(file), "--json")
    assert document(answer) == {"file": str(file)}
    assert file.exists()


def test_a_template_of_csv_is_csv_that_excel_reads_as_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "inovasi.csv"
    assert command_here("hubnode", "import", "template", str(file)).code == ExitCode.OK
    assert file.read_bytes().startswith(b"\xef\xbb\xbfKode baris *,")
    file.write_text(file.read_text("utf-8") + "1\n", encoding="utf-8")
    table = read_table(file)
    assert table.columns == tuple(column.heading for column in template_columns())
    assert table.rows[0].cells["Kode baris *"] == "1"


@pytest.mark.parametrize("name", ["inovasi", "inovasi.ods", "inovasi.jsonl"])
def test_a_template_is_written_as_xlsx_or_csv_and_nothing_else(tmp_path: Path, name: str) -> None:
    answer = command_here("hubnode", "import", "template", str(tmp_path / name))
    assert refused(answer, ExitCode.USAGE, "use .xlsx or .csv")
    assert not (tmp_path / name).exists()
