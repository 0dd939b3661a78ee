"""A node's rows of a campaign are the centre's: both fold one log by one rule."""

import pytest

from hubnode.node import Node
from hubnode.sync.run import sync
from protocol.entries.decisions import decode_decision
from tests.support.campaigns import CAMPAIGN, Fold, closed, opened
from tests.support.nodes import publish, publish_many, withdraw
from tests.support.simulated_centre import SimulatedCentre


async def synced(hub: Node, centre: SimulatedCentre) -> None:
    await sync(hub)
    centre.reconcile()
    await sync(hub)


def progress(hub: Node) -> list[str]:
    rows = hub.db.read_sync(lambda conn: hub.campaigns.rows(conn, CAMPAIGN))
    return [row.progress for row in rows]


@pytest.fixture
async def asked(hub: Node, centre: SimulatedCentre) -> list[str]:
    """Three records of this hub, decided and asked for within one range of decisions."""
    made = publish_many(hub, ["Antar Obat", "Pasar Daring", "Arsip Desa"])
    await sync(hub)
    centre.reconcile()
    centre.decide(opened())
    await sync(hub)
    return made


@pytest.mark.usefixtures("asked")
def test_a_campaign_that_follows_its_records_in_one_range_asks_for_them(hub: Node) -> None:
    assert progress(hub) == ["left", "left", "left"]


async def test_the_rows_are_those_of_the_whole_log(
    hub: Node, centre: SimulatedCentre, asked: list[str]
) -> None:
    publish(hub, "Judul baru", record=asked[0])
    withdraw(hub, asked[1])
    await synced(hub, centre)
    centre.decide(closed())
    await synced(hub, centre)
    assert sorted(progress(hub)) == ["left", "refreshed", "withdrawn"]
    ledger = Fold().add(*map(decode_decision, centre.national)).ledger
    assert hub.db.read_sync(lambda conn: hub.campaigns.is_same(conn, ledger))
