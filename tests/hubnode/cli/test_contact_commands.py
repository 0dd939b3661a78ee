"""Contacts are kept on the node, go into a file by hand, and never leave it otherwise."""

from pathlib import Path
from typing import Any

import pytest

from runtime.console import ExitCode
from tests.support.operators import document, ids, node, refused, sync_until_decided

PHONE, EMAIL = "0361-222333", "wayan@bali.example"


def added(data: Path, *, name: str = "Ni Wayan") -> str:
    """A record with a contact."""
    record = ids(data)[0]
    words = ("--name", name, "--phone", PHONE, "--email", EMAIL)
    assert node(data, "contact", "add", record, *words).code == ExitCode.OK
    return record


def listed(data: Path) -> list[dict[str, Any]]:
    items: Any = document(node(data, "contact", "list", "--json"))["items"]
    return list(items)


def test_a_contact_is_kept_and_the_same_name_again_replaces(data: Path) -> None:
    record = added(data)
    node(data, "contact", "add", record, "--name", "Ni Wayan", "--nip", "198001")
    [found] = listed(data)
    assert (found["record"], found["phone"], found["nip"]) == (record, "", "198001")


def test_a_contact_is_forgotten_once(data: Path) -> None:
    record = added(data)
    assert node(data, "contact", "remove", record, "--name", "Ni Wayan").code == ExitCode.OK
    assert listed(data) == []
    again = node(data, "contact", "remove", record, "--name", "Ni Wayan")
    assert refused(again, ExitCode.USAGE, "has no contact")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--name", " ", "--phone", PHONE), "name: is empty"),
        (("--name", "Ni Wayan"), "neither phone"),
        (("--name", "Ni Wayan", "--phone", "1\n2"), "phone: must be one line"),
    ],
)
def test_what_is_no_contact_is_refused(data: Path, words: tuple[str, ...], sentence: str) -> None:
    answer = node(data, "contact", "add", ids(data)[0], *words)
    assert refused(answer, ExitCode.FAILED, sentence)
    assert listed(data) == []


def test_a_file_brings_the_same_contacts_into_another_node(data: Path, tmp_path: Path) -> None:
    added(data, name="=HYPERLINK(1)")
    before, file = listed(data), tmp_path / "kontak.csv"
    assert node(data, "contact", "export", str(file)).code == ExitCode.OK
    assert file.stat().st_mode & 0o077 == 0
    node(data, "contact", "remove", before[0]["record"], "--name", before[0]["name"])
    answer = document(node(data, "contact", "import", str(file), "--json"))
    assert (answer, listed(data)) == ({"contacts": 1, "unknown_records": 0}, before)


def test_of_a_file_with_a_wrong_row_nothing_is_kept(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "kontak.csv"
    rows = f"{ids(data)[0]},Ni Wayan,{PHONE},,\nx,Budi,{PHONE},,\n"
    file.write_text("record,name,phone,email,nip\n" + rows, encoding="utf-8")
    assert refused(node(data, "contact", "import", str(file)), ExitCode.FAILED, "row 3: record")
    assert listed(data) == []


def test_a_contact_never_leaves_the_node(alone: Path, centre: Path) -> None:
    words = ("--set", "title=Perahu Posyandu", "--set", "region=51", "--set", "started=2020")
    agency = 'agency={"name":"Dinas Kesehatan","kind":"provinsi"}'
    assert node(alone, "record", "publish", *words, "--set", agency).code == ExitCode.OK
    added(alone)
    sync_until_decided(alone, 2)
    kept = b"".join(path.read_bytes() for path in centre.glob("centre.sqlite*"))
    assert b"Perahu Posyandu" in kept
    assert PHONE.encode() not in kept
    assert EMAIL.encode() not in kept
