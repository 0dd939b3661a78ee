"""`central hub revert`: what it would do, what it did, and what it leaves to a person."""

from pathlib import Path

import pytest

from protocol.canonical import Json
from runtime.console import ExitCode
from tests.support.admins import WHY, central, document
from tests.support.author import Author
from tests.support.casework import with_records
from tests.support.rooms import opened_room

MADE, REWRITTEN = 3, 4
"""Places of its put and of the amendment, behind two enrolments and the opening of the log."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Hub 51 made a record, and rewrote its title an hour later; the clock was set back then."""
    folder, author = tmp_path / "pusat", Author(hub="51")
    with opened_room(folder, "") as room:
        room.enrol(author)
        room.enrol(Author(hub="94", seed=5))
        with_records(room, author, {})
        room.clock.advance(3600)
        author.put(1, {"title": "DIRUSAK"}, national=room.national.size)
        room.submit(author, start=2)
        room.decide_now()
        room.clock.jump(-7200)
        with_records(room, author, {"title": "Perizinan satu pintu"})
    return folder


def revert(data: Path, to: str, *more: str) -> dict[str, Json]:
    return document(data, "hub", "revert", "51", "--to", to, *WHY, "--yes", *more)


def test_a_rehearsal_says_what_would_be_written(data: Path) -> None:
    found = revert(data, str(REWRITTEN), "--dry-run")
    record = Author(hub="51").record(1)
    items = found["items"]
    assert isinstance(items, list)
    assert {"record": record, "fields": ["title"], "state": None, "unlinked": []} in items
    assert (found["reverted"], found["left"]) == (0, [])


def test_what_was_reverted_is_counted(data: Path) -> None:
    assert revert(data, str(REWRITTEN))["reverted"] == 2
    assert revert(data, str(REWRITTEN))["reverted"] == 0


def test_a_record_that_is_another_hubs_now_is_listed(data: Path) -> None:
    record = Author(hub="51").record(1)
    moved = central(data, "record", "transfer", record, "--to", "94", *WHY)
    assert moved.code == ExitCode.OK, moved.err
    found = revert(data, str(MADE))
    assert found["left"] == [{"record": record, "why": "shared"}]
    shown = central(data, "hub", "revert", "51", "--to", str(MADE), *WHY, "--yes")
    assert "1 record left for a person" in shown.err
    assert record in shown.out


def test_a_time_across_which_the_clock_was_set_back_is_refused(data: Path) -> None:
    answer = central(data, "hub", "revert", "51", "--to", "2026-11-23T07:30:00Z", *WHY, "--yes")
    assert answer.code == ExitCode.FAILED
    assert "(moment_unclear)" in answer.err
