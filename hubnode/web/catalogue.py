"""Katalog nasional: the replica searched, one innovation of it, and several side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from hubnode.store import identity
from hubnode.store.catalogue_facets import ALL_REQUIRED, CATEGORY, FULL, GOAL
from hubnode.web.comparing import SIDES_MAX, SIDES_MIN, side_by_side
from hubnode.web.record_words import COMPLETENESS
from hubnode.web.visit import Visit
from protocol.canonical import Json
from protocol.innovation import searching
from protocol.innovation.identifiers import is_uuid7
from protocol.innovation.reference import table
from protocol.innovation.regions import region_name
from runtime.pages.field_values import form_of, groups_of
from runtime.pages.field_words import Reader
from runtime.pages.tile_map import tiles
from runtime.pages.translating import msg

PAGE_ITEMS = 20
VALUE_CHARACTERS_MAX = 200
_PROVINCE_DIGITS = 2
SHOWN_FACETS = {
    "province": msg("Provinsi"),
    "hub": msg("Hub asal"),
    "category": msg("Kategori"),
    "sdg": msg("TPB/SDGs"),
    "year": msg("Tahun mulai"),
    "complete": msg("Kelengkapan"),
    "stage": msg("Tahapan"),
    "innovation_type": msg("Jenis"),
    "agency_kind": msg("Jenis instansi"),
    "award": msg("Penghargaan"),
}
"""Facets that the list offers, with their words. A region is chosen by its address alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One facet with what may be chosen.

    Attributes:
        options: value, word and count of each.
        chosen: the value that is chosen, or "".
    """

    name: str
    label: str
    options: Sequence[tuple[str, str, int]]
    chosen: str


async def catalogue_page(visit: Visit) -> web.Response:
    """The list: words, facets, pages; its address says all of it."""
    query, filters = visit.text("q")[:200], _filters(visit)
    after = visit.text("sesudah") if is_uuid7(visit.text("sesudah")) else None

    def read(conn: Connection) -> dict[str, Any]:
        who = identity.get(conn)
        return {
            "found": search_catalogue(
                conn, visit.node, query=query, filters=filters, limit=PAGE_ITEMS, after=after
            ),
            "counts_by_facet": facet_counts(conn, visit.node, query=query, filters=filters),
            "is_empty": who is None or not applied_size(conn, visit.node, who),
        }

    found = await visit.node.db.read(read)
    asked = {"q": query, **filters} if query else dict(filters)
    return await visit.hub_page(
        "catalogue.html",
        here="catalogue",
        query=query,
        found=found["found"],
        is_empty=found["is_empty"],
        facets=_facets(visit.reader, found["counts_by_facet"], filters),
        filters=filters,
        chosen=_chosen(visit.reader, asked),
        region_name=region_name,
        first=_address(asked) if after else "",
        following=_address({**asked, "sesudah": found["found"].next or ""}),
        fault=visit.text("pilih"),
    )


async def innovation_page(visit: Visit) -> web.Response:
    """One innovation: its fields, where it is at work, its family, and how it came to be here."""
    record = visit.request.match_info["record"]
    found = await visit.node.db.read(lambda conn: _read(conn, visit.node, record))
    if found is None:
        raise web.HTTPNotFound
    counts: dict[str, int] = {}
    for place in found["innovation"]["spread"]["places"]:
        province = str(place["region"] or "")[:_PROVINCE_DIGITS]
        if province:
            counts[province] = counts.get(province, 0) + 1
    return await visit.hub_page(
        "innovation_of_catalogue.html",
        here="catalogue",
        **found,
        groups=groups_of(found["innovation"]["record"], visit.reader),
        tiles=tiles(counts),
        region_name=region_name,
        reader=visit.reader,
        tree=_nested(found["innovation"]["family"]["replications"], record),
    )


async def compare_page(visit: Visit) -> web.Response:
    """Two to four innovations side by side; asks again where it is another number."""
    asked = [it for it in dict.fromkeys(visit.request.query.getall("id", [])) if is_uuid7(it)]
    if not SIDES_MIN <= len(asked) <= SIDES_MAX:
        return visit.go("/katalog?pilih=lagi")
    found = await visit.node.db.read(lambda conn: read_many(conn, visit.node, asked))
    if len(found) < SIDES_MIN:
        raise web.HTTPNotFound
    return await visit.hub_page(
        "compare.html",
        here="catalogue",
        sides=found,
        parts=side_by_side([_of(it) for it in found], visit.reader),
        region_name=region_name,
    )


def _read(conn: Connection, node: Node, record: str) -> dict[str, Any] | None:
    who, innovation = identity.get(conn), read_innovation(conn, node, record)
    state = read_state(conn, node, record)
    if who is None or innovation is None or state is None:
        return None
    mine = [it for it in progress(conn, node, who) if it.replication.original == record]
    return {
        "innovation": innovation,
        "creation": state.creation,
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


def _facets(
    reader: Reader, counts: Mapping[str, Mapping[str, int]], filters: Mapping[str, str]
) -> list[Facet]:
    return [
        Facet(
            name=name,
            label=reader.say(word),
            options=_options(reader, name, counts[name], filters.get(name, "")),
            chosen=filters.get(name, ""),
        )
        for name, word in SHOWN_FACETS.items()
        if counts[name] or name in filters
    ]


def _options(
    reader: Reader, name: str, counts: Mapping[str, int], chosen: str
) -> list[tuple[str, str, int]]:
    values = dict.fromkeys([*counts, chosen] if chosen else counts)
    found = [(value, _facet_word(reader, name, value), counts.get(value, 0)) for value in values]
    if name == GOAL:
        return sorted(found, key=lambda it: (len(it[0]), it[0]))
    return sorted(found, key=lambda it: it[1], reverse=name == "year")


def _facet_word(reader: Reader, name: str, value: str) -> str:
    if name in ("province", "region"):
        return region_name(value) or value
    if name == "hub":
        region = region_name(value)
        return f"{region} ({value})" if region else value
    if name in _NAMED:
        return _NAMED[name](reader, value)
    path = ("agency", "kind") if name == "agency_kind" else (name,)
    return value if name in _AS_WRITTEN else reader.choice(form_of(*path), value)


def _full_word(reader: Reader, value: str) -> str:
    if value == ALL_REQUIRED:
        return reader.say(_LACKS_NOTHING)
    group = COMPLETENESS.get(value)
    return f"{value}. {reader.say(group)}" if group else value


def _goal_word(reader: Reader, value: str) -> str:
    goal = table("sdgs")["goals"].get(value)
    return f"{value}. {goal[reader.language]}" if goal else value


_AS_WRITTEN = ("year", CATEGORY)
_LACKS_NOTHING = msg("Lengkap A-D")
_NAMED: Mapping[str, Callable[[Reader, str], str]] = {
    "award": Reader.standing,
    GOAL: _goal_word,
    FULL: _full_word,
}


def _chosen(reader: Reader, asked: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What narrows the list: its label, its value in words, and the address without it."""
    found = []
    for name, value in asked.items():
        label = _LABELS[name]
        word = value if name == "q" else _facet_word(reader, name, value)
        others = {other: it for other, it in asked.items() if other != name}
        found.append((reader.say(label), word, _address(others)))
    return found


_LABELS = {**SHOWN_FACETS, "q": msg("Kata"), "region": msg("Wilayah")}


def _address(asked: Mapping[str, str]) -> str:
    named = {name: value for name, value in asked.items() if value}
    return f"/katalog?{urlencode(named)}" if named else "/katalog"


def _of(innovation: Mapping[str, Json]) -> Mapping[str, Json]:
    record = innovation["record"]
    return record if isinstance(record, dict) else {}


def _nested(rows: Sequence[Mapping[str, Any]], record: str) -> list[dict[str, Any]]:
    """The replications as a tree: each with what came of it under `below`."""
    return [
        {**row, "below": _nested(rows, row["record"])} for row in rows if row["original"] == record
    ]
