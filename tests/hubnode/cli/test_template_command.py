"""`hubnode import template` never writes over a file: it may be the one that was filled in."""

from pathlib import Path

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
