"""Proposals of another hub about a record of this one, and undoing one's own changes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from central.casework.holds import release_change
from hubnode import review
from hubnode.authoring import Desk
from hubnode.cases import Kind, own_cases, waiting_cases
from hubnode.conflict_cases import read_conflict
from hubnode.proposals import ProposalCase, accept, proposals_to, read_proposal, refuse
from hubnode.store import outcomes
from hubnode.undoing import Undo, take_back, undo_of
from tests.support.federation import FederationUnderTest
from tests.support.nodes import publish
from tests.support.stories import who
from tests.support.two_hubs import TwoHubs, propose, two_hubs


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[TwoHubs]:
    """Bali and Makassar, who know each other's innovations."""
    async with FederationUnderTest(tmp_path) as federation:
        yield await two_hubs(federation, await federation.hub("51"))


async def proposed(world: TwoHubs) -> ProposalCase:
    """Makassar proposes a short name for Bali's market, and Bali hears of it."""
    propose(world.makassar, world.market, short_name="PADAR")
    await world.sync()
    bali = world.bali
    [found] = bali.db.read_sync(proposals_to)
    case = bali.db.read_sync(lambda conn: read_proposal(conn, bali, who(bali), found.place))
    assert case is not None
    return case


def count_cases(world: TwoHubs) -> int:
    bali = world.bali
    return bali.db.read_sync(lambda conn: review.count_waiting(conn, bali, who(bali))).cases


async def test_a_proposal_waits_for_the_owner_and_is_counted(world: TwoHubs) -> None:
    case = await proposed(world)
    assert case.fields == {"short_name": (None, "PADAR")}
    assert (case.proposal.author, case.answer) == ("73", None)
    assert count_cases(world) == 1


async def test_an_accepted_proposal_is_a_change_of_the_owner(world: TwoHubs) -> None:
    case, bali = await proposed(world), world.bali

    def work(conn: Connection) -> None:
        desk = Desk.open(conn, bali, who(bali), by="rina")
        accept(conn, desk, case)
        desk.save(conn)

    bali.db.run_sync(work)
    assert count_cases(world) == 0
    await world.sync()
    assert "PADAR" in str(world.shown(world.market))


async def test_a_refusal_stays_on_the_node_with_its_reason(world: TwoHubs) -> None:
    case, bali = await proposed(world), world.bali
    bali.db.run_sync(
        lambda conn: refuse(conn, Desk.open(conn, bali, who(bali), by="rina"), case, "Bukan itu.")
    )
    again = bali.db.read_sync(
        lambda conn: read_proposal(conn, bali, who(bali), case.proposal.place)
    )
    assert again is not None
    assert again.answer is not None
    assert again.answer.reason == "Bukan itu."
    assert count_cases(world) == 0


async def test_what_the_centre_has_ruled_on_waits_no_more(world: TwoHubs) -> None:
    case, centre = await proposed(world), world.federation.centre
    centre.db.run_sync(
        lambda conn: release_change(
            conn, centre, place=case.proposal.place, by="rina", agency="panrb"
        )
    )
    await world.sync()
    assert world.bali.db.read_sync(proposals_to) == []


async def test_a_conflict_shows_what_both_sides_had_on_screen(world: TwoHubs) -> None:
    world.at_centre(summary="Pusat menulis begini.")
    publish(world.bali, "Antrean daring puskesmas", record=world.queue, summary="Hub begini.")
    await world.sync()
    bali = world.bali
    found = bali.db.read_sync(
        lambda conn: read_conflict(conn, bali, who(bali), record=world.queue, field="summary")
    )
    assert found is not None
    assert str(found.base.value).startswith("Warga mengambil nomor antrean")
    assert [side.author for side in found.sides] == ["51", "centre"]
    assert found.sides[1].by == "panrb/rina"


async def test_an_own_change_can_be_taken_back(world: TwoHubs) -> None:
    bali = world.bali
    publish(bali, "Pasar daring pedagang besar", record=world.market)
    await world.sync()

    def undo(conn: Connection) -> Undo | None:
        newest = own_cases(conn, Kind.APPLIED)[0]
        outcome = outcomes.get(conn, newest.number)
        assert outcome is not None
        return undo_of(conn, bali, who(bali), outcome)

    found = bali.db.read_sync(undo)
    assert found is not None
    assert found.fields == {"title": ("Pasar daring pedagang besar", "Pasar daring pedagang kecil")}

    def work(conn: Connection) -> None:
        desk = Desk.open(conn, bali, who(bali), by="rina")
        take_back(conn, desk, found)
        desk.save(conn)

    bali.db.run_sync(work)
    await world.sync()
    assert world.shown(world.market)["title"] == "Pasar daring pedagang kecil"
    waiting = bali.db.read_sync(lambda conn: waiting_cases(conn, bali, who(bali)))
    assert waiting == []


async def test_the_change_that_made_a_record_cannot_be_taken_back(world: TwoHubs) -> None:
    bali = world.bali

    def first(conn: Connection) -> Undo | None:
        outcome = outcomes.get(conn, 1)
        assert outcome is not None
        return undo_of(conn, bali, who(bali), outcome)

    assert bali.db.read_sync(first) is None
