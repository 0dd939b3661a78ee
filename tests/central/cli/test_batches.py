"""What is about many records is done batch by batch, and goes on where it was stopped."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from central.casework import ownership, scanning
from runtime.console import ExitCode
from tests.support.admins import WHO, WHY, central, document

TRANSFER = ("hub", "transfer", "91", "--to", "94", *WHY, "--yes")
MOVE = ("agency", "move", "Provinsi Bali", *WHO, "--yes")
DINAS = '{"name":"Dinas Kesehatan Nabire","kind":"kabupaten"}'


@pytest.fixture(autouse=True)
def _one_record_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "PAGE_RECORDS", 1)


def test_every_batch_is_given(papua: Path) -> None:
    assert document(papua, *TRANSFER)["given"] == 3


def test_numbers_go_on_from_batch_to_batch(papua: Path, ids: Sequence[str]) -> None:
    items = document(papua, "number", "assign", "--all", "--yes")["items"]
    assert isinstance(items, list)
    given = [(it["record"], str(it["number"])[5:]) for it in items if isinstance(it, dict)]
    assert given == list(zip(ids, ("000001", "000002", "000003"), strict=True))


def test_every_agency_is_moved(papua: Path) -> None:
    assert document(papua, *MOVE, "--to", DINAS)["moved"] == 3


def test_who_stops_a_transfer_keeps_what_is_done_and_gives_the_rest_later(
    papua: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give, calls = ownership.give, count()

    def stopped_after_one(*arguments: Any, **named: Any) -> ownership.Given:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return give(*arguments, **named)

    with monkeypatch.context() as ctrl_c:
        ctrl_c.setattr(ownership, "give", stopped_after_one)
        answer = central(papua, *TRANSFER)
    assert answer.code != ExitCode.OK
    assert document(papua, *TRANSFER)["given"] == 2
