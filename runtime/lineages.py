"""Lineage as tables: what both houses derive about replications from the records of a fold.

The rules are `protocol.lineage`. The rows are written in the transaction that folds the decisions,
by the same code at the centre and at every hub (docs/decisions/0024). Records that no replication,
link or merge touches have no row, and cost nothing when they are new.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Select,
    String,
    Table,
    Text,
    and_,
    delete,
    or_,
    select,
)

from protocol.canonical import Json
from protocol.family import (
    GENERATIONS_MAX,
    RELATIVES_MAX,
    Ancestor,
    branches,
    family_document,
    replications_document,
    spread_document,
)
from protocol.lineage import ACTIVE, Link, Replication, link_of, replications_of
from protocol.record_state import RecordState, decode_record_state
from runtime.database import fingerprint_rows, upsert
from runtime.documents import DocumentStore
from runtime.id_lists import is_among

R = TypeVar("R", Replication, Link)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageTables:
    """The tables that `define_lineage_tables` made."""

    replication: Table
    link: Table


def define_lineage_tables(metadata: MetaData) -> LineageTables:
    """Defines the tables of one database's lineage. Hub ids have no bound: the log sets none."""
    replication = Table(
        "replication",
        metadata,
        Column("original", String(36), primary_key=True),
        Column("id", String(36), primary_key=True),
        Column("owner", Text, nullable=False, index=True),
        Column("hub", Text, nullable=False, index=True),
        Column("step", String(16), nullable=False),
        Column("place", BigInteger, nullable=False),
        Column("result", String(36)),
    )
    link = Table(
        "lineage",
        metadata,
        Column("record", String(36), primary_key=True),
        Column("original", Text, index=True),
        Column("is_confirmed", Boolean, nullable=False),
        Column("merged_into", String(36)),
        Column("state", String(9), nullable=False),
    )
    Index("ix_lineage_merged_into", link.c.merged_into)
    return LineageTables(replication=replication, link=link)


