"""Agencies that were renamed or moved: their records say so, all at once."""

from collections.abc import Sequence

import pytest

from central.casework import agencies, conflicts
from central.casework.agencies import Moved
from central.casework.conflicts import CaseRefused
from central.public_text import TextRefused
from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.entries.record_decisions import RecordCurated
from tests.support.author import Author
from tests.support.casework import RINA, with_records
from tests.support.rooms import Room

OLD = "Dinas Kesehatan Papua"
NEW: dict[str, Json] = {"name": "Dinas Kesehatan Papua Tengah", "kind": "provinsi"}


@pytest.fixture
def records(room: Room, hub: Author) -> Sequence[str]:
    """Two records of the agency, and one of another that is written almost like it."""
    names: list[Json] = [OLD, OLD, OLD.upper()]
    found: list[dict[str, Json]] = [{"agency": {"name": it, "kind": "provinsi"}} for it in names]
    return with_records(room, hub, *found)


def meant(room: Room, agency: dict[str, Json] = NEW, hub: str = "") -> list[str]:
    return room.read(lambda conn, it: agencies.records_of(conn, it, OLD, agency, hub=hub))


def move(room: Room, records: Sequence[str], agency: dict[str, Json] = NEW) -> Moved:
    return room.write(
        lambda conn, it: agencies.move(conn, it, records, name=OLD, agency=agency, person=RINA)
    )


def test_only_records_of_exactly_that_name_are_meant(room: Room, records: Sequence[str]) -> None:
    assert meant(room) == list(records[:2])
    assert meant(room, hub="52") == []


def test_each_is_curated_by_a_decision_of_its_own(room: Room, records: Sequence[str]) -> None:
    assert move(room, meant(room)) == Moved(records=tuple(records[:2]), left=())
    decided = room.decisions()[-2:]
    assert [it.record for it in decided if isinstance(it, RecordCurated)] == list(records[:2])
    assert shown_record(room.state(records[0]))["agency"] == NEW
    assert shown_record(room.state(records[2]))["agency"] != NEW


def test_nothing_is_decided_twice(room: Room, records: Sequence[str]) -> None:
    move(room, records)
    before = room.national
    assert (meant(room), move(room, records)) == ([], Moved(records=(), left=()))
    assert room.national == before


def test_a_move_is_undone_by_moving_back(room: Room, records: Sequence[str]) -> None:
    move(room, records)
    old: dict[str, Json] = {"name": OLD, "kind": "provinsi"}
    room.write(
        lambda conn, it: agencies.move(
            conn, it, records, name=str(NEW["name"]), agency=old, person=RINA
        )
    )
    assert shown_record(room.state(records[0]))["agency"] == old


async def test_where_two_values_stand_a_person_has_to_look(
    room: Room, hub: Author, records: Sequence[str]
) -> None:
    before = room.national.size
    other: Json = {"name": "Dinas Lain", "kind": "provinsi"}
    room.write(
        lambda conn, it: conflicts.curate(
            conn, it, record=records[0], set_={"agency": other}, by="rina", agency="lan"
        )
    )
    disputed: Json = {"name": OLD, "kind": "kota"}
    hub.put(1, {"agency": disputed}, record=records[0], national=before)
    room.submit(hub, start=4)
    await room.decide()
    assert move(room, records) == Moved(records=(records[1],), left=(records[0],))


@pytest.mark.parametrize("agency", [{"name": "Dinas"}, {"name": "Dinas", "kind": "desa"}, {}])
def test_an_agency_that_no_record_may_have_is_refused(
    room: Room, records: Sequence[str], agency: dict[str, Json]
) -> None:
    before = room.national
    with pytest.raises(CaseRefused) as refused:
        move(room, records, agency)
    assert refused.value.code == "schema_invalid"
    assert room.national == before


def test_an_agency_holds_no_personal_data(room: Room, records: Sequence[str]) -> None:
    with pytest.raises(TextRefused):
        move(room, records, {"name": "Dinas, NIK 5171011503850001", "kind": "kota"})
