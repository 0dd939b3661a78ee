"""A held change waits for the hub only as long as the hub can do something about it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from hubnode import review
from hubnode.authoring import Desk, own_record
from hubnode.cases import Kind, held_cases, waiting_cases
from hubnode.held import AT_CENTRE, Waits, held_changes
from hubnode.imports.mapping import TEMPLATE, load_mapping
from hubnode.imports.readers import SourceRow, SourceTable
from hubnode.imports.undo import latest_import, undo_import
from hubnode.node import Node
from hubnode.own_list import ListState, OwnList
from hubnode.status import status_of
from hubnode.store.records import OWN_RECORD
from hubnode.sync.run import sync
from protocol.entries.decisions import HELD
from protocol.verdicts import VERDICTS
from tests.support.federation import FederationUnderTest, import_into
from tests.support.nodes import publish, withdraw
from tests.support.stories import who
from tests.support.two_hubs import TwoHubs, two_hubs

WATER = (
    "Setiap banjar menunjuk dua penjaga air yang dilatih menambal, mencatat debit, dan melapor "
    "setiap pekan kepada dinas, yang menjawab dalam dua hari dan memasang nama mereka di balai."
)
MANY = 30
ENDED_HERE = {
    "log_unopened",
    "change_too_large",
    "unknown_record",
    "step_out_of_order",
    "replications_full",
    "seen_ahead",
    "seen_behind",
    "schema_invalid",
    "privacy_finding",
    "look_alike",
}


@pytest.fixture
async def federation(tmp_path: Path) -> AsyncIterator[FederationUnderTest]:
    async with FederationUnderTest(tmp_path) as found:
        yield found


@pytest.fixture
async def world(federation: FederationUnderTest) -> TwoHubs:
    """Makassar's near copy of what Bali published is held."""
    world = await two_hubs(federation, await federation.hub("51"))
    publish(world.bali, "Garda Air Bersih Desa", summary=WATER)
    await world.sync()
    return world


async def copy(world: TwoHubs) -> str:
    record = publish(world.makassar, "Garda Air Bersih Desa", summary=WATER)
    await world.sync()
    return record


def waits(node: Node) -> list[Waits]:
    return [it.waits for it in node.db.read_sync(lambda c: held_changes(c, node, who(node)))]


def counted(node: Node) -> tuple[int, int]:
    """Cases for a person here, and for the centre alone."""
    found = node.db.read_sync(lambda conn: review.count_waiting(conn, node, who(node)))
    return found.cases, found.at_centre


async def test_a_held_change_waits_here(world: TwoHubs) -> None:
    await copy(world)
    assert waits(world.makassar) == [Waits.HERE]
    assert counted(world.makassar) == (1, 0)


async def test_once_it_is_mended_nobody_waits_for_it(world: TwoHubs) -> None:
    record = await copy(world)
    publish(world.makassar, "Arsip surat kelurahan", record=record, summary="Surat dipindai.")
    assert waits(world.makassar) == [Waits.NOBODY]
    await world.sync()
    assert waits(world.makassar) == [Waits.NOBODY]
    assert counted(world.makassar) == (0, 0)


async def test_a_mend_that_is_sent_and_not_decided_counts_too(world: TwoHubs) -> None:
    record = await copy(world)
    publish(world.makassar, "Arsip surat kelurahan", record=record, summary="Surat dipindai.")
    await sync(world.makassar)
    assert waits(world.makassar) == [Waits.NOBODY]


async def test_of_two_held_ones_the_later_is_the_case(world: TwoHubs) -> None:
    record = await copy(world)
    publish(world.makassar, "Garda Air Bersih Desa", record=record, summary=f"{WATER} Juga kota.")
    await world.sync()
    assert waits(world.makassar) == [Waits.NOBODY, Waits.HERE]


async def test_a_new_record_that_was_held_and_then_withdrawn_is_done_with(world: TwoHubs) -> None:
    record = await copy(world)
    withdraw(world.makassar, record)
    await world.sync()
    assert set(waits(world.makassar)) == {Waits.NOBODY}
    assert counted(world.makassar) == (0, 0)


async def test_what_took_its_place_stays_to_be_read(world: TwoHubs) -> None:
    record = await copy(world)
    publish(world.makassar, "Arsip surat kelurahan", record=record, summary="Surat dipindai.")
    node = world.makassar
    cases = node.db.read_sync(lambda conn: held_cases(conn, node, who(node)))
    assert [it.record for it in cases[Kind.REPLACED]] == [record]


