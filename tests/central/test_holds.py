"""Changes that wait for a person: looked at, released or refused, and counted once."""

import pytest

from central import intake, registry
from central.casework import holds
from central.casework.conflicts import CaseRefused
from central.casework.holds import Case, Waiting
from central.public_text import TextRefused
from central.rebuild import rebuild
from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.entries.decisions import ChangeRefused, ChangeReleased
from tests.support.author import Author
from tests.support.rooms import VALID, Room

PHONE: dict[str, Json] = {**VALID, "summary": "Telepon kantor 0812-3456-7890"}


@pytest.fixture
async def waiting(room: Room, hub: Author) -> Author:
    """A hub with a record that is held because of a telephone number, and one behind it."""
    hub.put(1, PHONE)
    hub.put(2, VALID)
    room.submit(hub)
    await room.decide()
    return hub


def listed(room: Room) -> list[Waiting]:
    return room.read(lambda conn, _: holds.list_waiting(conn))


def look(room: Room, place: int) -> Case:
    return room.read(lambda conn, centre: holds.look(conn, centre, place))


def release(room: Room, place: int, by: str = "rina") -> str:
    return room.write(
        lambda conn, centre: holds.release_change(conn, centre, place=place, by=by, agency="panrb")
    )


def refuse(room: Room, place: int, reason: str = "Nomor pribadi", by: str = "rina") -> None:
    room.write(
        lambda conn, centre: holds.refuse_change(
            conn, centre, place=place, by=by, agency="panrb", reason=reason
        )
    )


def outcomes(room: Room, hub: str = "51") -> object:
    return room.read(lambda conn, centre: intake.hub_view(conn, centre, hub))["outcomes"]


def test_what_is_held_is_listed_and_shown_as_its_hub_signed_it(room: Room, waiting: Author) -> None:
    [case] = listed(room)
    assert (case.hub, case.record, case.outcome) == ("51", waiting.record(1), "held")
    assert case.code == "privacy_finding"
    shown = look(room, case.place)
    assert (shown.change, shown.content["summary"]) == ("record.put", PHONE["summary"])
    assert [error["pointer"] for error in shown.errors] == ["/summary"]


def test_what_is_released_counts_and_waits_no_more(room: Room, waiting: Author) -> None:
    [case] = listed(room)
    assert release(room, case.place) == "applied"
    decision = room.decisions()[-1]
    assert isinstance(decision, ChangeReleased)
    assert shown_record(room.state(waiting.record(1)))["summary"] == PHONE["summary"]
    assert listed(room) == []
    assert outcomes(room) == {"applied": 2, "noop": 1}


@pytest.mark.usefixtures("waiting")
def test_what_is_refused_never_counts(room: Room) -> None:
    [case] = listed(room)
    before = room.read(lambda conn, it: it.documents.count(conn))
    refuse(room, case.place)
    decision = room.decisions()[-1]
    assert isinstance(decision, ChangeRefused)
    assert (decision.by, decision.reason) == ("rina", "Nomor pribadi")
    assert room.read(lambda conn, it: it.documents.count(conn)) == before
    assert listed(room) == []
    assert outcomes(room) == {"applied": 1, "noop": 1, "refused": 1}


async def test_a_proposal_waits_and_is_accepted(room: Room, waiting: Author) -> None:
    lan = Author(hub="lan", seed=3)
    room.enrol(lan)
    lan.put(9, {"title": "Judul usulan LAN"}, record=waiting.record(2), national=room.national.size)
    room.submit(lan)
    await room.decide()
    proposal = listed(room)[-1]
    assert (proposal.hub, proposal.outcome) == ("lan", "proposed")
    assert release(room, proposal.place) == "applied"
    assert shown_record(room.state(waiting.record(2)))["title"] == "Judul usulan LAN"


@pytest.mark.usefixtures("waiting")
def test_a_ruling_is_given_once(room: Room) -> None:
    [case] = listed(room)
    refuse(room, case.place)
    for place in (case.place, 0, 999):
        with pytest.raises(CaseRefused) as refused:
            release(room, place)
        assert refused.value.code == "not_waiting"


async def test_an_invalid_record_is_not_released(room: Room, hub: Author) -> None:
    hub.put(1, {"title": "Tanpa wilayah"})
    room.submit(hub)
    await room.decide()
    [case] = listed(room)
    with pytest.raises(CaseRefused) as refused:
        release(room, case.place)
    assert refused.value.code == "schema_invalid"
    assert listed(room) == [case]


@pytest.mark.usefixtures("waiting")
def test_a_reason_holds_no_personal_data(room: Room) -> None:
    [case] = listed(room)
    with pytest.raises(TextRefused) as refused:
        refuse(room, case.place, "Tanya siti@contoh.go.id")
    assert refused.value.code == "privacy_finding"


@pytest.mark.usefixtures("waiting")
def test_an_account_is_not_named_by_personal_data(room: Room) -> None:
    [case] = listed(room)
    size = room.national.size
    for rule in (release, refuse):
        with pytest.raises(TextRefused):
            rule(room, case.place, by="siti@contoh.go.id")
    assert room.national.size == size


async def test_rulings_are_derived_from_the_log_again(room: Room, waiting: Author) -> None:
    release(room, listed(room)[0].place)
    waiting.put(3, PHONE)
    room.submit(waiting, start=3)
    await room.decide()
    refuse(room, listed(room)[0].place)
    before = outcomes(room)
    assert rebuild(room.centre).identical
    assert outcomes(room) == before
    assert room.read(lambda conn, _: registry.get_hub(conn, "51")).reconciled_size == 4


async def test_what_stands_in_the_way_of_a_release_is_known_before(
    room: Room, waiting: Author
) -> None:
    size = len(waiting.entries)
    waiting.put(3, {**VALID, "stage": "tidak_ada"})
    room.submit(waiting, start=size)
    await room.decide()
    private, invalid = listed(room)

    def obstacle(place: int) -> str:
        return room.read(lambda conn, centre: holds.obstacle(conn, centre, place))

    assert (obstacle(private.place), obstacle(invalid.place)) == ("", "schema_invalid")
    with pytest.raises(CaseRefused):
        obstacle(0)
