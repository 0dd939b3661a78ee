"""Records that go from one hub to another: alone, or by whole regions."""

from collections.abc import Sequence

import pytest

from central import national, projection
from central.casework import ownership
from central.casework.conflicts import CaseRefused
from central.casework.ownership import Given
from central.casework.person import Person
from central.public_text import TextRefused
from central.rebuild import rebuild
from central.registry import UnknownHub, revoke
from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.entries.decisions import ChangeProposed
from protocol.entries.record_decisions import RecordCurated, RecordTransferred
from tests.support.author import Author
from tests.support.casework import PRIVATE, RINA, with_records
from tests.support.entries import applied
from tests.support.rooms import VALID, Room

FORMER = {"title": "Jemput bola Nabire", "region": "91.04"}


@pytest.fixture
def tengah(room: Room) -> Author:
    """An enrolled hub that is given something."""
    author = Author(hub="94", seed=2)
    room.enrol(author)
    return author


@pytest.fixture
def record(room: Room, hub: Author, tengah: Author) -> str:
    """A record of hub 51."""
    assert tengah.hub == "94"
    return with_records(room, hub, {})[0]


@pytest.fixture
def former(room: Room, hub: Author, tengah: Author) -> str:
    """A record whose region code was in force when it was written."""
    assert (hub.hub, tengah.hub) == ("51", "94")
    agency: Json = {"name": "Dinas Dukcapil", "kind": "kabupaten"}
    made = applied({**VALID, **FORMER, "agency": agency}, record=hub.record(900))
    room.write(lambda conn, centre: national.append(conn, centre, [made]))
    return hub.record(900)


def transfer(room: Room, record: str, *, to: str = "94", person: Person = RINA) -> Given:
    _, given = room.write(
        lambda conn, it: ownership.transfer(conn, it, record, to=to, person=person)
    )
    return given


def give(room: Room, records: Sequence[str], *, giver: str = "51", to: str = "94") -> Given:
    return room.write(
        lambda conn, it: ownership.give(conn, it, records, giver=giver, to=to, person=RINA)
    )


def estate(room: Room, *regions: str, giver: str = "51") -> ownership.Estate:
    return room.read(lambda conn, it: ownership.estate(conn, it, giver, regions))


def test_a_record_belongs_to_the_receiver_from_then_on(room: Room, record: str) -> None:
    assert transfer(room, record).records == (record,)
    assert room.state(record).owner == "94"


def test_the_decision_says_from_whom_to_whom_by_whom_and_why(room: Room, record: str) -> None:
    transfer(room, record)
    decision = room.decisions()[-1]
    assert isinstance(decision, RecordTransferred)
    assert (decision.giver, decision.to, decision.by, decision.reason) == (
        "51",
        "94",
        "rina",
        "UU 15/2022",
    )


def test_the_history_stays_whole_and_names_both_hubs(room: Room, record: str) -> None:
    before = room.read(lambda conn, it: projection.history(conn, it, record))
    transfer(room, record)
    first, *rest = room.read(lambda conn, it: projection.history(conn, it, record))
    assert rest == before
    assert (first["kind"], first["giver"], first["to"], first["reason"]) == (
        "record.transferred",
        "51",
        "94",
        "UU 15/2022",
    )


def test_a_record_that_is_the_receivers_already_is_no_decision(room: Room, record: str) -> None:
    transfer(room, record)
    before = room.national
    assert transfer(room, record).records == ()
    assert room.national == before


def test_a_transfer_is_undone_by_giving_the_record_back(room: Room, record: str) -> None:
    before = shown_record(room.state(record))
    transfer(room, record)
    transfer(room, record, to="51")
    assert shown_record(room.state(record)) == before


def test_the_givers_later_changes_are_proposals(room: Room, hub: Author, record: str) -> None:
    transfer(room, record)
    hub.put(1, {"title": "Judul dari pemilik lama"}, record=record)
    room.submit(hub, start=2)
    room.decide_now()
    assert isinstance(room.decisions()[-1], ChangeProposed)
    assert shown_record(room.state(record))["title"] == VALID["title"]


def test_what_the_giver_had_sent_before_and_is_undecided_is_kept_as_a_proposal(
    room: Room, hub: Author, record: str
) -> None:
    hub.put(1, {"title": "Judul yang menunggu"}, record=record)
    room.submit(hub, start=2)
    transfer(room, record)
    room.decide_now()
    proposed = room.decisions()[-1]
    assert isinstance(proposed, ChangeProposed)
    assert proposed.set is not None
    assert proposed.set["title"] == "Judul yang menunggu"


