"""Katalog nasional: the replica searched, one innovation of it, and several side by side."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import Connection

from hubnode.confirming import confirmations
from hubnode.node import Node
from hubnode.reading_catalogue import (
    FACETS,
    facet_counts,
    read_innovation,
    read_many,
    read_state,
    search_catalogue,
)
from hubnode.replica import applied_size
from hubnode.replications import interests_waiting, progress
from hubnode.store import hubs, identity
from hubnode.web.own_facets import OWN_LABELS, OWN_WORDS
from hubnode.web.visit import Visit
from protocol.canonical import Json
from protocol.innovation import searching
from protocol.innovation.identifiers import is_uuid7
from runtime.finding import Place
from runtime.originals import titles_of_originals
from runtime.pages.comparing import DIFFERENT, SHOWN, SIDES_MAX, SIDES_MIN, at_a_glance
from runtime.pages.facet_words import FacetWords
from runtime.pages.family_tree import nested, places_by_province
from runtime.pages.field_values import groups_of
from runtime.pages.hub_names import HubNames
from runtime.pages.tile_map import tiles

PAGE_ITEMS = 20
VALUE_CHARACTERS_MAX = 200


async def catalogue_page(visit: Visit) -> web.Response:
    """The list: words, facets, pages; its address says all of it."""
    query, filters = visit.text("q")[:200], _filters(visit)
    after, is_exact = Place.parse(visit.text("sesudah")), bool(visit.text("persis"))

    def read(conn: Connection) -> dict[str, Any]:
        who = identity.get(conn)
        found = search_catalogue(
            conn,
            visit.node,
            query=query,
            filters=filters,
            limit=PAGE_ITEMS,
            after=after,
            is_exact=is_exact,
        )
        searched = found.corrected or query
        return {
            "found": found,
            "counts_by_facet": facet_counts(conn, visit.node, query=searched, filters=filters),
            "hubs": HubNames(names=hubs.names(conn), say=visit.say),
            "is_empty": who is None or not applied_size(conn, visit.node, who),
        }

    found = await visit.node.db.read(read)
    asked = {"q": query, **filters} if query else dict(filters)
    address = {**asked, "persis": "1"} if is_exact else asked
    words = FacetWords(reader=visit.reader, hubs=found["hubs"], labels=OWN_LABELS, words=OWN_WORDS)
    return await visit.hub_page(
        "catalogue.html",
        here="catalogue",
        query=query,
        found=found["found"],
        is_empty=found["is_empty"],
        facets=words.facets(found["counts_by_facet"], filters),
        filters=filters,
        chips=words.chips(asked, _address),
        exact=_address({**asked, "persis": "1"}),
        first=_address(address) if after else "",
        following=_address({**address, "sesudah": found["found"].next or ""}),
        fault=visit.text("pilih"),
    )


async def innovation_page(visit: Visit) -> web.Response:
    """One innovation: its fields, where it is at work, its family, and how it came to be here."""
    record = visit.request.match_info["record"]
    found = await visit.node.db.read(lambda conn: _read(conn, visit.node, record))
    if found is None:
        raise web.HTTPNotFound
    originals = found.pop("originals")
    return await visit.hub_page(
        "innovation_of_catalogue.html",
        here="catalogue",
        **found,
        groups=groups_of(found["innovation"]["record"], replace(visit.reader, titles=originals)),
        tiles=tiles(places_by_province(found["innovation"]["spread"]["places"])),
        reader=visit.reader,
        tree=nested(found["innovation"]["family"]["replications"], record),
    )


async def compare_page(visit: Visit) -> web.Response:
    """Two to four innovations side by side; asks again where it is another number."""
    asked = [it for it in dict.fromkeys(visit.request.query.getall("id", [])) if is_uuid7(it)]
    if not SIDES_MIN <= len(asked) <= SIDES_MAX:
        return visit.go("/katalog?pilih=lagi")
    found = await visit.node.db.read(lambda conn: read_many(conn, visit.node, asked))
    if len(found) < SIDES_MIN:
        raise web.HTTPNotFound
    records, is_brief = [_of(it) for it in found], visit.text(SHOWN) == DIFFERENT
    work = partial(at_a_glance, records, visit.reader, is_brief=is_brief)
    compared = await visit.node.db.worker.run(work)
    return await visit.hub_page("compare.html", here="catalogue", sides=found, **compared)


def _read(conn: Connection, node: Node, record: str) -> dict[str, Any] | None:
    who, innovation = identity.get(conn), read_innovation(conn, node, record)
    state = read_state(conn, node, record)
    if who is None or innovation is None or state is None:
        return None
    mine = [it for it in progress(conn, node, who) if it.replication.original == record]
    return {
        "innovation": innovation,
        "creation": state.creation,
        "originals": titles_of_originals(conn, node.documents, innovation["record"]),
        "own_hub": who.hub,
        "confirmed": confirmations(conn, node, who),
        "running": [it for it in mine if it.next],
        "is_wanted": any(it == record for it, _ in interests_waiting(conn, node, who)),
    }


def _filters(visit: Visit) -> dict[str, str]:
    """The facets of the address; a value that no innovation can have asks for nothing."""
    asked = {name: visit.text(name)[:VALUE_CHARACTERS_MAX] for name in FACETS}
    return {
        name: value
        for name, value in asked.items()
        if value and (name not in searching.FACETS or not searching.misfit(name, value))
    }


def _address(asked: Mapping[str, str]) -> str:
    named = {name: value for name, value in asked.items() if value}
    return f"/katalog?{urlencode(named)}" if named else "/katalog"


def _of(innovation: Mapping[str, Json]) -> Mapping[str, Json]:
    record = innovation["record"]
    return record if isinstance(record, dict) else {}
