"""Documents derived from a log: opaque bytes with a digest, facets and a text to search.

Both houses keep what they fold from the national log here (docs/decisions/0004). A document is
replaced as a whole; nothing here knows what it is about. Full text: FTS5 on SQLite, a `tsvector` of
configuration `simple` on PostgreSQL; the caller brings stems in the text if it wants them.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    and_,
    event,
    false,
    func,
    select,
    text,
)

from protocol.documents import Document
from runtime.database import ROWS_AT_ONCE, fingerprint_rows, upsert
from runtime.id_lists import is_among

TERMS_MAX = 16
FACET_CHARS_MAX = 120
"""The longest value of a facet: a category (`protocol.innovation`, schema 1.0.0)."""
_WORD = re.compile(r"\w+")

_CONTESTED = "CREATE INDEX ix_document_contested ON document (id, owner) WHERE contested"
"""An index of few documents, so that the others pay nothing for it."""

_INDEXES = {
    "sqlite": (
        f"{_CONTESTED} IS 1",
        (
            "CREATE VIRTUAL TABLE document_fts USING fts5"
            "(text, content='document', content_rowid='number', tokenize='unicode61')"
        ),
    ),
    "postgresql": (
        f"{_CONTESTED} IS true",
        (
            "ALTER TABLE document ADD COLUMN search tsvector "
            "GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED"
        ),
        "CREATE INDEX ix_document_search ON document USING gin (search)",
    ),
}
"""In SQL, because an `Index` with PostgreSQL's words loads its dialect: 2 MB of every node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of search results.

    Attributes:
        items: the bodies, newest id first.
        next: id to go on after, or None at the end.
        total: how many match in all.
    """

    items: tuple[bytes, ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a fold has come in a log."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTables:
    """The tables that `define_document_tables` made."""

    document: Table
    cursor: Table
    facets: tuple[str, ...]


def define_document_tables(metadata: MetaData, *, facets: Sequence[str]) -> DocumentTables:
    """Defines the tables of one database's documents, with an indexed column a facet."""
    document = Table(
        "document",
        metadata,
        Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("id", String(64), nullable=False, unique=True),
        Column("owner", String(64), nullable=False),
        Column("visible", Boolean, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("contested", Boolean, nullable=False),
        Column("text", Text, nullable=False),
        *(Column(f"facet_{name}", String(FACET_CHARS_MAX), index=True) for name in facets),
        Index("ix_document_digests", "id", "digest"),  # so that `digests` reads no body
    )
    for dialect, statements in _INDEXES.items():
        for statement in statements:
            ddl = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(document, "after_create", ddl.execute_if(dialect=dialect))
    cursor = Table(
        "document_cursor",
        metadata,
        Column("name", String(64), primary_key=True),
        Column("origin", String(512), nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("root", LargeBinary, nullable=False),
    )
    return DocumentTables(document=document, cursor=cursor, facets=tuple(facets))


class DocumentStore:
    """Reads, replaces and searches documents within the caller's transaction."""

    def __init__(self, tables: DocumentTables) -> None:
        self._d = tables.document
        self._cursor = tables.cursor
        self.facet_names = tables.facets
        self._facet_columns = [(f"facet_{name}", name) for name in tables.facets]

    def put_many(self, conn: Connection, documents: Sequence[Document]) -> None:
        """Inserts or replaces documents, each id once; bulk."""
        if not documents:
            return
        known = self._numbers(conn, [document.id for document in documents])
        following = (conn.execute(select(func.max(self._d.c.number))).scalar() or 0) + 1
        rows = []
        for document in documents:
            number = known.get(document.id, following)
            following += number == following
            rows.append(self._row(document, number))
        if conn.dialect.name == "sqlite":
            _unindex(conn, list(known.values()))
        upsert(conn, self._d, rows, key=["id"])
        if conn.dialect.name == "sqlite":
            _index(conn, rows)

    def get_many(self, conn: Connection, ids: Sequence[str]) -> dict[str, bytes]:
        """The bodies of those documents that exist."""
        found = select(self._d.c.id, self._d.c.body).where(is_among(conn, self._d.c.id, ids))
        return {row.id: row.body for row in conn.execute(found)}

    def known(self, conn: Connection, ids: Sequence[str]) -> set[str]:
        """Those of these ids that a document has."""
        found = select(self._d.c.id).where(is_among(conn, self._d.c.id, ids))
        return set(conn.execute(found).scalars())

    def get(self, conn: Connection, document_id: str) -> bytes | None:
        """The body of a document, or None."""
        return self.get_many(conn, [document_id]).get(document_id)

    def contested(self, conn: Connection, *, owner: str | None = None) -> list[bytes]:
        """The bodies of the documents that a person has to look at, of all owners or of one."""
        found = select(self._d.c.body).where(self._d.c.contested.is_(True)).order_by(self._d.c.id)
        if owner is not None:
            found = found.where(self._d.c.owner == owner)
        return [row.body for row in conn.execute(found)]

    def contested_ids(self, conn: Connection, *, owner: str | None = None) -> list[str]:
        """The ids of the documents that a person has to look at, ascending; reads no body."""
        found = select(self._d.c.id).where(self._d.c.contested.is_(True)).order_by(self._d.c.id)
        if owner is not None:
            found = found.where(self._d.c.owner == owner)
        return list(conn.execute(found).scalars())

    def contested_count(self, conn: Connection) -> int:
        """How many documents a person has to look at, of all owners."""
        found = select(func.count()).select_from(self._d).where(self._d.c.contested.is_(True))
        return conn.execute(found).scalar_one()

    def scan(
        self,
        conn: Connection,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        visible: bool | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[tuple[str, bytes]]:
        """(id, body) of documents in ascending order of their ids, invisible ones too.

        Args:
            conn: an open transaction.
            filters: facet to the values of which it has one.
            visible: only those that a search finds, or only the others.
            after: id after which to go on.
            limit: how many at most.
        """
        found = select(self._d.c.id, self._d.c.body).order_by(self._d.c.id).limit(limit)
        for name, values in (filters or {}).items():
            found = found.where(self._d.c[f"facet_{name}"].in_(values))
        if visible is not None:
            found = found.where(self._d.c.visible.is_(visible))
        if after is not None:
            found = found.where(self._d.c.id > after)
        return [(row.id, row.body) for row in conn.execute(found)]

    def visible(self, conn: Connection) -> Iterator[bytes]:
        """The body of every document that a search finds, a few at a time."""
        found = select(self._d.c.body).where(self._d.c.visible.is_(True))
        for row in conn.execute(found.execution_options(yield_per=ROWS_AT_ONCE)):
            yield row.body

    def digests(self, conn: Connection) -> Iterator[tuple[str, bytes]]:
        """(id, SHA-256 of the body) of every document, ascending by the bytes of the id."""
        rows = conn.execute(select(self._d.c.id, self._d.c.digest)).all()
        yield from sorted((row.id, row.digest) for row in rows)

    def fingerprint(self, conn: Connection) -> bytes:
        """SHA-256 over every document with all that finds it; not over its place in the table."""
        columns = [column for column in self._d.c if column.name != "number"]
        return fingerprint_rows(conn, [select(*columns).order_by(self._d.c.id)])

    def count(self, conn: Connection, *, owner: str | None = None, is_visible: bool = False) -> int:
        """How many documents there are, of all owners or of one; visible or not, or visible."""
        found = select(func.count()).select_from(self._d)
        if is_visible:
            found = found.where(self._d.c.visible.is_(True))
        if owner is not None:
            found = found.where(self._d.c.owner == owner)
        return conn.execute(found).scalar() or 0

    def search(
        self,
        conn: Connection,
        *,
        query: str = "",
        filters: Mapping[str, str] | None = None,
        limit: int,
        after: str | None = None,
        within: Select[tuple[str]] | None = None,
    ) -> Page:
        """Visible documents that have every word of `query` (the last as a prefix) and filter.

        Args:
            conn: an open transaction.
            query: what a person typed; never a syntax error. Blank asks for nothing in particular,
                one of signs alone for a word that no document has.
            filters: facet to value.
            limit: items a page, at least 1.
            after: the `next` of the page before.
            within: the question for the ids that count. Then documents that are not visible count
                too, unless words are asked for: what they say is nobody's to guess.
        """
        matching = self._matching(conn, query, filters or {}, within)
        total = conn.execute(select(func.count()).select_from(self._d).where(matching)).scalar()
        page: Select[Any] = select(self._d.c.id, self._d.c.body).where(matching)
        if after is not None:
            page = page.where(self._d.c.id < after)
        rows = conn.execute(page.order_by(self._d.c.id.desc()).limit(limit + 1)).all()
        following = rows[limit - 1].id if len(rows) > limit else None
        items = tuple(row.body for row in rows[:limit])
        return Page(items=items, next=following, total=total or 0)

    def ids(
        self,
        conn: Connection,
        *,
        query: str = "",
        filters: Mapping[str, str] | None = None,
        within: Select[tuple[str]] | None = None,
    ) -> Select[tuple[str]]:
        """The question for the ids of the documents that `search` finds, to be asked in another."""
        return select(self._d.c.id).where(self._matching(conn, query, filters or {}, within))

    def bodies(self, conn: Connection, ids: Select[tuple[str]]) -> Iterator[bytes]:
        """The body of every document that this question finds, newest id first, a few at a time."""
        found = select(self._d.c.body).where(self._d.c.id.in_(ids)).order_by(self._d.c.id.desc())
        for row in conn.execute(found.execution_options(yield_per=ROWS_AT_ONCE)):
            yield row.body

    def facets(
        self,
        conn: Connection,
        *,
        query: str = "",
        filters: Mapping[str, str] | None = None,
        within: Select[tuple[str]] | None = None,
    ) -> dict[str, dict[str, int]]:
        """For each facet, how many of what `search` finds have each of its values."""
        matching = self._matching(conn, query, filters or {}, within)
        counts: dict[str, dict[str, int]] = {}
        for name in self.facet_names:
            column = self._d.c[f"facet_{name}"]
            rows = conn.execute(
                select(column, func.count()).where(matching, column.is_not(None)).group_by(column)
            )
            counts[name] = dict(sorted((row[0], row[1]) for row in rows))
        return counts

    def forget_words(self, conn: Connection) -> None:
        """Takes the words of replaced texts out of SQLite's index, which keeps them until then."""
        if conn.dialect.name == "sqlite":
            conn.execute(text("INSERT INTO document_fts (document_fts) VALUES ('optimize')"))

    def clear(self, conn: Connection) -> None:
        """Forgets every document and cursor: they can be derived again."""
        conn.execute(self._d.delete())
        conn.execute(self._cursor.delete())
        if conn.dialect.name == "sqlite":
            conn.execute(text("INSERT INTO document_fts (document_fts) VALUES ('delete-all')"))

    def cursor_get(self, conn: Connection, name: str) -> Cursor | None:
        """Where the fold of that name stands."""
        row = conn.execute(select(self._cursor).where(self._cursor.c.name == name)).first()
        return Cursor(origin=row.origin, size=row.size, root=row.root) if row else None

    def cursor_set(
        self, conn: Connection, name: str, *, origin: str, size: int, root: bytes
    ) -> None:
        """Moves it; call in the transaction that changed the documents."""
        row = {"name": name, "origin": origin, "size": size, "root": root}
        upsert(conn, self._cursor, [row], key=["name"])

    def _row(self, document: Document, number: int) -> dict[str, Any]:
        return {
            "number": number,
            "id": document.id,
            "owner": document.owner,
            "visible": document.visible,
            "body": document.body,
            "digest": hashlib.sha256(document.body).digest(),
            "contested": document.contested,
            "text": document.text,
            **{column: document.facets[name] for column, name in self._facet_columns},
        }

    def _numbers(self, conn: Connection, ids: Sequence[str]) -> dict[str, int]:
        found = select(self._d.c.id, self._d.c.number).where(is_among(conn, self._d.c.id, ids))
        return {row.id: row.number for row in conn.execute(found)}

    def _matching(
        self,
        conn: Connection,
        query: str,
        filters: Mapping[str, str],
        within: Select[tuple[str]] | None,
    ) -> ColumnElement[bool]:
        conditions: list[ColumnElement[bool]] = []
        if within is not None:
            conditions.append(self._d.c.id.in_(within))
        if within is None or query.strip():
            conditions.append(self._d.c.visible.is_(True))
        conditions += [self._d.c[f"facet_{name}"] == value for name, value in filters.items()]
        terms = _WORD.findall(query.lower())[:TERMS_MAX]
        if query.strip() and not terms:
            conditions.append(false())
        elif terms and conn.dialect.name == "sqlite":
            fts = " ".join(f'"{term}"' for term in terms) + "*"
            hits = text("number IN (SELECT rowid FROM document_fts WHERE document_fts MATCH :fts)")
            conditions.append(cast("ColumnElement[bool]", hits.bindparams(fts=fts)))
        elif terms:
            tsquery = " & ".join(f"'{term}'" for term in terms) + ":*"
            hits = text("search @@ to_tsquery('simple', :tsquery)")
            conditions.append(cast("ColumnElement[bool]", hits.bindparams(tsquery=tsquery)))
        return and_(*conditions)


def _unindex(conn: Connection, numbers: Sequence[int]) -> None:
    """Takes rows out of the index, which knows their words only while they are still there."""
    statement = text(
        "INSERT INTO document_fts (document_fts, rowid, text) "
        "SELECT 'delete', number, text FROM document WHERE number = :number"
    )
    if numbers:
        conn.execute(statement, [{"number": number} for number in numbers])


def _index(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    fresh = [(row["number"], row["text"]) for row in rows]
    conn.exec_driver_sql("INSERT INTO document_fts (rowid, text) VALUES (?, ?)", fresh)
