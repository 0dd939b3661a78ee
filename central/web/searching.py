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
from central.reading import Item, read_many
from central.store import hubs
from central.web.innovation_parts import Award, awards
from central.web.searches import search_address
from central.web.visit import Visit
from protocol.canonical import Json, parse
from protocol.innovation.identifiers import is_uuid7
from protocol.innovation.search_words import words_of
from protocol.innovation.searching import FACETS, misfit, year_of
from runtime.catalogue_search import counts_beside
from runtime.finding import Place, facets_of_found
from runtime.pages.comparing import SIDES_MAX, SIDES_MIN
from runtime.pages.facet_words import FacetWords
from runtime.pages.found_words import FoundWords
from runtime.pages.hub_names import HubNames
from runtime.pages.rendering import see_other

PAGE_SIZE = 20
CHARS_MAX = 200
WORDS_APART_MAX = 6
"""Of a question that finds nothing, so many words are shown with what each finds alone."""

ORDER, NEWEST = "urut", "terbaru"
"""What the address says where the order is that of age alone."""

EXACT = "persis"
BESIDE = "id"
"""As `/bandingkan` calls it."""

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
        beside: ids of innovations that were chosen before, to be compared with one of these.
    """

    query: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    after: Place | None = None
    is_exact: bool = False
    newest_first: bool = False
    beside: Sequence[str] = ()

    @property
    def said(self) -> dict[str, str]:
        """The words."""
        return {"q": self.query} if self.query else {}

    @property
    def plain(self) -> dict[str, str]:
        """The words and the filters."""
        return {**self.said, **self.filters}

    @property
    def kept(self) -> dict[str, str | Sequence[str]]:
        """What every address of this search says beside its words and filters."""
        order = {ORDER: NEWEST} if self.newest_first else {}
        return {**order, **({BESIDE: self.beside} if self.beside else {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHere:
    """What a page was read with, all at one moment.

    Attributes:
        found: the innovations.
        counts: by facet, how many each of its values would give beside the other filters.
        beside: what was chosen before.
        hubs: what hubs are called, by id.
        apart: words that find something alone, where all together find nothing.
        unfiltered: how many the words alone find; 0 where nothing filters.
    """

    found: Found
    counts: Mapping[str, Mapping[str, int]]
    beside: Sequence[Item]
    hubs: Mapping[str, str]
    apart: Sequence[tuple[str, int, str]]
    unfiltered: int


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
    if not all(visit.request.query.values()):
        return _without_empty_fields(visit)
    asked, centre = _asked(visit), visit.centre
    async with visit.site.searches.taken():
        read_here = await centre.db.read(lambda conn: _read(conn, centre, asked))
    found, names = read_here.found, HubNames(names=read_here.hubs, say=visit.say)
    words = FacetWords(reader=visit.reader, hubs=names)
    marks = FoundWords(found.corrected or asked.query)
    return await visit.public_page(
        "search.html",
        here="search",
        query=asked.query,
        filters=asked.filters,
        kept=asked.kept,
        total=found.total,
        corrected_to=found.corrected,
        newest_first=asked.newest_first,
        rows=[_row(parse(item), visit, names, marks) for item in found.items],
        facets=words.facets(read_here.counts, asked.filters),
        chips=words.chips(asked.plain, lambda it: search_address({**it, **asked.kept})),
        beside=_beside(read_here.beside, asked),
        sides_min=SIDES_MIN,
        files=_files(asked),
        apart=read_here.apart,
        unfiltered=read_here.unfiltered,
        **_addresses(asked, found),
    )


def _without_empty_fields(visit: Visit) -> web.Response:
    """To the same search at an address that can be handed on: a form sends its empty fields too."""
    said = [(name, value) for name, value in visit.request.query.items() if value]
    return see_other(str(visit.request.url.with_query(said).relative()))


def _read(conn: Connection, centre: Centre, asked: Asked) -> ReadHere:
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
    return ReadHere(
        found=found,
        counts=_counts(conn, centre, asked, found),
        beside=read_many(conn, centre, asked.beside) if asked.beside else [],
        hubs=hubs.names(conn),
        apart=[] if found.total else _apart(conn, centre, asked),
        unfiltered=_total(conn, centre, words) if asked.filters else 0,
    )


def _addresses(asked: Asked, found: Found) -> dict[str, Any]:
    """Where this search leads to, by what the page calls it."""
    chosen = {BESIDE: asked.beside} if asked.beside else {}
    whole = {**asked.plain, **asked.kept}
    exactly = {**whole, **({EXACT: "1"} if asked.is_exact else {})}
    return {
        "best": search_address({**asked.plain, **chosen}),
        "newest": search_address({**asked.plain, **chosen, ORDER: NEWEST}),
        "exact": search_address({**whole, EXACT: "1"}),
        "first": search_address(exactly) if asked.after else "",
        "following": search_address({**exactly, "sesudah": found.next}) if found.next else "",
        "without_filters": search_address({**asked.said, **asked.kept}),
        "everything": search_address(asked.kept),
    }


def _asked(visit: Visit) -> Asked:
    """What the address asks for; a value that no innovation can have asks for nothing."""
    values = {name: visit.text(name)[:CHARS_MAX] for name in FACETS}
    return Asked(
        query=visit.text("q")[:CHARS_MAX],
        filters={name: it for name, it in values.items() if it and not misfit(name, it)},
        after=Place.parse(visit.text("sesudah")),
        is_exact=bool(visit.text(EXACT)),
        newest_first=visit.text(ORDER) == NEWEST,
        beside=[*dict.fromkeys(filter(is_uuid7, visit.texts(BESIDE)))][:SIDES_MAX],
    )


def _beside(items: Sequence[Item], asked: Asked) -> list[tuple[str, str, str]]:
    """What was chosen before: its id, its title, and the search without it."""
    ids = [str(it["id"]) for it in items]
    return [
        (
            identity,
            str(_fields(it).get("title") or identity),
            search_address(
                {**asked.plain, **asked.kept, BESIDE: [other for other in ids if other != identity]}
            ),
        )
        for identity, it in zip(ids, items, strict=True)
    ]


def _fields(item: Item) -> Mapping[str, Json]:
    record = item["record"]
    return record if isinstance(record, dict) else {}


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
