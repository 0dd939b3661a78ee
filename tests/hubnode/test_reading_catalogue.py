"""The node's own copy of the catalogue: what narrows a search, and what is counted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hubnode import editing
from hubnode.node import Node
from hubnode.reading_catalogue import facet_counts, search_catalogue
from hubnode.replica import start_again
from hubnode.store.catalogue_facets import CATALOGUE_FACET, values_of
from protocol.canonical import Json
from tests.support.federation import FederationUnderTest
from tests.support.nodes import publish
from tests.support.stories import who
from tests.support.two_hubs import TwoHubs, two_hubs


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[TwoHubs]:
    """Bali and Makassar, which says what a market is for."""
    async with FederationUnderTest(tmp_path) as federation:
        found = await two_hubs(federation, await federation.hub("51"))
        publish(found.makassar, "Pasar ikan", category="Kesehatan", sdgs=[3], region="73")
        await found.sync()
        yield found


def found(node: Node, query: str = "", **filters: str) -> tuple[list[str], int]:
    """Titles, newest first, and how many there are in all."""
    page = node.db.read_sync(
        lambda conn: search_catalogue(conn, node, query=query, filters=filters, limit=10)
    )
    return [str(it["record"]["title"]) for it in page.items], page.total  # type: ignore[index,call-overload]


def counted(node: Node, query: str = "", **filters: str) -> dict[str, dict[str, int]]:
    return node.db.read_sync(lambda conn: facet_counts(conn, node, query=query, filters=filters))


async def test_a_goal_finds_each_innovation_that_names_it_among_others(world: TwoHubs) -> None:
    assert found(world.bali, sdg="16") == (["Antrean daring puskesmas"], 1)
    assert found(world.bali, sdg="3") == (["Pasar ikan", "Antrean daring puskesmas"], 2)


async def test_facets_and_words_narrow_together(world: TwoHubs) -> None:
    assert found(world.bali, "puskesmas", sdg="3", category="Kesehatan")[1] == 1
    assert found(world.bali, category="Kesehatan", province="73") == (["Pasar ikan"], 1)
    assert found(world.bali, "puskesmas", category="Kesehatan", province="73") == ([], 0)


async def test_a_facet_counts_what_its_other_values_would_give(world: TwoHubs) -> None:
    counts = counted(world.bali, sdg="16", category="Kesehatan")
    assert counts["sdg"] == {"3": 2, "16": 1}
    assert counts["category"] == {"Kesehatan": 1}
    assert counts["province"] == {"51": 1}


async def test_what_readers_do_not_see_is_neither_found_nor_counted(world: TwoHubs) -> None:
    hidden, edit = world.queue, editing.withdraw("Sudah berhenti.")
    world.bali.db.run_sync(
        lambda conn: editing.edit_record(
            conn, world.bali, who(world.bali), hidden, by="operator", edit=edit
        )
    )
    await world.sync()
    assert found(world.bali, sdg="16") == ([], 0)
    assert counted(world.bali)["sdg"] == {"3": 1}


async def test_a_copy_that_is_folded_afresh_counts_the_same(world: TwoHubs) -> None:
    node, before = world.bali, counted(world.bali)
    node.db.run_sync(lambda conn: start_again(conn, node, who(node)))
    assert counted(node) == before
    rows = node.db.read_sync(lambda conn: conn.execute(select(CATALOGUE_FACET)).all())
    assert len(rows) == len(set(rows))


def test_a_record_is_full_by_group() -> None:
    assert list(values_of({})) == []
    roadmap: dict[str, Json] = {"roadmap": [{"year": 2027, "target": "Semua puskesmas"}]}
    assert list(values_of(roadmap)) == [("full", "E")]
