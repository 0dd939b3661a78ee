"""The hub's own records and drafts as a list that people search, filter and sort.

The database finds, sorts, pages and counts (`hubnode.store.listed`); only the rows of one page are
read whole.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    false,
    func,
    or_,
    select,
    true,
)

from hubnode.held import Waits, held_changes
from hubnode.node import Node
from hubnode.showing import unseen_records
from hubnode.store import drafts, outcomes, records
from hubnode.store.drafts import DRAFT, Draft, DraftState
from hubnode.store.identity import Identity
from hubnode.store.listed import LISTED, agency_name
from hubnode.store.outbox import PENDING
from hubnode.store.records import OWN_RECORD
from hubnode.store.tables import DOCUMENT_TABLES
from protocol.canonical import Json
from protocol.catalogue import MERGED
from protocol.entries.record_decisions import HIDDEN
from protocol.innovation.completeness import GROUPS, completeness
from protocol.innovation.searching import year_of
from runtime.id_lists import is_among


class ListState(StrEnum):
    """How a record of the hub stands, in one word."""

    DRAFT = "draft"
    SAMPLE = "sample"
    PENDING = "pending"
    SENT = "sent"
    HELD = "held"
    CONFLICT = "conflict"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    MERGED = "merged"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of the list.

    Attributes:
        id: of the record; of a draft that begins one, of the draft.
        state: how it stands.
        draft: the draft that begins or amends it, or None.
        title, year, region, agency: as the hub has them, or "".
        missing: fields that count and are empty, by completeness group; full groups are absent.
        present, total: fields that count in the groups A to E.
    """

    id: str
    state: ListState
    draft: Draft | None
    title: str
    year: str
    region: str
    agency: str
    missing: Mapping[str, tuple[str, ...]]
    present: int
    total: int
    updated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody looks for; "" asks for nothing in particular.

    Attributes:
        query: words of the title, the short name, the agency or a number.
        missing: a completeness group that is not full.
        among: ids that count, or None for all.
    """

    query: str = ""
    state: str = ""
    missing: str = ""
    category: str = ""
    year: str = ""
    region: str = ""
    sort: str = ""
    among: Collection[str] | None = None


FACETS = ("state", "missing", "category", "year", "region")
SORTS = ("updated", "title", "year", "completeness")


class OwnList:
    """The list as it is in one transaction."""

    def __init__(self, conn: Connection, node: Node, who: Identity) -> None:
        self._conn = conn
        self._state = _state_of(conn, node, who)

    def total(self) -> int:
        """How many rows there are."""
        return self._count(true())

    def count(self, question: Question) -> int:
        """How many rows are asked for."""
        return self._count(self._fits(question, FACETS))

    def page(self, question: Question, *, limit: int, offset: int = 0) -> list[Listed]:
        """Rows that are asked for, in the order that is asked for."""
        found = (
            _rows(select(LISTED.c.id, self._state))
            .where(self._fits(question, FACETS))
            .order_by(*_order(question.sort))
            .limit(limit)
            .offset(offset)
        )
        states = {row[0]: ListState(row[1]) for row in self._conn.execute(found)}
        return _read(self._conn, states)

    def counts(self, question: Question) -> dict[str, dict[str, int]]:
        """By facet, how many rows each value would leave if it were chosen instead."""
        return {facet: self._counts_of(question, facet) for facet in FACETS}

    def state(self, record: str) -> ListState:
        """How one record stands."""
        found = _rows(select(self._state)).where(LISTED.c.id == record)
        state = self._conn.execute(found).scalar()
        return ListState.PUBLISHED if state is None else ListState(state)

    def _count(self, fits: ColumnElement[bool]) -> int:
        return int(self._conn.execute(_rows(select(func.count())).where(fits)).scalar_one())

    def _counts_of(self, question: Question, facet: str) -> dict[str, int]:
        fits = self._fits(question, [name for name in FACETS if name != facet])
        if facet == "missing":
            lacking = {name: self._count(and_(fits, _lacks(name))) for name in GROUPS}
            return {name: count for name, count in lacking.items() if count}
        value = self._state if facet == "state" else LISTED.c[facet]
        grouped = _rows(select(value, func.count())).where(fits, value != "").group_by(value)
        counts = {str(row[0]): int(row[1]) for row in self._conn.execute(grouped)}
        if facet == "state" and (begun := self._count(and_(fits, _IS_WRITTEN))):
            counts[ListState.DRAFT] = begun
        return dict(sorted(counts.items()))

    def _fits(self, question: Question, facets: Iterable[str]) -> ColumnElement[bool]:
        fits: list[ColumnElement[bool]] = [true()]
        if question.among is not None:
            fits.append(is_among(self._conn, LISTED.c.id, list(question.among)))
        for word in question.query.casefold().split():
            fits.append(LISTED.c.words.contains(word, autoescape=True))  # noqa: PERF401
        chosen = ((facet, getattr(question, facet)) for facet in facets)
        return and_(*fits, *(self._has(facet, value) for facet, value in chosen if value))

    def _has(self, facet: str, value: str) -> ColumnElement[bool]:
        if facet == "missing":
            return _lacks(value)
        if facet != "state":
            return LISTED.c[facet] == value
        is_it = self._state == value
        return or_(is_it, _IS_WRITTEN) if value == ListState.DRAFT else is_it


_SAMPLES = select(DRAFT.c.id).where(DRAFT.c.state == DraftState.SAMPLE.value)
_IS_WRITTEN = and_(or_(LISTED.c.is_draft, DRAFT.c.id.is_not(None)), LISTED.c.id.not_in(_SAMPLES))


def _rows(columns: Select[Any]) -> Select[Any]:
    """A question about rows, each with its record and with the draft that amends it."""
    return columns.select_from(
        LISTED.outerjoin(OWN_RECORD, OWN_RECORD.c.id == LISTED.c.id).outerjoin(
            DRAFT, DRAFT.c.record == LISTED.c.id
        )
    )


def _lacks(group: str) -> ColumnElement[bool]:
    return LISTED.c.missing.contains(group) if group in GROUPS else false()


def _state_of(conn: Connection, node: Node, who: Identity) -> ColumnElement[str]:
    """What a person has to know first."""
    row, document = LISTED.c, DOCUMENT_TABLES.document.c
    kept = [it for it in held_changes(conn, node, who) if it.waits is not Waits.NOBODY]
    held = sorted({it.outcome.record for it in kept if it.outcome.record})
    contested = select(document.id).where(document.contested, document.owner == who.hub)
    unseen = unseen_records(conn, node, who.hub)
    hidden, merged = (
        [record for record, why in unseen.items() if why == wanted] for wanted in (HIDDEN, MERGED)
    )
    return case(
        (row.id.in_(_SAMPLES), ListState.SAMPLE),
        (row.is_draft, ListState.DRAFT),
        (row.id.in_(select(PENDING.c.record)), ListState.PENDING),
        (is_among(conn, row.id, held), ListState.HELD),
        (OWN_RECORD.c.last_own >= outcomes.decided_size(conn), ListState.SENT),
        (row.id.in_(contested), ListState.CONFLICT),
        (is_among(conn, row.id, hidden), ListState.HIDDEN),
        (is_among(conn, row.id, merged), ListState.MERGED),
        (OWN_RECORD.c.withdrawn, ListState.WITHDRAWN),
        else_=ListState.PUBLISHED,
    )


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    row = LISTED.c
    match sort:
        case "title":
            return (row.title_key, row.id)
        case "year":
            return (row.year.desc(), row.id.desc())
        case "completeness":
            return (row.present * 1.0 / row.total, row.id)
        case _:
            drafted = func.coalesce(DRAFT.c.updated_at, row.updated_at)
            own = func.coalesce(row.updated_at, DRAFT.c.updated_at)
            return (func.max(own, drafted).desc(), row.id.desc())


def _read(conn: Connection, states: Mapping[str, ListState]) -> list[Listed]:
    """The rows of a page, whole, in the same order."""
    own = records.get_many(conn, list(states))
    written = drafts.about(conn, list(states))
    rows = []
    for id_, state in states.items():
        draft, record = written.get(id_), own.get(id_)
        fields = record.fields if record else draft.fields if draft else {}
        rows.append(_row(id_, fields, state, draft, record.updated_at if record else None))
    return rows


def _row(
    id_: str, fields: Mapping[str, Json], state: ListState, draft: Draft | None, at: datetime | None
) -> Listed:
    groups = completeness(fields).groups
    return Listed(
        id=id_,
        state=state,
        draft=draft,
        title=str(fields.get("title", "")),
        year=year_of(fields) or "",
        region=str(fields.get("region", "")),
        agency=agency_name(fields),
        missing={it: groups[it].missing for it in GROUPS if groups[it].missing},
        present=sum(it.present for it in groups.values()),
        total=sum(it.total for it in groups.values()),
        updated_at=max((it for it in (at, draft and draft.updated_at) if it), default=None),
    )
