"""What an operator sees of records that the centre numbered, hid, or gave to another hub."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hubnode.authoring import RecordGiven, UnknownRecord, own_record
from hubnode.node import Node
from hubnode.review import record_history
from hubnode.showing import count_hidden, record_page, unseen_records
from hubnode.status import status_of
from hubnode.store import outcomes, records
from hubnode.store.outcomes import Standing
from hubnode.sync.run import sync
from protocol.canonical import Json
from protocol.entries.record_decisions import RecordDecision
from tests.support.entries import record_id
from tests.support.nodes import publish, withdraw
from tests.support.simulated_centre import SimulatedCentre
from tests.support.stories import who
from tests.support.verdicts import HIDDEN, NUMBERED, PUBLIC, TRANSFERRED, award, merged

WHY = {"at": "2026-03-01T08:00:00Z", "reason": "Surat 12/2026"}
BACK = replace(TRANSFERRED, giver="52", to="51")
AWARDS: Json = [{"scheme": "sinovik-top-99", "year": 2019}]

Decided = Callable[[RecordDecision], Any]


@pytest.fixture
async def record(hub: Node, centre: SimulatedCentre) -> str:
    """A record of this hub that the catalogue shows."""
    made = publish(hub, "Antrean daring puskesmas", awards=AWARDS)
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    return made


async def decide(hub: Node, centre: SimulatedCentre, *decisions: RecordDecision) -> None:
    """The centre's people decide, and the node hears of it."""
    for decision in decisions:
        centre.decide(decision)
    await sync(hub)


def page(hub: Node, record: str) -> dict[str, Any]:
    return hub.db.read_sync(lambda conn: record_page(conn, hub, record))


def listed(hub: Node) -> list[str]:
    return [it.id for it in hub.db.read_sync(lambda conn: records.page(conn, limit=10))]


def standings(hub: Node) -> dict[Standing, int]:
    return hub.db.read_sync(outcomes.count_by_standing)


def sentence(hub: Node) -> object:
    return hub.db.read_sync(lambda conn: status_of(conn, hub))["sentence"]


def test_a_record_of_which_the_centre_said_nothing(hub: Node, record: str) -> None:
    shown = page(hub, record)
    assert (shown["id"], shown["title"], shown["state"]) == (
        record,
        "Antrean daring puskesmas",
        "active",
    )
    assert (shown["number"], shown["hidden"], shown["given"]) == (None, None, None)
    assert [award["standing"] for award in shown["awards"]] == ["open"]


async def test_its_number_and_the_standing_of_its_awards_are_shown(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    ruled = award("confirmed")
    await decide(hub, centre, replace(NUMBERED, record=record), replace(ruled, record=record))
    shown = page(hub, record)
    assert shown["number"] == "2026-000001"
    assert [award["standing"] for award in shown["awards"]] == ["confirmed"]


async def test_a_hidden_record_says_since_when_and_why(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    await decide(hub, centre, replace(HIDDEN, record=record))
    shown = page(hub, record)
    assert (shown["state"], shown["hidden"]) == ("hidden", WHY)
    assert shown["record"]["title"] == "Antrean daring puskesmas"


async def test_a_hidden_record_is_counted_in_the_status_and_its_changes_stand_as_hidden(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    assert sentence(hub) == "Tersinkron."
    await decide(hub, centre, replace(HIDDEN, record=record))
    assert sentence(hub) == "Tersinkron. Disembunyikan pusat: 1. Lihat: hubnode record list"
    assert standings(hub)[Standing.HIDDEN] == 1


async def test_a_record_that_is_public_again_is_as_it_was(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    before = page(hub, record)
    await decide(hub, centre, replace(HIDDEN, record=record), replace(PUBLIC, record=record))
    assert page(hub, record) == before
    assert sentence(hub) == "Tersinkron."
    assert Standing.HIDDEN not in standings(hub)


async def test_a_record_that_its_hub_withdrew_is_not_counted_as_hidden(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    withdraw(hub, record)
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    assert page(hub, record)["state"] == "withdrawn"
    assert hub.db.read_sync(lambda conn: count_hidden(conn, hub, "51")) == 0


async def test_a_merged_record_leads_to_the_one_that_stands_for_it(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    other = publish(hub, "Antrean daring")
    await sync(hub)
    centre.reconcile()
    await decide(hub, centre, merged(record=other, absorbed=record))
    shown = page(hub, record)
    assert (shown["state"], shown["merged_into"]) == ("merged", other)
    assert hub.db.read_sync(lambda conn: unseen_records(conn, hub, "51")) == {record: "merged"}


async def test_a_given_record_is_listed_no_more_and_says_to_whom_it_went(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    await decide(hub, centre, replace(TRANSFERRED, record=record))
    assert listed(hub) == []
    shown = page(hub, record)
    assert (shown["state"], shown["given"]) == ("given", {"to": "52", "owner": "52", **WHY})
    assert shown["title"] == "Antrean daring puskesmas"


async def test_a_given_record_that_went_on_says_who_has_it_today(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    onwards = replace(TRANSFERRED, record=record, giver="52", to="53")
    await decide(hub, centre, replace(TRANSFERRED, record=record), onwards)
    given = page(hub, record)["given"]
    assert (given["to"], given["owner"]) == ("52", "53")


async def test_a_given_record_keeps_its_history_here(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    await decide(hub, centre, replace(TRANSFERRED, record=record))
    own, given = hub.db.read_sync(lambda conn: record_history(conn, hub, who(hub), record))
    assert (own["change"], own["standing"]) == ("record.put", "shown")
    assert (given["change"], given["says"]) == ("record.transferred", {"giver": "51", "to": "52"})


async def test_a_given_record_is_not_edited_here(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    await decide(hub, centre, replace(TRANSFERRED, record=record))
    with pytest.raises(RecordGiven) as refused:
        hub.db.read_sync(lambda conn: own_record(conn, record))
    assert "52" in refused.value.message


async def test_what_waited_to_be_sent_becomes_a_proposal(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    publish(hub, "Antrean daring semua puskesmas", record=record)
    await decide(hub, centre, replace(TRANSFERRED, record=record))
    centre.reconcile()
    await sync(hub)
    assert standings(hub)[Standing.PROPOSED] == 1


async def test_a_record_that_comes_back_is_among_its_own_again(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    before = page(hub, record)
    await decide(hub, centre, replace(TRANSFERRED, record=record), replace(BACK, record=record))
    assert listed(hub) == [record]
    assert page(hub, record) == before


async def test_a_record_comes_back_also_while_a_change_about_it_waits(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    await decide(hub, centre, replace(TRANSFERRED, record=record))
    centre.mirrors["jippnas.test/hub/51/1"].state = "suspended"
    await decide(hub, centre, replace(BACK, record=record))
    assert listed(hub) == [record]


def test_a_record_that_was_never_here_is_unknown(hub: Node) -> None:
    with pytest.raises(UnknownRecord):
        page(hub, record_id())
