"""Hubs are called by their names, with their ids in small."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from hubnode.authoring import Desk
from hubnode.node import Node
from hubnode.store import hubs, records
from protocol.entries.hub_decisions import HubEnrolled, HubSuspended
from protocol.merge import CENTRE
from runtime.pages.hub_names import HubNames
from tests.support.entries import AT, SALT, enrolled
from tests.support.federation import FederationUnderTest
from tests.support.hub_http import signed_in
from tests.support.nodes import publish
from tests.support.stories import who
from tests.support.two_hubs import propose, two_hubs

MINISTRY = replace(enrolled(), hub="kemenkes", name="JIPP Kementerian Kesehatan")


def follow(node: Node, *decisions: HubEnrolled | HubSuspended) -> dict[str, str]:
    """The names that a replica knows after these decisions."""
    node.db.run_sync(lambda conn: hubs.follow(conn, decisions))
    return node.db.read_sync(hubs.names)


def test_the_national_log_says_what_hubs_are_called(hub: Node) -> None:
    assert follow(hub, enrolled(), MINISTRY)["kemenkes"] == "JIPP Kementerian Kesehatan"


def test_a_hub_that_enrols_again_is_called_by_its_new_name(hub: Node) -> None:
    assert follow(hub, MINISTRY, replace(MINISTRY, name="Kemenkes"))["kemenkes"] == "Kemenkes"


def test_a_suspended_hub_keeps_its_name(hub: Node) -> None:
    suspended = HubSuspended(salt=SALT, at=AT, hub="kemenkes", reason="x", by="y", agency="z")
    assert follow(hub, MINISTRY, suspended)["kemenkes"] == "JIPP Kementerian Kesehatan"


@pytest.mark.parametrize(
    ("hub", "text", "html"),
    [
        ("kemenkes", "Kesehatan & co (kemenkes)", "Kesehatan &amp; co <small>(kemenkes)</small>"),
        ("51", "Bali (51)", "Bali <small>(51)</small>"),
        ("lan", "lan", "lan"),
        (CENTRE, "Pusat", "Pusat"),
    ],
)
def test_a_hub_is_called_by_its_name_or_its_province_or_its_id(
    hub: str, text: str, html: str
) -> None:
    names = HubNames(names={"kemenkes": "Kesehatan & co", "51": "51"}, say=str)
    assert names.text(hub) == text
    assert html in str(names.html(hub))


async def test_the_catalogue_names_hubs_in_its_list_its_filter_and_its_pages(
    federation: FederationUnderTest, hub: Node
) -> None:
    record = publish(hub, "Antar Obat")
    await federation.sync(hub)
    follow(hub, replace(enrolled(), hub="51", name="JIPP Provinsi Bali"))
    async with signed_in(hub) as reader:
        listed = (await reader.get("/katalog")).text
        page = (await reader.get(f"/katalog/{record}")).text
    assert 'value="51">JIPP Provinsi Bali (51) (1)' in listed
    for shown in (listed, page):
        assert "JIPP Provinsi Bali <small>(51)</small>" in shown


async def test_an_account_that_is_called_like_a_hub_is_not_shown_as_that_hub(
    federation: FederationUnderTest, hub: Node
) -> None:
    world = await two_hubs(federation, hub)
    propose(world.makassar, world.market, short_name="PADAR")
    await world.sync()

    def write(conn: Connection) -> None:
        own = records.get(conn, world.market)
        assert own is not None
        desk = Desk.open(conn, hub, who(hub), by="73")
        desk.put(own, own.id, {**own.fields, "summary": "Berjualan bersama."})
        desk.save(conn)

    called = []
    async with signed_in(hub) as reader:
        for step in (None, write):
            if step:
                hub.db.run_sync(step)
            page = (await reader.get(f"/inovasi/{world.market}")).text
            called.append((page.count(">Sulawesi Selatan (73)<"), page.count(">73<")))
        await world.sync()
        page = (await reader.get(f"/inovasi/{world.market}")).text
        called.append((page.count(">Sulawesi Selatan (73)<"), page.count(">73<")))
    assert called == [(1, 0), (1, 1), (1, 1)]
