"""A conflict as it is judged: the value before, the sides, and its place among the others."""

import pytest

from central.casework import conflict_case, conflict_queue, conflicts
from central.casework.conflict_case import ConflictCase
from central.casework.conflict_queue import Beside, Page
from protocol.merge import CENTRE
from tests.support.author import Author
from tests.support.rooms import VALID, Room

CURATED, OWNERS = "Judul kurator", "Judul pemilik"


async def contest(room: Room, hub: Author, number: int) -> str:
    """A record on whose title a curator and its hub disagree."""
    start = len(hub.entries) if number > 1 else 0
    hub.put(number, VALID, national=room.national.size)
    room.submit(hub, start=start)
    await room.decide()
    record, before, size = hub.record(number), room.national.size, len(hub.entries)
    room.write(
        lambda conn, centre: conflicts.curate(
            conn, centre, record=record, set_={"title": CURATED}, by="rina", agency="panrb"
        )
    )
    hub.put(number, {"title": OWNERS}, national=before)
    room.submit(hub, start=size)
    await room.decide()
    return record


@pytest.fixture
async def three(room: Room, hub: Author) -> list[str]:
    """Three records in conflict, in the order of their ids."""
    return [await contest(room, hub, number) for number in (1, 2, 3)]


def look(room: Room, record: str, field: str = "title") -> ConflictCase | None:
    return room.read(lambda conn, centre: conflict_case.look(conn, centre, record, field))


def page(room: Room, *, hub: str = "", field: str = "", start: int = 0, limit: int = 9) -> Page:
    return room.read(
        lambda conn, centre: conflict_queue.page(
            conn, centre, hub=hub, field=field, start=start, limit=limit
        )
    )


def beside(room: Room, record: str) -> Beside:
    return room.read(lambda conn, centre: conflict_queue.beside(conn, centre, record, hub=""))


async def test_a_conflict_shows_who_wrote_what_over_which_value(room: Room, hub: Author) -> None:
    case = look(room, await contest(room, hub, 1))
    assert case is not None
    assert (case.base.value, case.base.is_known) == (VALID["title"], True)
    assert [(it.author, it.by, it.value) for it in case.sides] == [
        (CENTRE, "panrb/rina", CURATED),
        ("51", "", OWNERS),
    ]
    assert (case.shown, case.others) == (OWNERS, [])


async def test_where_there_is_no_conflict_there_is_nothing_to_look_at(
    room: Room, three: list[str]
) -> None:
    assert look(room, three[0], "summary") is None
    assert look(room, "01942b6e-4c00-7000-8000-00000000dead") is None


def test_a_record_stands_between_its_neighbours(room: Room, three: list[str]) -> None:
    first, second, third = three
    assert beside(room, first) == Beside(previous=None, following=second, position=1, total=3)
    assert beside(room, second) == Beside(previous=first, following=third, position=2, total=3)
    assert beside(room, third) == Beside(previous=second, following=None, position=3, total=3)


def test_a_record_that_is_settled_still_leads_to_its_neighbours(
    room: Room, three: list[str]
) -> None:
    first, second, third = three
    room.write(
        lambda conn, centre: conflicts.resolve(
            conn, centre, record=second, field="title", value=OWNERS, by="rina", agency="panrb"
        )
    )
    assert beside(room, second) == Beside(previous=first, following=third, position=0, total=2)


def test_what_waits_next_is_behind_and_then_from_the_beginning(
    room: Room, three: list[str]
) -> None:
    first, second, third = three

    def following(record: str, hub: str = "") -> str | None:
        return room.read(
            lambda conn, centre: conflict_queue.next_record(conn, centre, record, hub=hub)
        )

    for record in (second, third):
        room.write(
            lambda conn, centre, it=record: conflicts.resolve(  # type: ignore[misc]
                conn, centre, record=it, field="title", value=OWNERS, by="rina", agency="panrb"
            )
        )
    assert [following(it) for it in three] == [first, first, first]
    assert following(first, hub="kemenkes") is None


def test_pages_together_are_all_conflicts(room: Room, three: list[str]) -> None:
    found = [page(room, start=start, limit=1) for start in range(3)]
    assert [it.record for part in found for it in part.items] == three
    assert [part.has_more for part in found] == [True, True, False]
    assert {part.total for part in found} == {3}


@pytest.mark.usefixtures("three")
def test_a_page_is_chosen_by_hub_and_field(room: Room) -> None:
    counts = [page(room, hub=hub).total for hub in ("51", "52")]
    fields = [page(room, field=field).total for field in ("title", "summary")]
    assert (counts, fields) == ([3, 0], [3, 0])


def test_a_value_of_none_empties_the_field(room: Room, three: list[str]) -> None:
    record = three[0]
    for value in ("Ringkasan", None):
        room.write(
            lambda conn, centre, it=value: conflicts.curate(  # type: ignore[misc]
                conn, centre, record=record, set_={"summary": it}, by="rina", agency="panrb"
            )
        )
    decision = room.decisions()[-1]
    assert (decision.set, decision.unset) == ({}, ("summary",))  # type: ignore[union-attr]
