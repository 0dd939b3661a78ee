"""Two hubs that know each other's innovations: Bali (51) has some, Makassar (73) takes over one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from central.casework.conflicts import curate
from hubnode import replications
from hubnode.authoring import Desk
from hubnode.node import Node
from hubnode.reading_catalogue import read_state
from hubnode.showing import foreign_record
from protocol.canonical import Json
from protocol.catalogue import shown_record
from tests.support.federation import FederationUnderTest
from tests.support.nodes import publish
from tests.support.stories import who

QUEUE: dict[str, Any] = {
    "summary": "Warga mengambil nomor antrean puskesmas dari rumah dan datang pada jamnya.",
    "objective": "Menunggu di puskesmas tidak lebih dari lima belas menit.",
    "innovation_type": "digital",
    "innovation_form": "pelayanan_publik",
    "stage": "penerapan",
    "sdgs": [3, 16],
    "category": "Kesehatan",
    "agency": {"name": "Dinas Kesehatan Provinsi Bali", "kind": "provinsi"},
    "criteria": {"efisien": {"text": "Loket cukup satu.", "score": 4}},
    "awards": [{"scheme": "Top 45", "year": 2021}],
    "comparisons": [
        {
            "group": "outcome",
            "indicator": "Waktu tunggu",
            "unit": "menit",
            "before": "120",
            "after": "15",
        }
    ],
    "locations": [{"region": "35.78", "agency": "Kota Surabaya", "since": "2023"}],
}
"""An innovation that says much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoHubs:
    """The two, and what Bali published."""

    federation: FederationUnderTest
    bali: Node
    makassar: Node
    queue: str
    market: str

    async def sync(self) -> None:
        """Each sends and hears, until both know all."""
        for node in (self.bali, self.makassar, self.bali, self.makassar):
            await self.federation.sync(node)

    def shown(self, record: str) -> dict[str, Json]:
        """A record as the catalogue of Bali's node has it."""
        node = self.bali
        state = node.db.read_sync(lambda conn: read_state(conn, node, record))
        assert state is not None
        return shown_record(state)

    def at_centre(self, **fields: Json) -> None:
        """A curator amends the queue's record without seeing what Bali has not sent."""
        centre = self.federation.centre
        centre.db.run_sync(
            lambda conn: curate(
                conn, centre, record=self.queue, set_=fields, by="rina", agency="panrb"
            )
        )


async def two_hubs(federation: FederationUnderTest, bali: Node) -> TwoHubs:
    """Bali's innovations, known to both."""
    queue = publish(bali, "Antrean daring puskesmas", **QUEUE)
    market = publish(bali, "Pasar daring pedagang kecil", innovation_type="digital", started="2019")
    found = TwoHubs(
        federation=federation,
        bali=bali,
        makassar=await federation.hub("73"),
        queue=queue,
        market=market,
    )
    await found.sync()
    return found


def want(node: Node, record: str) -> str:
    """A hub says that it wants a record; the id of the replication."""
    return _step(
        node,
        lambda conn, desk: replications.begin(
            conn, desk, who(node), record=record, details="Surat minat 12/2026"
        ),
    )


def take(node: Node, replication: str, step: str, *, result: str | None = None) -> None:
    """A hub takes another step."""
    _step(
        node,
        lambda conn, desk: (
            replications.take(
                conn,
                desk,
                who(node),
                replication=replication,
                step=step,
                details="Surat 13/2026",
                result=result,
            ).id
        ),
    )


def propose(node: Node, record: str, **written: Json) -> None:
    """A hub proposes an amendment of another one's record."""

    def work(conn: Connection, desk: Desk) -> str:
        _, shown = foreign_record(conn, node, record, hub=who(node).hub)
        desk.propose(record, shown, written, ())
        return record

    _step(node, work)


def _step(node: Node, step: Callable[[Connection, Desk], str]) -> str:
    def work(conn: Connection) -> str:
        desk = Desk.open(conn, node, who(node), by="sari")
        done = step(conn, desk)
        desk.save(conn)
        return done

    return node.db.run_sync(work)
