"""Many conflicts resolved at once by a rule."""

import pytest
from sqlalchemy import Connection

from central.casework import conflicts, rules
from central.casework.rules import Rule
from central.centre import Centre
from protocol.canonical import Json
from protocol.catalogue import shown_record
from tests.support.author import Author
from tests.support.rooms import VALID, Room

COUNT = 4


@pytest.fixture
def contested(room: Room) -> Author:
    """Records whose title and short name a curator and the owner wrote unseen by each other."""
    author = Author(hub="51")
    room.enrol(author)
    for number in range(1, COUNT + 1):
        author.put(number, VALID)
    room.submit(author)
    room.decide_now()
    start, size = len(author.entries), room.national.size
    for number in range(1, COUNT + 1):
        values: dict[str, Json] = {"title": f"Kurator {number}", "short_name": "K"}
        room.write(
            lambda conn, it: conflicts.curate(
                conn,
                it,
                record=author.record(number),  # noqa: B023  # at once
                set_=values,  # noqa: B023
                by="rina",
                agency="panrb",
            )
        )
        author.put(number, {"title": f"Pemilik {number}", "short_name": "P"}, national=size)
    room.submit(author, start=start)
    room.decide_now()
    return author


def resolve_all(room: Room, rule: Rule, *fields: str, hub: str = "") -> int:
    def work(conn: Connection, it: Centre) -> int:
        covered = rules.covered_by(conn, it, rule, fields, hub)
        records = {conflict.record for conflict, _ in covered}
        return rules.resolve_many(conn, it, rule, fields, records, by="rina", agency="panrb")

    return room.write(work)


def shown(room: Room, author: Author, number: int) -> dict[str, Json]:
    return shown_record(room.state(author.record(number)))


@pytest.mark.parametrize(
    ("rule", "title"),
    [(Rule.OWNER, "Pemilik 2"), (Rule.CENTRE, "Kurator 2"), (Rule.LATEST, "Pemilik 2")],
)
def test_a_rule_says_whose_value_stays(
    room: Room, contested: Author, rule: Rule, title: str
) -> None:
    assert resolve_all(room, rule, "title") == COUNT
    assert shown(room, contested, 2)["title"] == title


def test_what_a_rule_ends_of_a_record_is_one_decision(room: Room, contested: Author) -> None:
    size = room.national.size
    assert resolve_all(room, Rule.OWNER, "title", "short_name") == 2 * COUNT
    assert room.national.size == size + COUNT
    assert room.read(conflicts.list_conflicts) == []
    assert shown(room, contested, 3)["short_name"] == "P"


def test_other_fields_and_other_hubs_wait_on(room: Room, contested: Author) -> None:
    assert resolve_all(room, Rule.OWNER, "title", hub="52") == 0
    assert resolve_all(room, Rule.OWNER, "title", hub=contested.hub) == COUNT
    fields = {it.field for it in room.read(conflicts.list_conflicts)}
    assert fields == {"short_name"}


@pytest.mark.usefixtures("contested")
def test_a_rule_that_covers_nothing_decides_nothing(room: Room) -> None:
    size = room.national.size
    assert resolve_all(room, Rule.OWNER, "summary") == 0
    assert room.national.size == size