def row(number: int, title: str) -> SourceRow:
    cells = {
        "kode": str(number),
        "title": title,
        "agency.name": "Dinas Kesehatan",
        "agency.kind": "kota",
        "region": "51.71",
        "started": "2021",
    }
    return SourceRow(number=number, cells=cells)


def imported(node: Node, word: str) -> None:
    rows = tuple(row(it, f"Layanan nomor {it} {word}") for it in range(2, MANY + 2))
    table = SourceTable(columns=tuple(rows[0].cells), rows=rows)
    report = import_into(node, table, load_mapping(TEMPLATE, folder=Path("none")))
    assert report.errors == []


def take_back(node: Node) -> None:
    run = node.db.read_sync(latest_import)
    undo_import(node, who(node), run, by="operator", advance=lambda _count: None)


@pytest.fixture
async def flooded(federation: FederationUnderTest) -> Node:
    """A hub whose import rewrote all of its records, which the centre holds."""
    node = await federation.hub("51")
    imported(node, "lama")
    await federation.sync(node)
    imported(node, "baru")
    await federation.sync(node)
    return node


async def test_a_flood_waits_for_the_centre_and_is_nobodys_task_here(flooded: Node) -> None:
    assert set(waits(flooded)) == {Waits.CENTRE}
    assert counted(flooded) == (0, MANY)
    assert flooded.db.read_sync(lambda c: waiting_cases(c, flooded, who(flooded))) == []


async def test_a_node_with_a_flood_waits_for_the_centre(flooded: Node) -> None:
    status = flooded.db.read_sync(lambda conn: status_of(conn, flooded))
    said = f"Terkirim; menunggu keputusan pusat ({MANY})."
    assert (status["state"], status["sentence"]) == ("pending", said)


async def test_a_run_after_a_flood_wants_nobodys_attention(flooded: Node) -> None:
    assert (await sync(flooded)).state == "ok"


async def test_an_import_that_was_held_and_undone_leaves_nothing_to_do(flooded: Node) -> None:
    take_back(flooded)
    assert set(waits(flooded)) == {Waits.NOBODY}
    assert counted(flooded) == (0, 0)


async def test_an_undo_that_is_a_flood_itself_waits_for_the_centre_in_place_of_the_import(
    federation: FederationUnderTest, flooded: Node
) -> None:
    take_back(flooded)
    await federation.sync(flooded)
    assert waits(flooded) == [Waits.NOBODY] * MANY + [Waits.CENTRE] * MANY
    assert counted(flooded) == (0, MANY)


async def test_what_was_replaced_is_known_where_the_own_records_were_derived_again(
    federation: FederationUnderTest, flooded: Node
) -> None:
    take_back(flooded)
    await federation.sync(flooded)
    derived = update(OWN_RECORD).values(last_own=1)  # a held change is none that settled
    flooded.db.run_sync(lambda conn: conn.execute(derived))
    flooded.answers.clear()
    assert waits(flooded)[:MANY] == [Waits.NOBODY] * MANY


def test_of_every_code_it_is_known_who_can_end_it() -> None:
    codes = {it.code for it in VERDICTS if it.outcome == HELD} | {"decision_failed"}
    assert codes == AT_CENTRE | ENDED_HERE
    assert not AT_CENTRE & ENDED_HERE


async def test_a_record_whose_held_change_was_replaced_is_not_listed_as_held(
    world: TwoHubs,
) -> None:
    node, record = world.makassar, await copy(world)

    def state() -> ListState:
        return node.db.read_sync(lambda conn: OwnList(conn, node, who(node)).state(record))

    assert state() is ListState.HELD
    publish(node, "Arsip surat kelurahan", record=record, summary="Surat dipindai.")
    await world.sync()
    assert state() is ListState.PUBLISHED


async def test_a_later_change_of_something_else_replaces_nothing(
    federation: FederationUnderTest, flooded: Node
) -> None:
    node = flooded
    held = node.db.read_sync(lambda conn: held_changes(conn, node, who(node)))[0]

    def attest(conn: Connection) -> None:
        desk = Desk.open(conn, node, who(node), by="rina")
        desk.attest(own_record(conn, held.outcome.record or ""))
        desk.save(conn)

    node.db.run_sync(attest)
    assert waits(node)[0] is Waits.CENTRE
    await federation.sync(node)
    assert waits(node)[0] is Waits.CENTRE
