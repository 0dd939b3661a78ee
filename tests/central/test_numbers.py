"""Registration numbers: each once, in order, and never again."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from central import projection
from central.casework import numbers
from central.casework.conflicts import CaseRefused
from central.centre import Centre
from central.opening import opened_centre
from central.public_text import TextRefused
from central.rebuild import rebuild
from central.settings import CentralSettings
from protocol.canonical import Json
from protocol.entries.record_decisions import NumberAssigned
from protocol.innovation.registration import format_number, parse_number
from tests.support.author import Author
from tests.support.casework import PRIVATE, RINA, with_records
from tests.support.rooms import AUTHORITY, Room


@pytest.fixture
def records(room: Room, hub: Author) -> Sequence[str]:
    """Three records without a number."""
    return with_records(room, hub, {}, {"title": "Perizinan satu pintu"}, {"title": "Jemput bola"})


def assign(room: Room, *records: str) -> dict[str, str]:
    return room.write(lambda conn, it: numbers.assign(conn, it, records, RINA))


def found_by(room: Room, query: str) -> int:
    def search(conn: Connection, centre: Centre) -> int:
        found = projection.search(conn, centre, query=query, filters={}, limit=1, after=None)
        return found.total

    return room.read(search)


def test_numbers_are_the_year_and_a_running_number(room: Room, records: Sequence[str]) -> None:
    year = room.clock.now().year
    assert list(assign(room, *records).values()) == [f"{year}-00000{n}" for n in (1, 2, 3)]


def test_the_next_call_goes_on_where_the_last_ended(room: Room, records: Sequence[str]) -> None:
    assign(room, records[0])
    assert assign(room, records[1])[records[1]].endswith("-000002")


def test_a_record_has_one_number_for_ever(room: Room, records: Sequence[str]) -> None:
    first = assign(room, records[0])
    before = room.national
    assert assign(room, records[0]) == {}
    assert room.national == before
    assert room.state(records[0]).facts["number"] == first[records[0]]


def test_a_new_year_begins_with_one_again(room: Room, records: Sequence[str]) -> None:
    assign(room, records[0])
    room.clock.advance(timedelta(days=366).total_seconds())
    year = room.clock.now().year
    assert assign(room, records[1]) == {records[1]: f"{year}-000001"}


def test_who_has_none_is_listed_the_oldest_first(room: Room, records: Sequence[str]) -> None:
    assign(room, records[1])
    assert room.read(numbers.unnumbered) == [records[0], records[2]]


def test_a_record_is_found_by_its_number(room: Room, records: Sequence[str]) -> None:
    number = assign(room, records[0])[records[0]]
    assert (found_by(room, number), found_by(room, number[:-1])) == (1, 1)
    assert found_by(room, number.replace("000001", "000009")) == 0


def test_a_record_is_found_by_the_number_that_its_hub_names(room: Room, hub: Author) -> None:
    ids: Json = [{"system": "nri", "value": "2019-004711"}]
    with_records(room, hub, {"external_ids": ids})
    assert found_by(room, "2019-004711") == 1


def test_the_number_stands_in_the_history(room: Room, records: Sequence[str]) -> None:
    number = assign(room, records[0])[records[0]]
    [row, *_] = room.read(lambda conn, it: projection.history(conn, it, records[0]))
    assert (row["kind"], row["number"], row["author"]) == ("number.assigned", number, "panrb/rina")


def test_a_rebuild_gives_no_number_again(room: Room, records: Sequence[str]) -> None:
    assign(room, *records[:2])
    assert rebuild(room.centre).identical
    assert assign(room, records[2])[records[2]].endswith("-000003")


def test_an_account_that_looks_like_personal_data_gives_none(
    room: Room, records: Sequence[str]
) -> None:
    with pytest.raises(TextRefused):
        room.write(lambda conn, it: numbers.assign(conn, it, records, PRIVATE))
    assert room.read(numbers.unnumbered) == list(records)


def test_a_record_that_there_is_not_has_no_number(room: Room, hub: Author) -> None:
    with pytest.raises(CaseRefused) as refused:
        room.read(lambda conn, it: numbers.number_of(conn, it, hub.record(404)))
    assert refused.value.code == "unknown_record"


def test_two_processes_at_once_give_every_number_once(
    room: Room, hub: Author, tmp_path: Path, database_url: str
) -> None:
    ids = with_records(room, hub, *({"title": f"Antrean {n}"} for n in range(24)))
    settings = CentralSettings(authority=AUTHORITY, database_url=database_url)
    with opened_centre(tmp_path / "pusat", settings) as other:
        begin = threading.Barrier(2)

        def one_by_one() -> None:
            begin.wait()
            for record in reversed(ids):
                other.db.run_sync(lambda conn, it=record: numbers.assign(conn, other, [it], RINA))  # type: ignore[misc]

        beside = threading.Thread(target=one_by_one)
        beside.start()
        begin.wait()
        for record in ids:
            assign(room, record)
        beside.join()
    given = [it for it in room.decisions() if isinstance(it, NumberAssigned)]
    serials = [parse_number(it.number) for it in given]
    assert sorted({it.record for it in given}) == sorted(ids)
    assert [number[1] for number in serials if number] == list(range(1, 25))


@pytest.mark.parametrize(
    ("year", "serial", "text"),
    [(2026, 1, "2026-000001"), (2026, 999_999, "2026-999999"), (2027, 1_000_000, "2027-1000000")],
)
def test_a_number_survives_its_text(year: int, serial: int, text: str) -> None:
    assert format_number(year, serial) == text
    assert parse_number(text) == (year, serial)


@pytest.mark.parametrize("text", ["", "2026", "2026-1", "2026-0000001", "26-000001", "2026-00000x"])
def test_every_other_text_is_no_number(text: str) -> None:
    assert parse_number(text) is None
