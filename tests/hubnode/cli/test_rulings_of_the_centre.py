"""What an operator reads of records that the centre numbered, hid, or gave to another hub."""

from pathlib import Path

import pytest

from runtime.console import ExitCode
from tests.support.admins import WHY, central
from tests.support.operators import document, enrolled_node, node, refused, sync_until_decided

AWARD = 'awards=[{"scheme":"Top 99","year":2019}]'
FIELDS = (
    *("--set", "title=Antar Obat", "--set", "started=2021", "--set", "region=51.71"),
    *("--set", 'agency={"name":"Dinas Kesehatan","kind":"kota"}', "--set", AWARD),
)


@pytest.fixture
def record(alone: Path) -> str:
    """A record that the centre has decided about."""
    made = document(node(alone, "record", "publish", *FIELDS, "--json"))["record"]
    sync_until_decided(alone, 2)
    return str(made)


def ruled(centre: Path, alone: Path, *words: str) -> None:
    """An admin rules, and the node hears of it."""
    assert central(centre, *words).code == ExitCode.OK
    assert node(alone, "sync", "now").code == ExitCode.OK


def test_a_number_and_a_confirmed_award_are_shown(centre: Path, alone: Path, record: str) -> None:
    ruled(centre, alone, "number", "assign", record)
    award = ("award", "confirm", record, "--scheme", "Top 99", "--year", "2019")
    ruled(centre, alone, *award, *WHY)
    page = document(node(alone, "record", "show", record, "--json"))
    number = str(page["number"])
    for words in (("record", "show", record), ("catalogue", "show", record)):
        answer = node(alone, *words)
        assert number in answer.out
        assert "scheme: Top 99, year: 2019, standing: confirmed" in answer.out
    assert record in node(alone, "catalogue", "search", number).out
    assert record in node(alone, "catalogue", "search", "--facet", "award=confirmed").out


def test_a_hidden_record_is_listed_as_such_and_says_why(
    centre: Path, alone: Path, record: str
) -> None:
    ruled(centre, alone, "record", "hide", record, *WHY)
    assert f"{record}\tAntar Obat\thidden" in node(alone, "record", "list").out
    answer = node(alone, "record", "show", record)
    assert "The centre keeps it from readers since" in answer.err
    assert "UU 15/2022" in answer.err
    assert document(node(alone, "status", "--json"))["hidden"] == 1
    assert record not in node(alone, "catalogue", "search", "obat").out


def test_a_given_record_says_to_whom_it_went_and_is_not_edited(
    centre: Path, alone: Path, record: str, tmp_path: Path
) -> None:
    hub = f"penerima-{abs(hash(record)) % 100_000}"
    receiver = enrolled_node(centre, tmp_path / "receiver", hub)
    ruled(centre, alone, "record", "transfer", record, "--to", hub, *WHY)
    answer = node(alone, "record", "show", record)
    assert (answer.code, f"It went to hub {hub} on" in answer.err) == (ExitCode.OK, True)
    edit = node(alone, "record", "publish", record, "--set", "title=Baru")
    assert refused(edit, ExitCode.FAILED, "record_given")
    assert node(alone, "record", "history", record).code == ExitCode.OK
    node(receiver, "sync", "now")
    assert record in node(receiver, "record", "list").out
