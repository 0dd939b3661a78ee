"""`hubnode recover`, as it is typed: on a healthy node, a damaged one, and for another machine."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from runtime.console import ExitCode
from tests.support.operators import HEADER, ROWS, document, node, refused, sync_until_decided

SAVE, TAKE = "--save-waiting", "--take-waiting"


@pytest.fixture
def working(alone: Path, tmp_path: Path) -> Path:
    """A node with three records that the centre has decided about."""
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    assert node(alone, "import", "commit", str(table)).code == ExitCode.OK
    sync_until_decided(alone, 4)
    return alone


def publish(folder: Path, title: str) -> None:
    agency = 'agency={"name":"Dinas Kesehatan","kind":"provinsi"}'
    words = ("--set", f"title={title}", "--set", "started=2024", "--set", "region=51")
    assert node(folder, "record", "publish", *words, "--set", agency).code == ExitCode.OK


def alter(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "node.sqlite") as database:
        assert database.execute(statement).rowcount > 0
    database.close()


def test_on_a_healthy_node_it_is_a_sync_run_and_can_be_said_twice(working: Path) -> None:
    for _ in range(2):
        answer = node(working, "recover", "--json")
        assert answer.code == ExitCode.OK
        said = document(answer)
        assert (said["mended"], said["taken"], said["state"]) == ([], 0, "ok")


def test_damage_is_named_and_put_right_once_a_person_agrees(working: Path) -> None:
    alter(working, "UPDATE log_entry SET bytes = x'00' WHERE log_id = 1 AND \"index\" = 2")
    assert refused(node(working, "verify"), ExitCode.FAILED, "entry 2 of uji.example/")
    assert refused(node(working, "recover"), ExitCode.USAGE, "Say --yes to go on.")
    found = document(node(working, "recover", "--yes", "--json"))["mended"]
    assert isinstance(found, list)
    assert isinstance(found[0], dict)
    assert (len(found), found[0]["code"], found[0]["from_centre"]) == (1, "disk_damaged", 1)
    assert document(node(working, "verify", "--json"))["verified"] is True


def test_what_a_stopped_machine_never_sent_is_taken_by_the_other(
    working: Path, tmp_path: Path
) -> None:
    file = tmp_path / "menunggu.jsonl"
    other = Path(shutil.copytree(working, tmp_path / "mesin-lama"))
    publish(other, "Ditulis di mesin lama")
    stopped = node(other, "recover", "--yes")
    assert (stopped.code, "hubnode adopt" in stopped.err) == (ExitCode.REFUSED, True)
    assert document(node(other, "recover", SAVE, str(file), "--json"))["changes"] == 1
    assert refused(node(working, "recover", TAKE, str(file)), ExitCode.USAGE, "Sign and send")
    for taken in (1, 0):
        said = document(node(working, "recover", TAKE, str(file), "--yes", "--json"))
        assert said["taken"] == taken
    titles = node(working, "record", "list").out
    assert "Ditulis di mesin lama" in titles


def test_a_file_that_was_altered_or_is_another_hubs_is_refused(
    working: Path, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "menunggu.jsonl"
    publish(data, "Milik hub lain")
    assert node(data, "recover", SAVE, str(file)).code == ExitCode.OK
    answer = node(working, "recover", TAKE, str(file), "--yes")
    assert refused(answer, ExitCode.FAILED, "waiting_file_refused")
    file.write_bytes(file.read_bytes().replace(b"Milik", b"Punya"))
    answer = node(working, "recover", TAKE, str(file), "--yes")
    assert refused(answer, ExitCode.FAILED, "it was cut or altered")


def test_a_file_with_what_waits_is_readable_by_its_owner_alone(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "menunggu.jsonl"
    node(data, "recover", SAVE, str(file))
    assert file.stat().st_mode & 0o077 == 0
