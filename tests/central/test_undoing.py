"""What a person decided about fields is taken back by another decision, while it stands."""

import pytest

from central.casework import conflicts, holds, revert, undoing
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.casework.undoing import Hindrance, Undo
from protocol.canonical import Json
from protocol.catalogue import conflicts as conflicts_of
from protocol.catalogue import shown_record
from protocol.merge import CENTRE
from tests.support.author import Author
from tests.support.rooms import VALID, Room

OLD, NEW, OWNERS = str(VALID["title"]), "Judul kurator", "Judul pemilik"


@pytest.fixture
async def record(room: Room, hub: Author) -> str:
    """A record in the catalogue."""
    hub.put(1, VALID)
    room.submit(hub)
    await room.decide()
    return hub.record(1)


def curate(room: Room, record: str, **values: Json) -> int:
    """Writes fields as a curator; the place of the decision."""
    room.write(
        lambda conn, centre: conflicts.curate(
            conn, centre, record=record, set_=values, by="rina", agency="panrb"
        )
    )
    return room.national.size - 1


def undo(room: Room, place: int, **chosen: str) -> Undo:
    return room.write(
        lambda conn, centre: undoing.undo(
            conn, centre, place, by="tuti", agency="lan", chosen=chosen
        )
    )


def could(room: Room, place: int) -> Undo | None:
    return room.read(lambda conn, centre: undoing.undo_of(conn, centre, place))


def why_not(room: Room, place: int) -> Undo | Hindrance | None:
    return room.read(lambda conn, centre: undoing.look(conn, centre, place))


def test_a_curation_is_taken_back(room: Room, record: str) -> None:
    place = curate(room, record, title=NEW)
    undo(room, place)
    assert shown_record(room.state(record))["title"] == OLD


def test_a_field_that_was_empty_is_emptied_again(room: Room, record: str) -> None:
    place = curate(room, record, summary="Ringkasan kurator")
    undo(room, place)
    assert "summary" not in shown_record(room.state(record))


def test_an_undo_is_itself_taken_back(room: Room, record: str) -> None:
    undo(room, curate(room, record, title=NEW))
    undo(room, room.national.size - 1)
    assert shown_record(room.state(record))["title"] == NEW


def test_what_somebody_wrote_since_stays(room: Room, record: str) -> None:
    place = curate(room, record, title=NEW, summary="Ringkasan kurator")
    curate(room, record, title="Judul yang terakhir")
    found = undo(room, place)
    assert found.fields.keys() == {"summary"}
    assert shown_record(room.state(record))["title"] == "Judul yang terakhir"


def test_where_nothing_stands_there_is_nothing_to_take_back(room: Room, record: str) -> None:
    place = curate(room, record, title=NEW)
    undo(room, place)
    size = room.national.size
    with pytest.raises(CaseRefused) as refused:
        undo(room, place)
    assert (refused.value.code, room.national.size) == ("nothing_stands", size)


@pytest.mark.usefixtures("record")
def test_what_a_hub_did_and_what_is_not_there_yet_is_not_taken_back_here(room: Room) -> None:
    assert [could(room, place) for place in range(room.national.size + 2)] == [None] * (
        room.national.size + 2
    )


async def test_a_released_change_is_taken_back(room: Room, hub: Author, record: str) -> None:
    size = len(hub.entries)
    hub.put(1, {"summary": "Telepon 0812-3456-7890"}, national=room.national.size)
    room.submit(hub, start=size)
    await room.decide()
    [waiting] = room.read(lambda conn, _: holds.list_waiting(conn))
    room.write(
        lambda conn, centre: holds.release_change(
            conn, centre, place=waiting.place, by="rina", agency="panrb"
        )
    )
    assert "summary" in shown_record(room.state(record))
    undo(room, room.national.size - 1)
    assert "summary" not in shown_record(room.state(record))


async def contest(room: Room, hub: Author, record: str) -> None:
    """A curator and the owner write the title without having seen each other's."""
    seen, size = room.national.size, len(hub.entries)
    curate(room, record, title=NEW)
    hub.put(1, {"title": OWNERS}, national=seen)
    room.submit(hub, start=size)
    await room.decide()


