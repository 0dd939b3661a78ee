"""What campaigns ask of a hub, as its operator reads it, without a network."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from hubnode import campaigns
from hubnode.authoring import Desk, own_record
from hubnode.campaigns import CampaignRefused, Task, ToRefresh
from hubnode.node import Node
from hubnode.status import status_of
from hubnode.store import identity
from hubnode.sync.run import sync
from tests.support.campaigns import CAMPAIGN, DUE, closed, opened
from tests.support.nodes import publish, publish_many, withdraw
from tests.support.ports import ManualClock
from tests.support.simulated_centre import SimulatedCentre
from tests.support.verdicts import TRANSFERRED

T = TypeVar("T")


def asked_of(hub: Node, question: Callable[[Connection, Node, str], T]) -> T:
    return hub.db.read_sync(lambda conn: question(conn, hub, "51"))


def task(hub: Node) -> Task:
    return asked_of(hub, lambda conn, node, who: campaigns.task_of(conn, node, who, CAMPAIGN))


def left(hub: Node) -> list[ToRefresh]:
    return asked_of(hub, lambda conn, node, who: campaigns.to_refresh(conn, node, who, CAMPAIGN))


def attest(hub: Node, record: str) -> None:
    def work(conn: Connection) -> None:
        who = identity.get(conn)
        assert who is not None
        desk = Desk.open(conn, hub, who, by="rina")
        desk.attest(own_record(conn, record), CAMPAIGN)
        desk.save(conn)

    hub.db.run_sync(work)


async def synced(hub: Node, centre: SimulatedCentre) -> None:
    await sync(hub)
    centre.reconcile()
    await sync(hub)


@pytest.fixture
async def asked(hub: Node, centre: SimulatedCentre) -> list[str]:
    """Three records, and a campaign for all of them."""
    made = publish_many(hub, ["Antar Obat", "Pasar Daring", "Arsip Desa"], summary="Ringkas.")
    await synced(hub, centre)
    centre.decide(opened())
    await sync(hub)
    return made


@pytest.mark.usefixtures("asked")
def test_what_is_left_is_listed_by_title_with_what_is_missing_by_name(hub: Node) -> None:
    assert [it.title for it in left(hub)] == ["Antar Obat", "Arsip Desa", "Pasar Daring"]
    missing = left(hub)[0].missing
    assert "Latar belakang" in missing["A"]
    assert "Ringkasan" not in missing["A"]
    assert missing["E"] == ["Peta jalan"]


async def test_what_is_attested_or_amended_is_left_no_more(
    hub: Node, centre: SimulatedCentre, asked: list[str]
) -> None:
    attest(hub, asked[0])
    publish(hub, "Pasar Daring Pedagang", record=asked[1])
    await synced(hub, centre)
    assert [it.record for it in left(hub)] == [asked[2]]
    numbers = task(hub).own
    assert (numbers.targeted, numbers.refreshed, numbers.left) == (3, 2, 1)


async def test_what_was_saved_here_waits_until_the_centre_has_decided(
    hub: Node, centre: SimulatedCentre, asked: list[str]
) -> None:
    attest(hub, asked[0])
    assert {it.record for it in left(hub) if it.is_waiting} == {asked[0]}
    await sync(hub)
    assert {it.record for it in left(hub) if it.is_waiting} == {asked[0]}
    centre.reconcile()
    await sync(hub)
    assert not any(it.is_waiting for it in left(hub))


async def test_a_record_that_was_withdrawn_is_not_asked_for_any_more(
    hub: Node, centre: SimulatedCentre, asked: list[str]
) -> None:
    withdraw(hub, asked[0])
    await synced(hub, centre)
    assert asked[0] not in {it.record for it in left(hub)}
    assert task(hub).own.withdrawn == 1


async def test_records_of_other_hubs_count_only_everywhere(
    hub: Node, centre: SimulatedCentre, asked: list[str]
) -> None:
    centre.decide(replace(TRANSFERRED, record=asked[0]))
    await sync(hub)
    assert (task(hub).own.targeted, task(hub).everywhere.targeted) == (2, 3)
    assert asked[0] not in {it.record for it in left(hub)}


@pytest.mark.usefixtures("asked")
def test_status_says_how_many_and_until_when(hub: Node) -> None:
    sentence = f"3 inovasi perlu dimutakhirkan sampai {DUE}: Pemutakhiran 2026 ({CAMPAIGN})."
    assert hub.db.read_sync(lambda conn: status_of(conn, hub))["to_refresh"] == [sentence]


@pytest.mark.usefixtures("asked")
def test_status_says_what_is_late_by_this_nodes_clock(hub: Node, clock: ManualClock) -> None:
    clock.advance(timedelta(days=400).total_seconds())
    [sentence] = hub.db.read_sync(lambda conn: status_of(conn, hub))["to_refresh"]
    assert sentence.startswith(f"3 inovasi terlambat dimutakhirkan sejak {DUE}")
    assert task(hub).state == "overdue"


async def test_the_most_urgent_campaign_comes_first(hub: Node, centre: SimulatedCentre) -> None:
    publish(hub, "Antar Obat")
    await synced(hub, centre)
    centre.decide(opened())
    centre.decide(replace(opened(campaign="segera"), due="2026-11-30"))
    await sync(hub)
    urgent = asked_of(hub, campaigns.open_tasks)
    assert [it.campaign.id for it in urgent] == ["segera", CAMPAIGN]


@pytest.mark.usefixtures("asked")
async def test_a_closed_campaign_asks_for_nothing(hub: Node, centre: SimulatedCentre) -> None:
    centre.decide(closed())
    await sync(hub)
    assert asked_of(hub, campaigns.open_tasks) == []
    assert task(hub).state == "closed"


def refusal(hub: Node, campaign: str, record: str) -> str:
    with pytest.raises(CampaignRefused) as refused:
        hub.db.read_sync(
            lambda conn: campaigns.check_asks(conn, hub, campaign=campaign, record=record)
        )
    return refused.value.code


async def test_only_a_campaign_that_is_open_and_asks_for_it_takes_an_attestation(
    hub: Node, centre: SimulatedCentre, asked: list[str]
) -> None:
    later = publish(hub, "Ditulis kemudian")
    await synced(hub, centre)
    hub.db.read_sync(
        lambda conn: campaigns.check_asks(conn, hub, campaign=CAMPAIGN, record=asked[0])
    )
    assert refusal(hub, "2025", asked[0]) == "campaign_unknown"
    assert refusal(hub, CAMPAIGN, later) == "not_targeted"
    centre.decide(closed())
    await sync(hub)
    assert refusal(hub, CAMPAIGN, asked[0]) == "campaign_closed"
