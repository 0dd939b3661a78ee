"""The hub's own records and drafts as a list that people search, filter and sort.

Everything is read afresh for every question: a hub has hundreds of records, some have thousands.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.showing import unseen_records
from hubnode.store import drafts, outbox, outcomes, records
from hubnode.store.drafts import Draft, DraftState
from hubnode.store.identity import Identity
from hubnode.store.outcomes import Standing
from hubnode.store.records import OwnRecord
from protocol.canonical import Json
from protocol.catalogue import MERGED
from protocol.entries.record_decisions import HIDDEN
from protocol.innovation.completeness import GROUPS, completeness
from protocol.innovation.searching import year_of
from protocol.record_state import decode_record_state

PAGE_RECORDS = 500


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
        title, category, year, region, agency: as the hub has them, or "".
        missing: fields that count and are empty, by completeness group; full groups are absent.
        words: what it is found by, in lower case.
        present, total: fields that count in the groups A to E.
    """

    id: str
    state: ListState
    draft: Draft | None
    title: str
    category: str
    year: str
    region: str
    agency: str
    words: str
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


def every_row(conn: Connection, node: Node, who: Identity) -> list[Listed]:
    """All records of the hub, and the drafts that begin one."""
    stands = _standings(conn, node, who)
    known = {it.record or it.id: it for it in drafts.every(conn)}
    rows: list[Listed] = []
    for own in _records(conn):
        draft = known.pop(own.id, None)
        rows.append(_row(own.id, own.fields, stands.of(own), draft, own.updated_at))
    begun = (it for it in known.values() if it.record is None and it.fields)
    rows += (_row(it.id, it.fields, _state_of_draft(it), it, it.updated_at) for it in begun)
    return rows


def state_of_record(conn: Connection, node: Node, who: Identity, record: str) -> ListState:
    """How one record stands, with the word that the list has for it."""
    own = records.get(conn, record)
    return _standings(conn, node, who).of(own) if own else ListState.PUBLISHED


def answers_to(question: Question, rows: Iterable[Listed]) -> list[Listed]:
    """The rows that are asked for, in the order that is asked for."""
    found = [row for row in rows if _fits(question, row, FACETS)]
    match question.sort:
        case "title":
            return sorted(found, key=lambda row: (row.title.casefold(), row.id))
        case "year":
            return sorted(found, key=lambda row: (row.year, row.id), reverse=True)
        case "completeness":
            return sorted(found, key=lambda row: (row.present / row.total, row.id))
        case _:
            return sorted(found, key=lambda row: (_when(row), row.id), reverse=True)


def counts(question: Question, rows: Sequence[Listed]) -> dict[str, dict[str, int]]:
    """By facet, how many rows each value would leave if it were chosen instead of the present."""
    found: dict[str, dict[str, int]] = {}
    for facet in FACETS:
        others = [name for name in FACETS if name != facet]
        fitting = [row for row in rows if _fits(question, row, others)]
        count = Counter(value for row in fitting for value in _values(row, facet) if value)
        found[facet] = dict(sorted(count.items()))
    return found


def _fits(question: Question, row: Listed, facets: Iterable[str]) -> bool:
    if question.among is not None and row.id not in question.among:
        return False
    if not all(word in row.words for word in question.query.casefold().split()):
        return False
    chosen = ((facet, getattr(question, facet)) for facet in facets)
    return all(value in _values(row, facet) for facet, value in chosen if value)


def _values(row: Listed, facet: str) -> tuple[str, ...]:
    match facet:
        case "state":
            is_written = row.draft and row.state is not ListState.SAMPLE
            return (row.state, ListState.DRAFT) if is_written else (row.state,)
        case "missing":
            return tuple(row.missing)
        case _:
            return (str(getattr(row, facet)),)


def _state_of_draft(draft: Draft) -> ListState:
    return ListState.SAMPLE if draft.state is DraftState.SAMPLE else ListState.DRAFT


def _when(row: Listed) -> float:
    return row.updated_at.timestamp() if row.updated_at else 0.0


def _row(
    id_: str, fields: Mapping[str, Json], state: ListState, draft: Draft | None, at: datetime | None
) -> Listed:
    groups = completeness(fields).groups
    agency = fields.get("agency")
    name = str(agency.get("name", "")) if isinstance(agency, dict) else ""
    texts = (fields.get(it) for it in ("title", "short_name", "service_unit", "external_ids"))
    return Listed(
        id=id_,
        state=state,
        draft=draft,
        title=str(fields.get("title", "")),
        category=str(fields.get("category", "")),
        year=year_of(fields) or "",
        region=str(fields.get("region", "")),
        agency=name,
        words=" ".join([id_, name, *(str(it) for it in texts if it)]).casefold(),
        missing={it: groups[it].missing for it in GROUPS if groups[it].missing},
        present=sum(it.present for it in groups.values()),
        total=sum(it.total for it in groups.values()),
        updated_at=max((it for it in (at, draft and draft.updated_at) if it), default=None),
    )


def _records(conn: Connection) -> Iterator[OwnRecord]:
    after: str | None = None
    while True:
        page = records.page(conn, limit=PAGE_RECORDS, after=after)
        yield from page
        if len(page) < PAGE_RECORDS:
            return
        after = page[-1].id


_UNSEEN = {HIDDEN: ListState.HIDDEN, MERGED: ListState.MERGED}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standings:
    """What is known of all records at once, to say how each stands.

    Attributes:
        decided_size: up to where the centre has decided about the own log.
        centre: what the centre makes of some records.
    """

    pending: Collection[str]
    held: Collection[str]
    decided_size: int
    contested: Collection[str]
    centre: Mapping[str, ListState]

    def of(self, own: OwnRecord) -> ListState:
        """What a person has to know first."""
        if own.id in self.pending:
            return ListState.PENDING
        if own.id in self.held:
            return ListState.HELD
        if own.last_own >= self.decided_size:
            return ListState.SENT
        if own.id in self.contested:
            return ListState.CONFLICT
        quiet = ListState.WITHDRAWN if own.withdrawn else ListState.PUBLISHED
        return self.centre.get(own.id, quiet)


def _standings(conn: Connection, node: Node, who: Identity) -> _Standings:
    unseen = unseen_records(conn, node, who.hub)
    contested = node.documents.contested(conn, owner=who.hub)
    waiting = (it for it in outcomes.held(conn) if it.standing is Standing.HELD and it.record)
    return _Standings(
        pending=outbox.records_with_pending(conn),
        held=frozenset(str(it.record) for it in waiting),
        decided_size=outcomes.decided_size(conn),
        contested=frozenset(decode_record_state(body).id for body in contested),
        centre={it: _UNSEEN[why] for it, why in unseen.items() if why in _UNSEEN},
    )
