"""A ministry, its hubs and their campaign, with one clock that a story holds in its hand."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection

from central.app import build_web
from central.casework import campaigns
from central.casework.campaigns import CampaignOrder, Look
from central.reconciler import Reconciler
from central.settings import CentralSettings
from hubnode.authoring import Desk, own_record
from hubnode.campaigns import ToRefresh, to_refresh
from hubnode.node import Node
from hubnode.store.records import OwnRecord
from hubnode.sync.run import sync
from protocol.canonical import Json, parse
from runtime.ports import Request
from tests.simulation.wire import Wire
from tests.support.nodes import enrol_node, opened_node, publish_many
from tests.support.rooms import AUTHORITY, Room, opened_room
from tests.support.stories import who

URL = "https://pusat.test"
DAY_S = 86_400
CAMPAIGN = "2026-top"
TOP: list[Json] = [{"scheme": "Top 99", "year": 2019}]

Edit = Callable[[Desk, OwnRecord], None]


def attest(desk: Desk, own: OwnRecord) -> None:
    desk.attest(own, CAMPAIGN)


def amend(desk: Desk, own: OwnRecord) -> None:
    desk.put(own, own.id, {**own.fields, "summary": "Masih berjalan dan telah diperluas."})


def retire(desk: Desk, own: OwnRecord) -> None:
    desk.withdraw(own, "Sudah berhenti.")


class Ministry:
    """The centre, its hubs, and what they do one after another."""

    def __init__(self, room: Room, wire: Wire) -> None:
        self.room = room
        self.nodes: dict[str, Node] = {}
        self.records: dict[str, list[str]] = {}
        self._wire = wire

    async def enrol(self, hub: str, node: Node) -> None:
        await enrol_node(node, self.room.invite(hub))
        self.nodes[hub] = node

    async def settle(self) -> None:
        """Every hub sends, the centre decides, every hub fetches."""
        for node in self.nodes.values():
            await sync(node)
        await self.room.decide()
        for node in self.nodes.values():
            await sync(node)

    async def publish(self, hub: str, count: int, *, awards: list[Json]) -> None:
        """New records of a hub, published and decided."""
        titles = [f"Inovasi {hub} nomor {number}" for number in range(count)]
        made = publish_many(self.nodes[hub], titles, awards=awards)
        self.records.setdefault(hub, []).extend(made)
        await self.settle()

    def open(self) -> Look:
        order = CampaignOrder(
            campaign=CAMPAIGN,
            title="Pemutakhiran Top Inovasi 2026",
            due="2026-12-31",
            target={"scheme": ["Top 99"]},
            by="rina",
            agency="panrb",
        )
        return self.room.write(lambda conn, it: campaigns.open_campaign(conn, it, order))

    def close(self) -> Look:
        return self.room.write(
            lambda conn, it: campaigns.close_campaign(
                conn, it, campaign=CAMPAIGN, reason="Acara selesai", by="rina", agency="panrb"
            )
        )

    def look(self) -> Look:
        return self.room.read(lambda conn, it: campaigns.look(conn, it, CAMPAIGN))

    def edit(self, hub: str, records: Sequence[str], change: Edit) -> None:
        """What the operator of a hub does to some of its records."""
        node = self.nodes[hub]

        def work(conn: Connection) -> None:
            desk = Desk.open(conn, node, who(node), by="operator")
            for record in records:
                change(desk, own_record(conn, record))
            desk.save(conn)

        node.db.run_sync(work)

    def left_at(self, hub: str) -> list[ToRefresh]:
        """The hub's list, as its own node tells it."""
        node = self.nodes[hub]
        return node.db.read_sync(lambda conn: to_refresh(conn, node, hub, CAMPAIGN))

    def days_pass(self, count: int) -> None:
        self.room.clock.advance(count * DAY_S)

    async def ask(self, path: str) -> dict[str, Json]:
        """What the centre answers over HTTP."""
        answer = await self._wire.request(Request(method="GET", url=URL + path))
        assert answer.status == 200, answer.body
        value = parse(answer.body)
        assert isinstance(value, dict)
        return value


@asynccontextmanager
async def ministry_of(
    folder: Path, database_url: str, hubs: Sequence[str]
) -> AsyncIterator[Ministry]:
    """A centre on a database of either kind, with these hubs enrolled."""
    with ExitStack() as stack:
        room = stack.enter_context(opened_room(folder / "pusat", database_url))
        settings = CentralSettings(authority=AUTHORITY)
        app = build_web(room.centre, Reconciler(room.centre), settings)
        app.freeze()
        wire = Wire(app, room.clock)
        ministry = Ministry(room, wire)
        for seed, hub in enumerate(hubs, 1):
            node = opened_node(folder / hub, wire, room.clock, seed=seed)
            await ministry.enrol(hub, stack.enter_context(node))
        yield ministry
