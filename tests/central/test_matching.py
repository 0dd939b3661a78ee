"""Candidates of duplicates at the centre: found behind the decisions, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from central import matching
from central.casework import identity
from central.casework.person import Person
from central.matcher import matcher
from central.rebuild import rebuild
from central.store import blocks, candidates
from central.store.blocks import FEATURES, KEY
from central.store.candidates import Found
from protocol.entries.changes import RecordWithdraw, encode_change
from protocol.entries.members import Seen
from tests.support.author import AT, Author
from tests.support.rooms import Room
from tests.support.similar import DENPASAR, GIANYAR, TITLE, deliver, publish

RINA = Person(by="rina", agency="panrb", reason="Diperiksa")


def found(room: Room) -> list[Found]:
    """The open candidates once matching has caught up."""
    matching.catch_up(room.centre)
    return room.read(lambda conn, _: candidates.page(conn, limit=100, after=None))


def suggestions(room: Room) -> list[str | None]:
    return [it.candidate.suggestion for it in found(room)]


def withdraw(room: Room, author: Author, number: int) -> None:
    start = len(author.entries)
    change = RecordWithdraw(
        salt=f"{start:032x}",
        at=AT,
        by="operator",
        seen=Seen(national=room.national.size, own=start),
        record=author.record(number),
        reason="ganda",
    )
    author.entries.append(encode_change(change))
    deliver(room, author, start)


@pytest.fixture
def pair(room: Room, hub: Author) -> tuple[str, str]:
    """The ids of two records of one title and one owner."""
    return publish(room, hub, 1), publish(room, hub, 2, title=TITLE.upper())


def test_deciding_finds_no_candidate_yet(room: Room, pair: tuple[str, str]) -> None:
    assert room.read(lambda conn, _: candidates.of_records(conn, pair)) == {}


def test_a_new_record_that_is_there_already_is_found(room: Room, pair: tuple[str, str]) -> None:
    (candidate,) = found(room)
    assert (candidate.candidate.a, candidate.candidate.b) == pair
    assert candidate.candidate.suggestion == "same"
    assert candidate.found_at == room.clock.now()


def test_the_same_title_of_another_owner_is_a_replication(room: Room, hub: Author) -> None:
    publish(room, hub, 1)
    publish(room, hub, 2, **GIANYAR)
    assert suggestions(room) == ["replication"]


def test_two_hubs_that_enter_one_innovation_are_found(room: Room, hub: Author) -> None:
    ministry = Author(hub="kemenkes", seed=2)
    room.enrol(ministry)
    publish(room, hub, 1)
    publish(room, ministry, 1)
    assert suggestions(room) == ["same"]


def test_different_innovations_are_not_found(room: Room, hub: Author) -> None:
    publish(room, hub, 1)
    publish(room, hub, 2, title="Antrean Daring Puskesmas")
    assert found(room) == []


@pytest.mark.usefixtures("pair")
def test_a_candidate_goes_when_a_record_is_amended(room: Room, hub: Author) -> None:
    assert len(found(room)) == 1
    publish(room, hub, 2, title="Antrean Daring Puskesmas")
    assert found(room) == []


def test_a_candidate_comes_when_a_record_is_amended(room: Room, hub: Author) -> None:
    publish(room, hub, 1)
    publish(room, hub, 2, title="Antrean Daring Puskesmas")
    assert found(room) == []
    publish(room, hub, 2)
    assert suggestions(room) == ["same"]


@pytest.mark.usefixtures("pair")
def test_a_candidate_keeps_the_time_when_it_was_first_found(room: Room, hub: Author) -> None:
    (before,) = found(room)
    room.clock.advance(3_600)
    publish(room, hub, 2, started="2023")
    (after,) = found(room)
    assert after.found_at == before.found_at
    assert after.candidate != before.candidate


@pytest.mark.usefixtures("pair")
def test_a_withdrawn_record_is_not_compared(room: Room, hub: Author) -> None:
    withdraw(room, hub, 2)
    assert found(room) == []


@pytest.mark.usefixtures("pair")
def test_a_record_that_is_withdrawn_later_takes_its_candidates_along(
    room: Room, hub: Author
) -> None:
    assert len(found(room)) == 1
    withdraw(room, hub, 2)
    assert found(room) == []


def keep_apart(room: Room, record: str, other: str) -> None:
    room.write(
        lambda conn, it: identity.keep_apart(conn, it, record=record, other=other, person=RINA)
    )


def test_a_judged_pair_is_not_asked_about_again(room: Room, pair: tuple[str, str]) -> None:
    found(room)
    keep_apart(room, *pair)
    assert found(room) == []
    matching.rescan_all(room.centre)
    assert found(room) == []


def test_a_pair_that_was_judged_before_it_was_found_is_not_asked_about(
    room: Room, pair: tuple[str, str]
) -> None:
    keep_apart(room, pair[1], pair[0])
    assert found(room) == []


def test_a_verdict_that_is_taken_back_opens_the_pair(room: Room, pair: tuple[str, str]) -> None:
    keep_apart(room, *pair)
    assert found(room) == []
    room.write(
        lambda conn, it: identity.reopen(conn, it, record=pair[1], other=pair[0], person=RINA)
    )
    assert len(found(room)) == 1


def test_matching_goes_on_where_it_stopped(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "RECORDS_A_STEP", 1)
    publish(room, hub, 1)
    publish(room, hub, 2)
    steps = []
    while done := room.write(matching.follow):
        steps.append(done)
    assert steps == [1] * room.national.size
    assert len(found(room)) == 1


@pytest.mark.usefixtures("pair")
def test_matching_again_changes_nothing(room: Room) -> None:
    before = found(room)
    records = room.read(lambda conn, _: blocks.records_after(conn, "", 100))
    room.write(lambda conn, centre: matching.match_records(conn, centre, records))
    assert found(room) == before


@pytest.mark.usefixtures("pair")
def test_a_rescan_finds_what_is_missing(room: Room) -> None:
    before = found(room)
    room.write(lambda conn, _: candidates.clear(conn))
    assert matching.rescan_all(room.centre) == 2
    assert found(room) == before


@pytest.mark.usefixtures("pair")
def test_a_rescan_takes_old_keys_away(room: Room) -> None:
    found(room)
    count = select(func.count()).select_from(KEY)
    before = room.read(lambda conn, _: conn.execute(count).scalar())
    matching.rescan_all(room.centre)
    assert room.read(lambda conn, _: conn.execute(count).scalar()) == before


@pytest.mark.usefixtures("pair")
def test_a_rebuild_derives_the_candidates_again(room: Room) -> None:
    before = found(room)
    room.write(lambda conn, _: conn.execute(FEATURES.delete()))
    room.write(lambda conn, _: candidates.clear(conn))
    assert rebuild(room.centre).identical
    assert found(room) == before


def test_a_rebuild_keeps_what_a_person_said(room: Room, pair: tuple[str, str]) -> None:
    keep_apart(room, *pair)
    rebuild(room.centre)
    assert found(room) == []


def test_what_is_merged_is_compared_no_more_until_it_is_given_back(
    room: Room, pair: tuple[str, str]
) -> None:
    room.write(
        lambda conn, it: identity.merge(
            conn, it, record=pair[0], absorbed=pair[1], take=(), person=RINA
        )
    )
    assert found(room) == []
    room.write(lambda conn, it: identity.unmerge(conn, it, absorbed=pair[1], person=RINA))
    assert len(found(room)) == 1


def test_a_title_of_many_owners_makes_few_pairs(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "OTHERS_MAX", 2)
    monkeypatch.setattr(matching, "RECORDS_A_STEP", 1)
    for number, district in enumerate(("Badung", "Gianyar", "Tabanan", "Bangli", "Jembrana"), 1):
        agency = {"name": f"Kabupaten {district}", "kind": "kabupaten"}
        publish(room, hub, number, agency=dict(agency), region="51")
    assert suggestions(room) == ["replication"] * 7


def test_duplicates_are_found_however_many_bear_the_title(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_RECORDS_MAX", 2)
    for number in (1, 2, 3):
        publish(room, hub, number, **GIANYAR)
    publish(room, hub, 4)
    publish(room, hub, 5)
    assert (hub.record(4), hub.record(5)) in {
        (it.candidate.a, it.candidate.b) for it in found(room)
    }


async def test_the_matcher_follows_and_then_rests(room: Room, pair: tuple[str, str]) -> None:
    following = matcher(room.centre)
    assert await following.run_once() == 0
    assert await following.run_once() > 0
    assert len(room.read(lambda conn, _: candidates.of_records(conn, pair))) == 1


async def test_the_matcher_rescans_once_a_day(room: Room, pair: tuple[str, str]) -> None:
    following = matcher(room.centre)
    await following.run_once()
    room.write(lambda conn, _: candidates.clear(conn))
    await following.run_once()
    assert room.read(lambda conn, _: candidates.of_records(conn, pair)) == {}
    room.clock.advance(timedelta(days=1).total_seconds())
    await following.run_once()
    assert len(room.read(lambda conn, _: candidates.of_records(conn, pair))) == 1


@pytest.mark.usefixtures("pair")
async def test_the_matcher_gives_way_while_changes_wait(room: Room, hub: Author) -> None:
    start = len(hub.entries)
    hub.put(3, {**DENPASAR, "title": TITLE, "started": "2024"})
    room.submit(hub, start=start)
    assert await matcher(room.centre).run_once() > 0


async def test_what_breaks_the_matcher_is_logged_and_tried_again(
    room: Room,
    pair: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(matching, "features_of", lambda *_: 1 / 0)
        assert await matcher(room.centre).step_s() > 0
    assert "following_broke" in caplog.text
    await matcher(room.centre).run_once()
    assert len(room.read(lambda conn, _: candidates.of_records(conn, pair))) == 1
