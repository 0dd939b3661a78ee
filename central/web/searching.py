"""Cari: the national catalogue for everybody, by words and by what innovations are.

The address says all of the search, so that it can be handed on; nothing needs a script.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup
from sqlalchemy import Connection

from central import projection
from central.centre import Centre
from central.outlets.exporting import FORMATS
from central.projection import Found
from central.store import hubs
from central.web.innovation_parts import Award, awards
from central.web.searches import search_address
from central.web.visit import Visit
from protocol.canonical import Json, parse
from protocol.innovation.search_words import words_of
from protocol.innovation.searching import FACETS, misfit, year_of
from runtime.catalogue_search import counts_beside
from runtime.finding import Place, facets_of_found
from runtime.pages.facet_words import FacetWords
from runtime.pages.found_words import FoundWords
from runtime.pages.hub_names import HubNames

PAGE_SIZE = 20
CHARS_MAX = 200
WORDS_APART_MAX = 6
"""Of a question that finds nothing, so many words are shown with what each finds alone."""

ORDER, NEWEST = "urut", "terbaru"
"""What the address says where the order is that of age alone."""

EXPORTS = "/api/v1/innovations"
TOLD = ("summary", "objective")
"""Fields of which a row shows a part: the first in which a word was found, else the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for.

    Attributes:
        query: words, or "".
        filters: facet to value.
        after: the place after which the page begins, or None for the first.
        is_exact: whether nothing is searched in place of what was asked.
        newest_first: whether the order is that of age alone.
    """

    query: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    after: Place | None = None
    is_exact: bool = False
    newest_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One innovation that was found; the words that were asked for are marked.

    Attributes:
        whose: its agency and its unit.
        told: a part of what it says of itself.
        awards: those that the centre confirmed.
    """

    id: str
    title: Markup
    whose: Markup
    hub: str
    year: str
    told: Markup
    is_complete: bool
    awards: Sequence[Award]


async def search_page(visit: Visit) -> web.Response:
    """The innovations that match, the best first; without a question the newest."""
    asked, centre = _asked(visit), visit.centre

    def read(conn: Connection) -> dict[str, Any]:
        found = projection.search(
            conn,
            centre,
            query=asked.query,
            filters=asked.filters,
            limit=PAGE_SIZE,
            after=asked.after,
            is_exact=asked.is_exact,
            newest_first=asked.newest_first,
        )
        words = found.corrected or asked.query
        return {
            "found": found,
            "counts": _counts(conn, centre, asked, found),
            "hubs": HubNames(names=hubs.names(conn), say=visit.say),
            "apart": [] if found.total else _apart(conn, centre, asked),
            "unfiltered": _total(conn, centre, words) if asked.filters else 0,
        }

    async with visit.site.searches.taken():
        read_here = await centre.db.read(read)
    found, names = read_here["found"], read_here["hubs"]
    words = FacetWords(reader=visit.reader, hubs=names)
    marks = FoundWords(found.corrected or asked.query)
    said = {"q": asked.query} if asked.query else {}
    order = {ORDER: NEWEST} if asked.newest_first else {}
    best = {**said, **asked.filters}
    plain = {**best, **order}
    exactly = {**plain, "persis": "1"} if asked.is_exact else plain
    return await visit.public_page(
        "search.html",
        here="search",
        query=asked.query,
        filters=asked.filters,
        total=found.total,
        corrected_to=found.corrected,
        rows=[_row(parse(item), visit, names, marks) for item in found.items],
        facets=words.facets(read_here["counts"], asked.filters),
        chips=words.chips(best, lambda it: search_address({**it, **order})),
        newest_first=asked.newest_first,
        best=search_address(best),
        newest=search_address({**best, ORDER: NEWEST}),
        exact=search_address({**plain, "persis": "1"}),
        first=search_address(exactly) if asked.after else "",
        following=search_address({**exactly, "sesudah": found.next}) if found.next else "",
        files=_files(asked),
        apart=read_here["apart"],
        unfiltered=read_here["unfiltered"],
        without_filters=search_address(said),
    )


def _asked(visit: Visit) -> Asked:
    """What the address asks for; a value that no innovation can have asks for nothing."""
    values = {name: visit.text(name)[:CHARS_MAX] for name in FACETS}
    return Asked(
        query=visit.text("q")[:CHARS_MAX],
        filters={name: it for name, it in values.items() if it and not misfit(name, it)},
        after=Place.parse(visit.text("sesudah")),
        is_exact=bool(visit.text("persis")),
        newest_first=visit.text(ORDER) == NEWEST,
    )


def _counts(
    conn: Connection, centre: Centre, asked: Asked, found: Found
) -> dict[str, dict[str, int]]:
    """By facet, how many innovations each of its values would give beside the other filters."""
    query = found.corrected or asked.query

    def counts_of(filters: Mapping[str, str]) -> dict[str, dict[str, int]]:
        if filters == asked.filters:
            return {**found.facets}
        searched = projection.find(conn, centre, query=query, filters=filters, is_exact=True)
        return facets_of_found(conn, centre.documents, searched.found)

    return counts_beside(counts_of, asked.filters)


def _total(conn: Connection, centre: Centre, query: str) -> int:
    found = projection.find(conn, centre, query=query, filters={}, is_exact=True).found
    return found.total


def _apart(conn: Connection, centre: Centre, asked: Asked) -> list[tuple[str, int, str]]:
    """The words of a question that finds nothing: each, what it finds alone, and its address."""
    words = list(dict.fromkeys(words_of(asked.query)))[:WORDS_APART_MAX]
    totals = {word: _total(conn, centre, word) for word in words} if len(words) > 1 else {}
    return [(word, total, search_address({"q": word})) for word, total in totals.items() if total]


def _row(item: Json, visit: Visit, names: HubNames, marks: FoundWords) -> Row:
    shown: dict[str, Any] = item if isinstance(item, dict) else {}
    record = shown["record"]
    texts = [str(record[name]) for name in TOLD if record.get(name)]
    whose = (record.get("agency") or {}).get("name"), record.get("service_unit")
    told = next((it for it in texts if marks.are_in(it)), texts[0] if texts else "")
    return Row(
        id=shown["id"],
        title=marks.marked(str(record.get("title") or shown["id"])),
        whose=marks.marked(", ".join(str(it) for it in whose if it)),
        hub=names.text(shown["hub"]),
        year=year_of(record) or "",
        told=marks.marked(marks.excerpt(told)),
        is_complete=shown["completeness"]["complete"],
        awards=[it for it in awards(shown, visit.reader) if it.tone == "good"],
    )


def _files(asked: Asked) -> list[tuple[str, str]]:
    """What one sees as files: the name of each form, and its address."""
    words = {"q": asked.query} if asked.query else {}
    exact = {"exact": "1"} if asked.is_exact else {}
    query = urlencode({**words, **exact, **asked.filters})
    behind = f"?{query}" if query else ""
    return [(it.name, f"{EXPORTS}.{ending}{behind}") for ending, it in FORMATS.items()]