@pytest.mark.parametrize(("chosen", "other"), [(OWNERS, NEW), (NEW, OWNERS)])
async def test_of_a_conflict_that_was_ended_the_other_value_can_be_had_again(
    room: Room, hub: Author, record: str, chosen: str, other: str
) -> None:
    """Also where the decision changed nothing that readers see."""
    await contest(room, hub, record)
    place = curate(room, record, title=chosen)
    found = could(room, place)
    assert found is not None
    assert found.fields == {"title": (chosen, other)}
    assert list(found.ended) == ["title"]
    undo(room, place)
    assert shown_record(room.state(record))["title"] == other
    assert conflicts_of(room.state(record)) == {}


async def test_where_another_value_ended_the_conflict_either_former_one_is_chosen(
    room: Room, hub: Author, record: str
) -> None:
    await contest(room, hub, record)
    place = curate(room, record, title="Judul ketiga")
    found = could(room, place)
    assert found is not None
    assert [(it.author, it.value) for it in found.formers["title"]] == [
        ("51", OWNERS),
        (CENTRE, NEW),
    ]
    with pytest.raises(CaseRefused) as refused:
        undo(room, place, title="999")
    undo(room, place, title=found.formers["title"][1].key)
    assert refused.value.code == "nothing_stands"
    assert shown_record(room.state(record))["title"] == NEW


async def test_an_undo_covers_nothing_that_a_hub_wrote_beside_the_decision(
    room: Room, hub: Author, record: str
) -> None:
    seen, size = room.national.size, len(hub.entries)
    place = curate(room, record, title=NEW)
    hub.put(1, {"title": OWNERS}, national=seen)
    room.submit(hub, start=size)
    await room.decide()
    assert why_not(room, place) is Hindrance.CONTESTED
    with pytest.raises(CaseRefused):
        undo(room, place)
    assert conflicts_of(room.state(record)).keys() == {"title"}


async def test_a_change_that_made_its_record_is_not_taken_back_when_it_was_released(
    room: Room, hub: Author
) -> None:
    hub.put(1, {**VALID, "summary": "Telepon 0812-3456-7890"})
    room.submit(hub)
    await room.decide()
    [waiting] = room.read(lambda conn, _: holds.list_waiting(conn))
    room.write(
        lambda conn, centre: holds.release_change(
            conn, centre, place=waiting.place, by="rina", agency="panrb"
        )
    )
    assert why_not(room, room.national.size - 1) is Hindrance.CREATED


async def test_a_refusal_says_that_it_is_final(room: Room, hub: Author) -> None:
    hub.put(1, {**VALID, "summary": "Telepon 0812-3456-7890"})
    room.submit(hub)
    await room.decide()
    [waiting] = room.read(lambda conn, _: holds.list_waiting(conn))
    room.write(
        lambda conn, centre: holds.refuse_change(
            conn, centre, place=waiting.place, by="rina", agency="panrb", reason="Nomor pribadi"
        )
    )
    assert why_not(room, room.national.size - 1) is Hindrance.REFUSED


def test_what_was_written_again_leaves_nothing_to_take_back(room: Room, record: str) -> None:
    place = curate(room, record, title=NEW)
    curate(room, record, title="Judul yang terakhir")
    assert why_not(room, place) is Hindrance.REWRITTEN


async def test_a_revert_is_taken_back_field_by_field_and_no_other_revert_moves_it(
    room: Room, hub: Author, record: str
) -> None:
    since, person = room.national.size, Person(by="rina", agency="panrb", reason="Keliru")
    for title in ("Judul kedua", "Judul ketiga"):
        size = len(hub.entries)
        hub.put(1, {"title": title}, national=room.national.size)
        room.submit(hub, start=size)
        await room.decide()

    def revert_to(place: int) -> int:
        return room.write(
            lambda conn, it: revert.revert(conn, it, "51", place, [record], person=person)
        )

    assert (revert_to(since), shown_record(room.state(record))["title"]) == (1, OLD)
    place = room.national.size - 1
    assert revert_to(since + 1) == 0
    undo(room, place)
    assert shown_record(room.state(record))["title"] == "Judul ketiga"
