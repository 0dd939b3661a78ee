"""Two hubs and a centre: how what one of them has comes to be what both have.

Told over real HTTP, on both databases. Bali (51) has an innovation; Makassar (73) wants it.
"""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from central import national
from hubnode import replications
from hubnode.authoring import Desk
from hubnode.node import Node
from hubnode.replications import HeldStep, Progress
from protocol.canonical import Json, parse
from protocol.record_state import decode_record_state
from runtime.lineages import lineage_document
from tests.support.federation import FederationUnderTest
from tests.support.nodes import publish, withdraw
from tests.support.servers import ask
from tests.support.stories import assert_sound, at_centre, at_hub, first_record, who
from tests.support.verdicts import HIDDEN


@pytest.fixture
async def makassar(federation: FederationUnderTest, bali: Node) -> Node:
    """A hub that knows the innovations of Bali."""
    assert at_hub(bali)
    node = await federation.hub("73")
    await federation.sync(node)
    return node


def want(node: Node, record: str) -> str:
    """A hub says that it wants a record; the id of the replication."""

    def work(conn: Connection) -> str:
        desk = Desk.open(conn, node, who(node), by="sari")
        begun = replications.begin(conn, desk, who(node), record=record, details="Surat 12/2026")
        desk.save(conn)
        return begun

    return node.db.run_sync(work)


def take(node: Node, replication: str, step: str, result: str | None = None) -> None:
    def work(conn: Connection) -> None:
        desk = Desk.open(conn, node, who(node), by="sari")
        replications.take(
            conn,
            desk,
            who(node),
            replication=replication,
            step=step,
            details="Surat 13/2026",
            result=result,
        )
        desk.save(conn)

    node.db.run_sync(work)


def progress(node: Node) -> list[Progress]:
    return node.db.read_sync(lambda conn: replications.progress(conn, node, who(node)))


def held(node: Node) -> list[HeldStep]:
    return node.db.read_sync(lambda conn: replications.held_steps(conn, node, who(node)))


async def sync_both(federation: FederationUnderTest, *nodes: Node) -> None:
    """Each sends and hears, and those that were first hear of the others too."""
    for node in (*nodes, *nodes):
        await federation.sync(node)


async def page(federation: FederationUnderTest, record: str) -> dict[str, Json]:
    value = parse((await ask(f"{federation.url}/api/v1/innovations/{record}")).body)
    assert isinstance(value, dict)
    return value


def told_by(node: Node, record: str) -> dict[str, Json]:
    """Lineage as the hub's own copy has it."""

    def read(conn: Connection) -> dict[str, Json]:
        body = node.documents.get(conn, record)
        assert body is not None
        state = decode_record_state(body)
        return lineage_document(conn, node.lineages, node.documents, state)

    return node.db.read_sync(read)


async def counts(federation: FederationUnderTest, record: str) -> dict[str, Json]:
    """Of the family at the centre, where as many are found as are counted directly."""
    family = (await page(federation, record))["family"]
    assert isinstance(family, dict)
    found = family["counts"]
    assert isinstance(found, dict)
    answer = await ask(f"{federation.url}/api/v1/innovations?original={record}")
    total = parse(answer.body)
    assert isinstance(total, dict)
    assert total["total"] == found["direct"]
    return found


async def replicate(federation: FederationUnderTest, owner: Node, wanter: Node, record: str) -> str:
    """All four steps, each in the log of whose turn it is; the record that came of it."""
    replication = want(wanter, record)
    await sync_both(federation, wanter, owner)
    take(owner, replication, "agreement")
    await sync_both(federation, owner, wanter)
    take(wanter, replication, "approval")
    await sync_both(federation, wanter, owner)
    agency: Json = {"name": f"Pemerintah {who(wanter).hub}", "kind": "provinsi"}
    result = publish(wanter, f"Hasil di {who(wanter).hub}", agency=agency, region=who(wanter).hub)
    take(wanter, replication, "implementation", result)
    await sync_both(federation, wanter, owner)
    return result


