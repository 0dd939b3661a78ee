"""The pairs that a person judges: pages of them, and two records side by side."""

import pytest

from central import matching
from central.casework import duplicates, identity, judged
from central.casework.conflicts import CaseRefused
from central.casework.duplicates import Look, Page
from central.casework.person import Person
from central.store import candidates
from protocol.limits import LOG_SIZE_MAX
from tests.support.author import Author
from tests.support.rooms import Room
from tests.support.similar import GIANYAR, TITLE, publish

UNKNOWN = "01942b6e-4c00-7000-8000-00000000dead"


@pytest.fixture
def three(room: Room, hub: Author) -> tuple[str, str, str]:
    """Two records of one owner, and one of another, all of one title."""
    ids = publish(room, hub, 1), publish(room, hub, 2), publish(room, hub, 3, **GIANYAR)
    matching.catch_up(room.centre)
    return ids


def page(room: Room, limit: int = 10, after: str = "") -> Page:
    return room.read(
        lambda conn, centre: duplicates.list_open(conn, centre, limit=limit, after=after)
    )


def look(room: Room, a: str, b: str) -> Look:
    return room.read(lambda conn, centre: duplicates.look(conn, centre, a, b))


def pairs(found: Page) -> list[tuple[str, str]]:
    return [(it.candidate.a, it.candidate.b) for it, _, _ in found.items]


def test_the_likeliest_pair_comes_first(room: Room, three: tuple[str, str, str]) -> None:
    first, second, third = three
    assert pairs(page(room)) == [(first, second), (first, third), (second, third)]


@pytest.mark.usefixtures("three")
def test_a_pair_is_listed_with_both_titles(room: Room) -> None:
    _, first, second = page(room).items[0]
    assert (first, second) == (TITLE, TITLE)


@pytest.mark.usefixtures("three")
def test_pages_together_are_the_whole_list(room: Room) -> None:
    found, after = [], ""
    while True:
        part = page(room, limit=1, after=after)
        found += pairs(part)
        if part.next is None:
            break
        after = part.next
    assert found == pairs(page(room))
    assert part.total == 3


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("score", [2**31, LOG_SIZE_MAX])
def test_behind_a_score_that_none_can_have_stand_all(room: Room, score: int) -> None:
    assert pairs(page(room, after=f"{score}:a:b")) == pairs(page(room))


@pytest.mark.parametrize("after", ["x", "12", "1:a", "-1:a:b", f"{10**20}:a:b", "٣:a:b"])
def test_what_no_page_ended_with_is_refused(room: Room, after: str) -> None:
    with pytest.raises(CaseRefused) as refused:
        page(room, after=after)
    assert refused.value.code == "bad_cursor"


def test_two_records_are_shown_side_by_side(room: Room, three: tuple[str, str, str]) -> None:
    first, _, third = three
    seen = look(room, third, first)
    assert [side.record for side in seen.sides] == [first, third]
    assert [side.fields["region"] for side in seen.sides] == ["51.71", "51.04"]
    assert seen.candidate is not None
    assert seen.candidate.suggestion == "replication"


def test_a_judged_pair_is_shown_with_the_verdict(room: Room, three: tuple[str, str, str]) -> None:
    first, second, _ = three
    person = Person(by="rina", agency="panrb", reason="Diperiksa")
    room.write(
        lambda conn, it: identity.keep_apart(conn, it, record=second, other=first, person=person)
    )
    verdict = look(room, first, second).verdict
    assert verdict is not None
    assert (verdict.verdict, verdict.place) == ("distinct", room.national.size - 1)


def test_a_record_that_does_not_exist_is_refused(room: Room, three: tuple[str, str, str]) -> None:
    with pytest.raises(CaseRefused) as refused:
        look(room, three[0], UNKNOWN)
    assert refused.value.code == "unknown_record"


@pytest.mark.usefixtures("three")
def test_every_pair_knows_its_neighbours_in_the_order_of_the_list(room: Room) -> None:
    listed = pairs(page(room))
    ends: list[tuple[str, str] | None] = [None, *listed, None]
    for place, (found, _, _) in enumerate(page(room).items):
        beside = room.read(lambda conn, _, it=found: candidates.beside(conn, it.candidate))  # type: ignore[misc]
        assert (beside.previous, beside.following) == (ends[place], ends[place + 2])
        assert beside.before_count == place


def test_verdicts_are_listed_the_newest_first_and_stand_until_undone(
    room: Room, three: tuple[str, str, str]
) -> None:
    first, second, third = three
    person = Person(by="rina", agency="panrb", reason="Surat 12/2026")
    for other in (second, third):
        room.write(
            lambda conn, centre, it=other: identity.keep_apart(  # type: ignore[misc]
                conn, centre, record=first, other=it, person=person
            )
        )
    room.write(
        lambda conn, centre: identity.undo(conn, centre, record=first, other=third, person=person)
    )
    found = room.read(lambda conn, centre: judged.newest(conn, centre, limit=9))
    assert [(it.other, it.stands) for it in found] == [(third, False), (second, True)]
    assert {(it.verdict, it.by, it.reason) for it in found} == {
        ("distinct", "panrb/rina", "Surat 12/2026")
    }
