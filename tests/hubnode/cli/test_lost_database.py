"""A disk that lost the database and kept the keys: the same hub comes back from the centre.

The invitation that it was enrolled with still opens the door to the same keys, and to no others.
"""

from pathlib import Path

import pytest

from runtime.console import ExitCode
from tests.support.commands import command_here
from tests.support.operators import (
    HEADER,
    ROWS,
    document,
    ids,
    invitation,
    node,
    refused,
    sync_until_decided,
)


def test_init_keeps_the_keys_that_are_there_and_the_log_comes_back(
    centre: Path, tmp_path: Path
) -> None:
    folder, invited = tmp_path / "bali", invitation(centre, "uji-hilang")
    node(folder, "init")
    node(folder, "enrol", invited, "--yes")
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    node(folder, "import", "commit", str(table))
    sync_until_decided(folder, 4)
    before = ids(folder)
    keys = (folder / "keys.pem").read_bytes()
    for file in folder.glob("node.sqlite*"):
        file.unlink()

    made = node(folder, "init")
    enrolled = node(folder, "enrol", invited, "--yes")
    adopted = node(folder, "adopt", "--yes")
    report = sync_until_decided(folder, 4)

    assert {it.code for it in (made, enrolled, adopted)} == {ExitCode.OK}
    assert "keys" in made.err
    assert (folder / "keys.pem").read_bytes() == keys
    assert report["state"] == "ok"
    assert ids(folder) == before
    assert document(node(folder, "verify", "--json"))["verified"] is True


def test_keys_of_a_log_that_was_closed_are_put_aside(centre: Path, alone: Path) -> None:
    hub = str(document(node(alone, "status", "--json"))["hub"])
    sync_until_decided(alone, 1)
    for file in alone.glob("node.sqlite*"):
        file.unlink()
    words = ("--reason", "Diska rusak", "--by", "rina", "--second-by", "budi", "--yes", "--json")
    answer = command_here("central", "hub", "reinvite", hub, *words, "--data", str(centre))
    node(alone, "init")
    assert node(alone, "enrol", str(document(answer)["invitation"]), "--yes").code == ExitCode.OK
    assert sync_until_decided(alone, 1)["state"] == "ok"
    assert (alone / "keys.generation-1.pem").exists()


def test_init_refuses_keys_that_cannot_be_used(tmp_path: Path) -> None:
    folder = tmp_path / "bali"
    folder.mkdir()
    (folder / "keys.pem").write_text("not a key\n", encoding="ascii")
    (folder / "keys.pem").chmod(0o600)

    assert refused(node(folder, "init"), ExitCode.FAILED, "the key 'log' is not in it")
    assert (folder / "keys.pem").read_text("ascii") == "not a key\n"


def test_a_database_of_no_bytes_is_one_that_was_lost(tmp_path: Path) -> None:
    folder = tmp_path / "bali"
    node(folder, "init")
    keys = (folder / "keys.pem").read_bytes()
    for file in folder.glob("node.sqlite*"):
        file.unlink()
    (folder / "node.sqlite").touch()

    assert refused(node(folder, "status"), ExitCode.USAGE, "The database is lost and the keys are")
    assert "Kept: the keys" in node(folder, "init").err
    assert (folder / "keys.pem").read_bytes() == keys
    assert node(folder, "status").code == ExitCode.OK


@pytest.mark.parametrize("words", [("record", "list"), ("sync", "history"), ("status",)])
def test_a_node_that_is_not_enrolled_is_led_to_its_enrolment(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    node(tmp_path / "bali", "init")
    said = node(tmp_path / "bali", *words)
    assert (said.code, "hubnode enrol" in said.err) == (ExitCode.OK, True)
    assert "hubnode import" not in said.err


def test_a_search_before_the_first_sync_leads_to_it(alone: Path) -> None:
    answer = node(alone, "catalogue", "search", "antrean")
    assert (answer.code, "hubnode sync now" in answer.err) == (ExitCode.OK, True)


def test_a_path_in_a_hint_can_be_typed_as_it_stands(tmp_path: Path) -> None:
    folder = tmp_path / "Provinsi Bali"
    assert f"enrol INVITATION --data '{folder}'" in node(folder, "init").err
    file = folder / "inovasi.csv"
    assert f"import commit '{file}'" in command_here("hubnode", "import", "template", str(file)).err


def test_each_program_knows_the_folder_of_the_other(centre: Path, tmp_path: Path) -> None:
    sentence = f"{centre} holds a centre; a node needs a folder of its own."
    assert refused(node(centre, "init"), ExitCode.USAGE, sentence)
    node(tmp_path / "bali", "init")
    words = ("init", "--authority", "uji.example", "--data", str(tmp_path / "bali"))
    answer = command_here("central", *words)
    assert refused(answer, ExitCode.USAGE, "holds a node; a centre needs a folder of its own.")