def test_the_receivers_changes_count(room: Room, tengah: Author, record: str) -> None:
    transfer(room, record)
    tengah.put(1, {"title": "Judul baru"}, record=record, national=room.national.size)
    room.submit(tengah)
    room.decide_now()
    assert shown_record(room.state(record))["title"] == "Judul baru"


def test_a_region_code_that_a_law_replaced_is_curated_in_the_same_step(
    room: Room, former: str
) -> None:
    given = transfer(room, former)
    assert (given.recoded, given.left) == ((former,), ())
    assert shown_record(room.state(former))["region"] == "94.01"
    assert [type(it) for it in room.decisions()[-2:]] == [RecordTransferred, RecordCurated]


def test_a_former_code_stays_where_the_record_needs_a_person(room: Room, hub: Author) -> None:
    room.enrol(Author(hub="94", seed=2))
    made = applied({**VALID, **FORMER, "agency": {"name": "Dinas"}}, record=hub.record(900))
    room.write(lambda conn, centre: national.append(conn, centre, [made]))
    given = transfer(room, hub.record(900))
    assert (given.recoded, given.left) == ((), (hub.record(900),))
    assert room.state(hub.record(900)).owner == "94"


def test_a_hub_without_limits_gives_everything(room: Room, hub: Author, record: str) -> None:
    more = with_records(room, hub, {"region": "51.71"})
    assert estate(room).records == (record, *more)
    assert give(room, estate(room).records).records == (record, *more)
    assert estate(room).records == ()


@pytest.mark.parametrize(
    ("regions", "found"),
    [
        (["51"], ["51", "51.71", "51.04"]),
        (["51.71"], ["51.71"]),
        (["51.71", "51.04"], ["51.71", "51.04"]),
        (["35"], []),
    ],
)
def test_regions_are_provinces_with_all_within_or_single_ones(
    room: Room, hub: Author, regions: list[str], found: list[str]
) -> None:
    codes = ["51", "51.71", "51.04"]
    ids = dict(zip(codes, with_records(room, hub, *({"region": it} for it in codes)), strict=True))
    assert estate(room, *regions).records == tuple(ids[code] for code in found)


@pytest.mark.parametrize("region", ["94.01", "91.04", "94"])
def test_a_record_with_a_former_code_is_found_by_either_code(
    room: Room, former: str, region: str
) -> None:
    found = estate(room, region)
    assert (found.records, found.former, found.regions) == ((former,), 1, {"94.01": 1})


def test_a_region_that_there_is_not_is_refused(room: Room, record: str) -> None:
    assert record
    with pytest.raises(CaseRefused) as refused:
        estate(room, "99.01")
    assert refused.value.code == "unknown_region"


def test_records_of_others_among_them_are_left_alone(room: Room, record: str) -> None:
    transfer(room, record)
    before = room.national
    assert give(room, [record], giver="51", to="51").records == ()
    assert room.national == before


def test_a_receiver_must_be_there_and_take_part(room: Room, record: str) -> None:
    with pytest.raises(UnknownHub):
        transfer(room, record, to="77")
    room.write(lambda conn, it: revoke(conn, it, "94", "hilang", by="rina"))
    with pytest.raises(CaseRefused) as refused:
        transfer(room, record)
    assert refused.value.code == "key_revoked"


def test_records_of_a_revoked_hub_can_be_given_to_one_that_has_its_keys(
    room: Room, record: str
) -> None:
    room.write(lambda conn, it: revoke(conn, it, "51", "kunci hilang", by="rina"))
    assert give(room, estate(room).records).records == (record,)


def test_a_record_that_there_is_not_cannot_go(room: Room, hub: Author, record: str) -> None:
    assert record
    with pytest.raises(CaseRefused) as refused:
        transfer(room, hub.record(404))
    assert refused.value.code == "unknown_record"


def test_a_reason_holds_no_personal_data(room: Room, record: str) -> None:
    before = room.national
    with pytest.raises(TextRefused):
        transfer(room, record, person=PRIVATE)
    assert room.national == before


def test_a_rebuild_knows_the_new_owner(room: Room, former: str) -> None:
    transfer(room, former)
    assert rebuild(room.centre).identical
