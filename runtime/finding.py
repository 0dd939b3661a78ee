"""What a search finds: which documents, in which order, a page of them, and how many of each kind.

The order says how much of the question names a document and, of those that it names alike, which is
newer. It depends on nothing but the document and the question, so it is the same on both
databases and at every node, and what happens to other documents moves none to another page.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import Self

from sqlalchemy import Connection, Select, select

from runtime.document_columns import age_of
from runtime.documents import DocumentStore
from runtime.id_lists import is_among
from runtime.kept_found import Tiers
from runtime.word_index import NAME, Term, has_one_of, numbers_with

NAMED, NAMED_AS_TYPED = 2, 1
"""What a word counts that names a document in any form, and what more in the form it was typed."""

FEW = 2_000
"""Of so many documents it is faster to ask which have a word than which documents have it."""

_PLACE = re.compile(r"([0-9]{1,3})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the order of what a search found: behind a document.

    Attributes:
        score: of that document: how much of what was asked for names it.
        id: its id, a UUID.
    """

    score: int
    id: str

    @property
    def text(self) -> str:
        """As a cursor carries it."""
        return f"{self.score}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The place that has this text, or None where none has."""
        found = _PLACE.fullmatch(text)
        return cls(score=int(found[1]), id=found[2]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found.

    Attributes:
        tiers: (score, numbers of the documents that have it), the best first.
    """

    tiers: Tiers

    @property
    def total(self) -> int:
        """How many documents."""
        return sum(len(numbers) for _, numbers in self.tiers)

    @property
    def numbers(self) -> list[int]:
        """Of all documents that were found."""
        return [number for _, numbers in self.tiers for number in numbers]

    @property
    def by_age(self) -> "Found":
        """The same, ordered by age alone: the newest first, whatever names it."""
        return Found(tiers=[(0, self.numbers)] if self.tiers else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of what was found.

    Attributes:
        items: the bodies, the best first and of equals the newest id.
        next: the place after which it goes on, or None at the end.
    """

    items: tuple[bytes, ...]
    next: str | None


def find(
    conn: Connection,
    documents: DocumentStore,
    *,
    terms: Sequence[Term] = (),
    filters: Mapping[str, str] | None = None,
    within: Select[tuple[str]] | None = None,
    with_unseen: bool = False,
) -> Found:
    """The visible documents that have every term and every value.

    Args:
        conn: an open transaction.
        documents: among which.
        terms: words.
        filters: facet to value.
        within: the question for the ids that count, or None for all.
        with_unseen: whether documents of `within` count too that are not visible, unless words are
            asked for: what they say is nobody's to guess.
    """
    values = [has_one_of(name, [value]) for name, value in (filters or {}).items()]

    def work() -> Tiers:
        return _find(conn, documents, terms, values, within=within, with_unseen=with_unseen)

    if within is not None:
        return Found(tiers=work())
    state = documents.columns.state(conn)
    key = (with_unseen, *map(_key, terms), *map(_key, values))
    tiers = documents.kept_found.get(state, key)
    if tiers is None:
        tiers = work()
        documents.kept_found.keep(state, key, tiers)
    return Found(tiers=tiers)


def _find(
    conn: Connection,
    documents: DocumentStore,
    terms: Sequence[Term],
    values: Sequence[Term],
    *,
    within: Select[tuple[str]] | None,
    with_unseen: bool,
) -> Tiers:
    asked = [*terms, *values]
    found: Sequence[int] | None = numbers_with(conn, asked) if asked else None
    if within is not None:
        among = documents.numbers(conn, within)
        found = among if found is None else list(set(found).intersection(among))
    if not terms and not with_unseen:  # none has words that readers do not see
        columns = documents.columns.read(conn)
        found = columns.visible if found is None else columns.seen(found)
    return _tiers(conn, terms, asked, found or ())


def page_of(
    conn: Connection, documents: DocumentStore, found: Found, *, limit: int, after: Place | None
) -> Page:
    """A page of at most `limit` documents, of those behind a place."""
    rows: list[tuple[Place, bytes]] = []
    for score, numbers in found.tiers:
        if after is not None and score > after.score:
            continue
        before = after.id if after is not None and score == after.score else None
        wanted = limit + 1 - len(rows)
        for identity, body in _newest(conn, documents, numbers, before=before, limit=wanted):
            rows.append((Place(score=score, id=identity), body))
        if len(rows) > limit:
            break
    following = rows[limit - 1][0].text if len(rows) > limit else None
    return Page(items=tuple(body for _, body in rows[:limit]), next=following)


def facets_of_found(
    conn: Connection, documents: DocumentStore, found: Found
) -> dict[str, dict[str, int]]:
    """For each facet, how many of what was found have each of its values."""
    return documents.columns.read(conn).count(found.numbers)


def ids_of_found(conn: Connection, documents: DocumentStore, found: Found) -> Select[tuple[str]]:
    """The question for the ids of what was found, to be asked in another."""
    table = documents.table.c
    return select(table.id).where(is_among(conn, table.number, found.numbers))


def _key(term: Term) -> tuple[tuple[str, ...], str, str]:
    return tuple(term.tokens), term.beginning, term.typed


def _tiers(
    conn: Connection, terms: Sequence[Term], asked: Sequence[Term], numbers: Sequence[int]
) -> list[tuple[int, Sequence[int]]]:
    """The numbers by the scores of the documents, the highest first."""
    if not terms or not numbers:
        return [(0, numbers)] if numbers else []
    scores = bytearray(max(numbers) + 1)
    among = asked if len(numbers) <= FEW else ()
    for part, weight in chain.from_iterable(map(_parts, terms)):
        for number in numbers_with(conn, [part, *among]):
            if number < len(scores):
                scores[number] += weight
    given = bytes(map(scores.__getitem__, numbers))
    return [
        (score, list(compress(numbers, given.translate(_is_byte(score)))))
        for score in sorted(set(given), reverse=True)
    ]


def _is_byte(value: int) -> bytes:
    """Makes of bytes which of them are this one: 1 or 0."""
    return bytes(it == value for it in range(256))


def _parts(term: Term) -> Iterator[tuple[Term, int]]:
    """What is asked of the names of documents, and what it counts."""
    yield term.marked(NAME), NAMED
    if term.typed and term.typed not in term.tokens:
        yield Term(tokens=[term.typed]).marked(NAME), NAMED_AS_TYPED


def _newest(
    conn: Connection,
    documents: DocumentStore,
    numbers: Sequence[int],
    *,
    before: str | None,
    limit: int,
) -> Sequence[tuple[str, bytes]]:
    """(id, body) of those with the greatest ids, which are smaller than `before`."""
    chosen = numbers
    if len(numbers) > limit:
        chosen = _of_late(documents.columns.read(conn).ages, numbers, before=before, limit=limit)
    table = documents.table.c
    rows = select(table.id, table.body).where(is_among(conn, table.number, chosen))
    if before is not None:
        rows = rows.where(table.id < before)
    return [(row.id, row.body) for row in conn.execute(rows.order_by(table.id.desc()).limit(limit))]


def _of_late(
    ages: Sequence[int], numbers: Sequence[int], *, before: str | None, limit: int
) -> list[int]:
    """The numbers among which those are: ids of one age are not told apart here."""
    of_numbers = list(map(ages.__getitem__, numbers))
    ordered = sorted(of_numbers)  # mostly in order, so it is fast
    earlier, end = len(ordered), len(ordered)
    if before is not None:
        age = age_of(before)
        earlier, end = bisect_left(ordered, age), bisect_right(ordered, age)
    wanted = set(ordered[max(0, earlier - limit) : end])
    return list(compress(numbers, map(wanted.__contains__, of_numbers)))
