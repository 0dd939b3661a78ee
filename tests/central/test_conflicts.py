"""Conflicts at the centre: both values are kept and shown until somebody has seen both."""

import pytest

from central.casework import conflicts
from central.casework.conflicts import CaseRefused, Conflict
from central.public_text import TextRefused
from protocol.canonical import Json
from protocol.catalogue import conflicts as open_ones
from protocol.catalogue import shown_record
from protocol.entries.record_decisions import RecordCurated
from tests.support.author import Author
from tests.support.rooms import VALID, Room

CURATED = "Judul kurator"
OWNERS = "Judul pemilik"


def curate(room: Room, record: str, **values: Json) -> None:
    room.write(
        lambda conn, centre: conflicts.curate(
            conn, centre, record=record, set_=values, by="rina", agency="panrb"
        )
    )


def resolve(room: Room, record: str, field: str, value: Json) -> None:
    room.write(
        lambda conn, centre: conflicts.resolve(
            conn, centre, record=record, field=field, value=value, by="rina", agency="panrb"
        )
    )


def listed(room: Room) -> list[Conflict]:
    return room.read(conflicts.list_conflicts)


def title(room: Room, record: str) -> Json:
    return shown_record(room.state(record))["title"]


@pytest.fixture
async def record(room: Room, hub: Author) -> str:
    """A record in the catalogue."""
    hub.put(1, VALID)
    room.submit(hub)
    await room.decide()
    return hub.record(1)


@pytest.fixture
async def contested(room: Room, hub: Author, record: str) -> str:
    """A record whose title a curator and its owner changed without having seen each other's."""
    before = room.national.size
    curate(room, record, title=CURATED)
    hub.put(1, {"title": OWNERS}, national=before)
    room.submit(hub, start=2)
    await room.decide()
    return record


def test_a_curation_of_what_is_shown_is_no_conflict(room: Room, record: str) -> None:
    curate(room, record, title=CURATED)
    assert title(room, record) == CURATED
    assert listed(room) == []


def test_a_curation_says_who_and_for_whom_and_what_was_seen(room: Room, record: str) -> None:
    size = room.national.size
    curate(room, record, title=CURATED)
    decision = room.decisions()[-1]
    assert isinstance(decision, RecordCurated)
    assert (decision.by, decision.agency, decision.seen.national) == ("rina", "panrb", size)


def test_a_curation_writes_only_what_differs(room: Room, record: str) -> None:
    curate(room, record, title=CURATED, region="51")
    decision = room.decisions()[-1]
    assert isinstance(decision, RecordCurated)
    assert decision.set == {"title": CURATED}


def test_a_curation_of_the_value_that_is_shown_ends_a_conflict_on_it(
    room: Room, contested: str
) -> None:
    curate(room, contested, title=OWNERS)
    assert listed(room) == []


def test_everything_that_is_wrong_with_a_curation_is_told_at_once(room: Room, record: str) -> None:
    with pytest.raises(CaseRefused) as refused:
        curate(room, record, stage="selesai", started="2999")
    assert refused.value.code == "schema_invalid"
    assert all(field in refused.value.message for field in ("/stage: ", "/started: "))


def test_a_curation_holds_no_personal_data(room: Room, record: str) -> None:
    before = room.national
    with pytest.raises(TextRefused) as refused:
        curate(room, record, summary="NIK 5171011503850001")
    assert (refused.value.code, refused.value.pointer) == ("privacy_finding", "/summary")
    assert "5171011503850001" not in str(refused.value)
    assert room.national == before


def test_values_written_unseen_are_listed_with_their_authors(room: Room, contested: str) -> None:
    [conflict] = listed(room)
    assert (conflict.record, conflict.hub, conflict.field) == (contested, "51", "title")
    assert [(head.author, head.value) for head in conflict.heads] == [
        ("centre", CURATED),
        ("51", OWNERS),
    ]


def test_meanwhile_the_owners_value_is_shown(room: Room, contested: str) -> None:
    assert title(room, contested) == OWNERS
    assert listed(room)[0].title == OWNERS


@pytest.mark.parametrize("value", [CURATED, OWNERS, "Judul ketiga"])
def test_a_write_that_saw_every_value_ends_it(room: Room, contested: str, value: str) -> None:
    resolve(room, contested, "title", value)
    assert listed(room) == []
    assert title(room, contested) == value


async def test_the_owners_next_write_that_saw_both_ends_it_too(
    room: Room, hub: Author, contested: str
) -> None:
    hub.put(1, {"title": "Judul bersama"}, national=room.national.size)
    room.submit(hub, start=3)
    await room.decide()
    assert listed(room) == []
    assert title(room, contested) == "Judul bersama"


async def test_the_same_value_on_both_sides_is_no_conflict(
    room: Room, hub: Author, record: str
) -> None:
    before = room.national.size
    curate(room, record, title=CURATED)
    hub.put(1, {"title": CURATED}, national=before)
    room.submit(hub, start=2)
    await room.decide()
    assert listed(room) == []


async def test_different_fields_are_no_conflict(room: Room, hub: Author, record: str) -> None:
    before = room.national.size
    curate(room, record, region="51.71")
    hub.put(1, {"title": OWNERS}, national=before)
    room.submit(hub, start=2)
    await room.decide()
    assert "title" not in open_ones(room.state(record))
    assert shown_record(room.state(record))["region"] == "51.71"


def test_a_field_that_is_not_in_conflict_cannot_be_resolved(room: Room, contested: str) -> None:
    with pytest.raises(CaseRefused) as caught:
        resolve(room, contested, "region", "51")
    assert caught.value.code == "conflict_unknown"


def test_a_conflict_is_resolved_once(room: Room, contested: str) -> None:
    resolve(room, contested, "title", CURATED)
    size = room.national.size
    with pytest.raises(CaseRefused):
        resolve(room, contested, "title", CURATED)
    assert room.national.size == size


@pytest.mark.parametrize("record", ["", "x", "01942b6e-4c00-7000-8000-000000000001"])
def test_a_record_that_is_not_there_is_said(room: Room, record: str) -> None:
    with pytest.raises(CaseRefused) as caught:
        resolve(room, record, "title", "Judul")
    assert caught.value.code == "unknown_record"


@pytest.mark.parametrize(
    ("field", "value"), [("title", ""), ("title", 7), ("region", "99"), ("sdgs", [18]), ("x", "y")]
)
def test_a_value_that_the_schema_refuses_changes_nothing(
    room: Room, record: str, field: str, value: Json
) -> None:
    size = room.national.size
    with pytest.raises(CaseRefused) as caught:
        curate(room, record, **{field: value})
    assert caught.value.code == "schema_invalid"
    assert room.national.size == size


def test_a_resolution_has_to_be_valid(room: Room, contested: str) -> None:
    with pytest.raises(CaseRefused) as caught:
        resolve(room, contested, "title", 7)
    assert caught.value.code == "schema_invalid"
    assert len(listed(room)) == 1
