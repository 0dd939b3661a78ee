"""The national log as people look through it: by kind, hub and account; also without bytes."""

import pytest

from central.casework import hub_states, ownership, redaction, revert, trail
from central.casework.redaction import RedactionOrder
from central.casework.trail import Trail, TrailFilter
from central.rebuild import rebuild
from central.registry import revoke
from protocol.entries.decisions import kind_of
from tests.support.author import Author
from tests.support.casework import RINA, with_records
from tests.support.redacting import amend
from tests.support.rooms import VALID, Room

BALI = TrailFilter(hub="51")


def look(room: Room, asked: TrailFilter, *, limit: int = 500, before: int | None = None) -> Trail:
    return room.read(lambda conn, it: trail.read(conn, it, asked, before=before, limit=limit))


def kinds(room: Room, **asked: str) -> list[str]:
    """What a question finds, the newest first."""
    return [kind_of(it) if it else "gone" for _, it in look(room, TrailFilter(**asked)).items]


@pytest.fixture
def record(room: Room, hub: Author) -> str:
    """A record of hub 51."""
    return with_records(room, hub, {})[0]


def take_back(room: Room, hub: Author) -> int:
    """What hub 51 wrote of its record last is taken back; the place of that decision."""
    place = room.national.size
    amend(room, hub, {**VALID, "title": "Judul yang rusak"})
    room.write(
        lambda conn, it: revert.revert(
            conn, it, "51", place, revert.written_since(conn, "51", place), person=RINA
        )
    )
    return room.national.size - 1


@pytest.mark.usefixtures("record")
def test_a_hub_is_found_by_what_the_centre_decided_about_it(room: Room, hub: Author) -> None:
    assert kinds(room, hub="51") == ["change.applied", "change.applied", "hub.enrolled"]
    room.write(lambda conn, it: hub_states.suspend(conn, it, "51", RINA))
    assert kinds(room, hub="51", kind="hub.suspended") == ["hub.suspended"]
    room.write(lambda conn, it: hub_states.resume(conn, it, "51", RINA))
    take_back(room, hub)
    assert kinds(room, hub="51", kind="record.reverted") == ["record.reverted"]
    room.write(lambda conn, it: revoke(conn, it, "51", "kunci dicuri", by="rina"))
    assert kinds(room, hub="51")[0] == "hub.key_revoked"


def test_a_hub_is_found_by_what_it_gave_away(room: Room, record: str) -> None:
    room.enrol(Author(hub="94", seed=2))
    room.write(lambda conn, it: ownership.transfer(conn, it, record, to="94", person=RINA))
    assert kinds(room, hub="51")[0] == "record.transferred"
    assert kinds(room, hub="94") == ["hub.enrolled"]


@pytest.mark.usefixtures("record")
def test_parts_of_what_is_about_a_hub_follow_each_other(room: Room) -> None:
    room.write(lambda conn, it: hub_states.suspend(conn, it, "51", RINA))
    whole = [place for place, _ in look(room, BALI).items]
    found: list[int] = []
    before = None
    while len(found) < len(whole):
        part = look(room, BALI, before=before, limit=1)
        found += [place for place, _ in part.items]
        before = part.before
    assert (found, before) == (whole, None)


@pytest.mark.usefixtures("record")
def test_a_rebuild_knows_the_hubs_too(room: Room, hub: Author) -> None:
    room.write(lambda conn, it: hub_states.suspend(conn, it, "51", RINA))
    room.write(lambda conn, it: hub_states.resume(conn, it, "51", RINA))
    take_back(room, hub)
    before = kinds(room, hub="51")
    assert rebuild(room.centre).identical
    assert kinds(room, hub="51") == before


def test_a_decision_without_bytes_says_the_same_before_and_after_a_rebuild(
    room: Room, hub: Author, record: str
) -> None:
    place = take_back(room, hub)
    order = RedactionOrder(
        record=record, place=place, fields=("title",), ground="UU 27/2022", second_by="budi"
    )
    room.write(lambda conn, it: redaction.redact(conn, it, order, RINA))
    assert rebuild(room.centre).identical
    assert "gone" in kinds(room)


@pytest.mark.parametrize("by", ["rina", "panrb/rina"])
def test_an_account_is_found_with_and_without_its_agency(
    room: Room, hub: Author, record: str, by: str
) -> None:
    assert record == hub.record(1)
    take_back(room, hub)
    assert kinds(room, by=by) == ["record.reverted"]
    assert kinds(room, by="lan/rina") == kinds(room, by="51") == kinds(room, by="panrb/") == []


@pytest.mark.usefixtures("record")
def test_no_person_is_found_by_what_no_person_decides(room: Room) -> None:
    found = look(room, TrailFilter(by="rina", kind="change.applied"))
    assert (found.items, found.before) == ((), None)


def test_an_account_is_looked_for_in_what_persons_decided_alone(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much hubs have sent since, what somebody decided is found at once."""
    room.write(lambda conn, it: hub_states.suspend(conn, it, "51", RINA))
    room.write(lambda conn, it: hub_states.resume(conn, it, "51", RINA))
    with_records(room, hub, {}, {}, {})
    monkeypatch.setattr(trail, "LOOKED_AT_MAX", 2)
    monkeypatch.setattr(trail, "READ_AT_ONCE", 2)
    assert kinds(room, by="rina") == ["hub.resumed", "hub.suspended"]