async def test_from_interest_to_a_record_of_the_hub_that_wanted(
    federation: FederationUnderTest, bali: Node, makassar: Node
) -> None:
    original = first_record(bali)
    result = await replicate(federation, bali, makassar, original)

    for node in (bali, makassar):
        [found] = progress(node)
        assert (found.replication.step, found.turn) == ("implementation", "")
        assert held(node) == []
    assert (await page(federation, result))["facts"] == {"original": original}
    assert await counts(federation, original) == {"direct": 1, "all": 1}
    spread = (await page(federation, original))["spread"]
    assert isinstance(spread, dict)
    places = spread["places"]
    assert isinstance(places, list)
    assert [it["region"] for it in places if isinstance(it, dict)][-1] == "73"
    assert at_hub(bali) == at_hub(makassar) == at_centre(federation.centre)
    assert_sound(federation.centre)


async def test_a_family_tree_grows_over_three_hubs_and_its_counts_add_up(
    federation: FederationUnderTest, bali: Node, makassar: Node
) -> None:
    original = first_record(bali)
    child = await replicate(federation, bali, makassar, original)
    java = await federation.hub("35")
    await federation.sync(java)
    grandchild = await replicate(federation, makassar, java, child)
    assert await counts(federation, original) == {"direct": 1, "all": 2}
    assert await counts(federation, child) == {"direct": 1, "all": 1}
    family = (await page(federation, grandchild))["family"]
    assert isinstance(family, dict)
    above = family["originals"]
    assert isinstance(above, list)
    assert [it["record"] for it in above if isinstance(it, dict)] == [child, original]

    withdraw(makassar, child)
    await sync_both(federation, makassar, bali)
    assert await counts(federation, original) == {"direct": 0, "all": 1}
    centre = federation.centre
    hidden = replace(HIDDEN, record=grandchild)
    centre.db.run_sync(lambda conn: national.append(conn, centre, [hidden]))
    assert await counts(federation, original) == {"direct": 0, "all": 0}
    await federation.sync(bali)
    at_the_centre = await page(federation, original)
    for name, value in told_by(bali, original).items():
        assert at_the_centre[name] == value
    assert_sound(centre)


async def test_the_owner_refuses_and_the_way_is_open_for_another_interest(
    federation: FederationUnderTest, bali: Node, makassar: Node
) -> None:
    original = first_record(bali)
    replication = want(makassar, original)
    await sync_both(federation, makassar, bali)
    assert [it.turn for it in progress(bali)] == ["51"]
    take(bali, replication, "refusal")
    await sync_both(federation, bali, makassar)
    [refused] = progress(makassar)
    assert (refused.replication.step, refused.details) == ("refusal", "Surat 13/2026")
    assert want(makassar, original) != replication
    assert await counts(federation, original) == {"direct": 0, "all": 0}


async def test_who_wants_gives_up_and_nothing_comes_of_it(
    federation: FederationUnderTest, bali: Node, makassar: Node
) -> None:
    original = first_record(bali)
    replication = want(makassar, original)
    await sync_both(federation, makassar, bali)
    take(bali, replication, "agreement")
    await sync_both(federation, bali, makassar)
    take(makassar, replication, "withdrawal")
    await sync_both(federation, makassar, bali)
    assert [(it.replication.step, it.turn) for it in progress(bali)] == [("withdrawal", "")]
    assert await counts(federation, original) == {"direct": 0, "all": 0}
    assert_sound(federation.centre)


async def test_a_step_that_the_other_hub_forestalled_is_held_with_a_sentence(
    federation: FederationUnderTest, bali: Node, makassar: Node
) -> None:
    replication = want(makassar, first_record(bali))
    await sync_both(federation, makassar, bali)
    take(bali, replication, "agreement")
    await sync_both(federation, bali, makassar)
    take(bali, replication, "refusal")
    await federation.sync(bali)
    take(makassar, replication, "approval")  # before it has heard of the refusal
    await federation.sync(makassar)
    [step] = held(makassar)
    assert (step.replication, step.step, step.code) == (
        replication,
        "approval",
        "step_out_of_order",
    )
    assert step.sentence == "Langkah replikasi ini belum atau tidak lagi giliran hub ini."
    assert [it.replication.step for it in progress(makassar)] == ["refusal"]
    assert at_hub(makassar) == at_centre(federation.centre)
    assert_sound(federation.centre)