class LineageStore:
    """Keeps and follows lineage within the caller's transaction."""

    def __init__(self, tables: LineageTables) -> None:
        self._r = tables.replication
        self._l = tables.link

    def keep(self, conn: Connection, states: Collection[RecordState]) -> None:
        """Stores what these records say, where it differs from what is there."""
        older = [state.id for state in states if state.revision > 1]
        self._keep_links(conn, states, older)
        known = set(self.replications(conn, older)) if older else set()
        said = {(it.original, it.id): it for state in states for it in replications_of(state)}
        rows = [asdict(it) for _, it in sorted(said.items()) if it not in known]
        upsert(conn, self._r, rows, key=["original", "id"])
        for original, name in {(it.original, it.id) for it in known} - said.keys():
            is_left = and_(self._r.c.original == original, self._r.c.id == name)
            conn.execute(delete(self._r).where(is_left))

    def replications(self, conn: Connection, originals: Sequence[str]) -> list[Replication]:
        """The replications of these records."""
        return self._replications(conn, is_among(conn, self._r.c.original, originals))

    def replications_with(self, conn: Connection, hub: str) -> list[Replication]:
        """Those in which a hub takes part: as the one that wants, or as today's owner."""
        return self._replications(conn, or_(self._r.c.hub == hub, self._r.c.owner == hub))

    def above(self, conn: Connection, record: str) -> list[Ancestor]:
        """The originals above a record, the nearest first; no further than `GENERATIONS_MAX`."""
        found: list[Ancestor] = []
        met, below = {record}, self._link(conn, record)
        while below is not None and below.original is not None and len(found) < GENERATIONS_MAX:
            original = self._stand_in(conn, below.original)
            if original in met:
                break
            met.add(original)
            found.append(Ancestor(record=original, is_confirmed=below.is_confirmed))
            below = self._link(conn, original)
        return found

    def below(self, conn: Connection, record: str) -> list[Link]:
        """All that replicates a record or a replication of it, each once, no deeper than above.

        Of each, `original` is the record above it here: the one that stands for a merged original.
        """
        found: list[Link] = []
        met, parents = {record}, [record]
        for _ in range(GENERATIONS_MAX):
            stands_in = self._stands_in(conn, parents)
            is_below = is_among(conn, self._l.c.original, list(stands_in))
            links = [it for it in self._links(conn, is_below) if it.record not in met]
            if not links:
                break
            found += [replace(it, original=stands_in[it.original or ""]) for it in links]
            parents = [it.record for it in links]
            met.update(parents)
        return found

    def stood_for(self, conn: Connection, record: str) -> list[str]:
        """The record and all that were merged into it."""
        return list(self._stands_in(conn, [record]))

    def replicating(
        self, conn: Connection, record: str, *, within: Select[tuple[str]] | None = None
    ) -> Select[tuple[str]]:
        """The question for the ids of the active records that replicate a record directly.

        Args:
            conn: a transaction.
            record: id of the original.
            within: the question for the ids that count; None for all.
        """
        names_it = is_among(conn, self._l.c.original, self.stood_for(conn, record))
        is_counted = and_(self._l.c.state == ACTIVE, self._l.c.record != record)
        found = select(self._l.c.record).where(names_it, is_counted)
        return found if within is None else found.where(self._l.c.record.in_(within))

    def clear(self, conn: Connection) -> None:
        """Forgets everything: it can be derived again."""
        conn.execute(self._r.delete())
        conn.execute(self._l.delete())

    def fingerprint(self, conn: Connection) -> bytes:
        """SHA-256 over every row."""
        replications = select(self._r).order_by(self._r.c.original, self._r.c.id)
        return fingerprint_rows(conn, [replications, select(self._l).order_by(self._l.c.record)])

    def is_same(self, conn: Connection, states: Iterable[RecordState]) -> bool:
        """Whether exactly what these records say, which are all, is stored."""
        links: set[Link | None] = set()
        replications: set[Replication] = set()
        for state in states:
            links.add(link_of(state))
            replications.update(replications_of(state))
        stored = set(self._links(conn, None)), set(self._replications(conn, None))
        return stored == (links - {None}, replications)

    def _keep_links(
        self, conn: Connection, states: Iterable[RecordState], older: Sequence[str]
    ) -> None:
        found = [link for state in states if (link := link_of(state)) is not None]
        known = self._links(conn, is_among(conn, self._l.c.record, older)) if older else []
        fresh = sorted(set(found).difference(known), key=lambda it: it.record)
        upsert(conn, self._l, [asdict(it) for it in fresh], key=["record"])
        gone = {it.record for it in known} - {it.record for it in found}
        if gone:
            conn.execute(delete(self._l).where(is_among(conn, self._l.c.record, sorted(gone))))

    def _link(self, conn: Connection, record: str) -> Link | None:
        return next(iter(self._links(conn, self._l.c.record == record)), None)

    def _stand_in(self, conn: Connection, record: str) -> str:
        """The record that stands for another one: itself where it was merged into none."""
        for _ in range(GENERATIONS_MAX):
            link = self._link(conn, record)
            if link is None or link.merged_into is None:
                break
            record = link.merged_into
        return record

    def _stands_in(self, conn: Connection, records: Sequence[str]) -> dict[str, str]:
        """The records and all that were merged into them, each with the one that stands for it."""
        found = {record: record for record in records}
        fresh = list(records)
        for _ in range(GENERATIONS_MAX):
            merged = self._links(conn, is_among(conn, self._l.c.merged_into, fresh))
            named = {it.record: found[it.merged_into or ""] for it in merged}
            fresh = [record for record in named if record not in found]
            if not fresh:
                break
            found |= {record: named[record] for record in fresh}
        return found

    def _links(self, conn: Connection, where: ColumnElement[bool] | None) -> list[Link]:
        return _rows(conn, self._l, Link, where)

    def _replications(
        self, conn: Connection, where: ColumnElement[bool] | None
    ) -> list[Replication]:
        return _rows(conn, self._r, Replication, where)


def lineage_document(
    conn: Connection, lineages: LineageStore, documents: DocumentStore, state: RecordState
) -> dict[str, Json]:
    """What readers get of a record's lineage beside the record.

    Returns:
        `replications`, `family` and `spread`, as `protocol.family` says.
    """
    above = lineages.above(conn, state.id)
    tree = branches(state.id, lineages.below(conn, state.id))
    listed = [it.link.record for it in tree[:RELATIVES_MAX]]
    bodies = documents.get_many(conn, [*listed, *(it.record for it in above)])
    states = {record: decode_record_state(body) for record, body in bodies.items()}
    found = lineages.replications(conn, lineages.stood_for(conn, state.id))
    return {
        "replications": replications_document(found),
        "family": family_document(tree, above, states),
        "spread": spread_document(state, [states[it] for it in listed]),
    }


def _rows(
    conn: Connection, table: Table, form: type[R], where: ColumnElement[bool] | None
) -> list[R]:
    found: Select[Any] = select(table)
    rows = conn.execute(found if where is None else found.where(where))
    return [form(**row._asdict()) for row in rows]
