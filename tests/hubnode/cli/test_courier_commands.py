"""`hubnode courier` and `central courier` as they are typed, one after the other, on one stick."""

from pathlib import Path

import pytest

from protocol.canonical import Json
from runtime.console import ExitCode
from tests.support.commands import Outcome, command_here
from tests.support.operators import HEADER, ROWS, document, node, point_to_nowhere, refused


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def offline(alone: Path, tmp_path: Path) -> Path:
    """An enrolled node that has lost its network, with three records to send."""
    point_to_nowhere(alone)
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    assert node(alone, "import", "commit", str(table)).code == ExitCode.OK
    return alone


def central(folder: Path, *words: str) -> Outcome:
    return command_here("central", "courier", *words, "--data", str(folder))


def hub_of(folder: Path) -> str:
    return str(document(node(folder, "status", "--json"))["hub"])


def item(answer: Outcome) -> dict[str, Json]:
    """What an import says of its one file."""
    items = document(answer)["items"]
    assert isinstance(items, list)
    [found] = items
    assert isinstance(found, dict)
    return found


def only(answer: Outcome) -> str:
    """The one file that an export wrote."""
    files = document(answer)["files"]
    assert isinstance(files, list)
    [found] = files
    return str(found)


def test_a_stick_goes_there_and_back(centre: Path, offline: Path, stick: Path) -> None:
    hub = hub_of(offline)
    file = only(node(offline, "courier", "export", str(stick), "--json"))
    assert Path(file).name == f"{hub}-to-centre-00001-001-of-001.courier"
    taken = item(central(centre, "import", file, "--json"))
    assert (taken["hub"], taken["kept"], taken["mirrored"], taken["cosigned"]) == (hub, 4, 4, None)

    answer = only(central(centre, "export", hub, str(stick), "--json"))
    read = node(offline, "courier", "import", answer, "--json")
    assert read.code == ExitCode.OK
    assert (item(read)["pushed"], item(read)["state"], item(read)["next_volume"]) == (4, "ok", None)
    shown = document(node(offline, "status", "--json"))
    assert item(read)["catalogue_hash"] == shown["catalogue_hash"]


def test_people_read_sentences(centre: Path, offline: Path, stick: Path) -> None:
    hub = hub_of(offline)
    written = node(offline, "courier", "export", str(stick))
    assert "4 entri ditulis, 4 baru ditandatangani." in written.err
    taken = central(centre, "import", written.out.strip())
    assert "4 new entries kept; 4 of its log are here." in taken.err
    answer = central(centre, "export", hub, str(stick))
    assert "a receipt for 4 entries" in answer.err
    assert "keputusan diterima." in node(offline, "courier", "import", answer.out.strip()).err


def test_files_are_taken_up_to_the_first_that_is_refused(
    centre: Path, offline: Path, stick: Path
) -> None:
    file = only(node(offline, "courier", "export", str(stick), "--json"))
    broken = stick / "x.courier"
    broken.write_bytes(Path(file).read_bytes()[:-1])
    answer = central(centre, "import", file, str(broken))
    assert answer.code == ExitCode.FAILED
    assert "4 new entries kept" in answer.err
    assert "This courier file is cut; copy it once more." in answer.err
    assert "(courier_truncated)" in answer.err
    assert f" — {broken}: " in answer.err


def test_a_damaged_file_is_a_sentence_at_the_hub(alone: Path, stick: Path) -> None:
    path = stick / "x.courier"
    path.write_bytes(b"jipp-courier 1\n")
    answer = node(alone, "courier", "import", str(path))
    assert refused(
        answer, ExitCode.FAILED, "This is not a valid courier file; nothing was kept. — "
    )


@pytest.mark.parametrize("program", ["hub", "centre"])
def test_a_file_or_folder_that_is_not_there_is_a_sentence(
    centre: Path, alone: Path, stick: Path, program: str
) -> None:
    def typed(*words: str) -> Outcome:
        return central(centre, *words) if program == "centre" else node(alone, "courier", *words)

    hub = [hub_of(alone)] if program == "centre" else []
    nowhere = str(stick / "nowhere")
    assert refused(typed("import", nowhere), ExitCode.FAILED, "No such file")
    assert refused(typed("export", *hub, nowhere), ExitCode.USAGE, "is not a folder")


def test_a_machine_that_does_not_know_what_it_signed_signs_nothing(
    offline: Path, stick: Path
) -> None:
    (offline / "issued-mark.json").unlink()
    answer = node(offline, "courier", "export", str(stick))
    assert refused(answer, ExitCode.REFUSED, "(courier_mark_missing)")
    assert list(stick.iterdir()) == []
    assert document(node(offline, "status", "--json"))["state"] == "blocked"
