"""Documents derived from a log: opaque bytes with a digest, and what finds them.

Both houses keep what they fold from the national log here (docs/decisions/0004). A document is
replaced as a whole; nothing here knows what it is about. `runtime.finding` searches.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    event,
    func,
    select,
)

from protocol.documents import Document
from runtime import word_index, word_list
from runtime.database import ROWS_AT_ONCE, fingerprint_rows, upsert
from runtime.document_columns import ColumnTables, DocumentColumns, define_column_tables
from runtime.id_lists import is_among
from runtime.kept_found import KeptFound
from runtime.word_index import define_word_index
from runtime.word_list import define_word_list

_CONTESTED = "CREATE INDEX ix_document_contested ON document (id, owner) WHERE contested"
"""An index of few documents, so that the others pay nothing for it."""

_INDEXES = {
    "sqlite": f"{_CONTESTED} IS 1",
    "postgresql": f"{_CONTESTED} IS true",
}
"""In SQL, because an `Index` with PostgreSQL's words loads its dialect: 2 MB of every node."""


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
    columns: ColumnTables


def define_document_tables(
    metadata: MetaData, *, families: Sequence[tuple[str, ...]]
) -> DocumentTables:
    """Defines the tables of one database's documents.

    Args:
        metadata: of the database.
        families: the facets, those together of whose values few combinations occur.
    """
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
        Column("words", Text, nullable=False),
        Index("ix_document_digests", "id", "digest"),  # so that `digests` reads no body
    )
    for dialect, statement in _INDEXES.items():
        ddl = DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(document, "after_create", ddl.execute_if(dialect=dialect))
    define_word_index(document)
    define_word_list(document)
    cursor = Table(
        "document_cursor",
        metadata,
        Column("name", String(64), primary_key=True),
        Column("origin", String(512), nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("root", LargeBinary, nullable=False),
    )
    columns = define_column_tables(metadata, families)
    return DocumentTables(document=document, cursor=cursor, columns=columns)


class DocumentStore:
    """Reads and replaces documents within the caller's transaction.

    Attributes:
        table: of the documents, for questions that are part of others.
        columns: what is counted and sorted over all documents.
        kept_found: what the last searches found.
        facets: names of all that documents are filtered by.
    """

    def __init__(self, tables: DocumentTables) -> None:
        self.table = self._d = tables.document
        self.columns = DocumentColumns(tables.columns)
        self.kept_found = KeptFound()
        self.facets = tuple(chain.from_iterable(tables.columns.families))
        self._cursor = tables.cursor

    def put_many(self, conn: Connection, documents: Sequence[Document]) -> None:
        """Inserts or replaces documents, each id once; bulk."""
        if not documents:
            return
        known = self._known(conn, [document.id for document in documents])
        following = (conn.execute(select(func.max(self._d.c.number))).scalar() or 0) + 1
        rows, found_anew = [], []
        for document in documents:
            number, *before = known.get(document.id, (following, None, None))
            following += number == following
            rows.append(_row(document, number))
            if [rows[-1]["words"], document.visible] != before:
                found_anew.append((number, document))
        changed = {number for number, _ in found_anew}
        word_index.unindex(conn, [it[:2] for it in known.values() if it[0] in changed])
        upsert(conn, self._d, rows, key=["id"])
        fresh = [(row["number"], row["words"]) for row in rows if row["number"] in changed]
        word_index.index(conn, fresh)
        self.columns.put(conn, found_anew)
        word_list.add_words(conn, [words for _, words in fresh])

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

    def contested(
        self,
        conn: Connection,
        *,
        owner: str | None = None,
        start: str = "",
        limit: int | None = None,
    ) -> list[bytes]:
        """The bodies of the documents that a person has to look at, ascending by their ids.

        Args:
            conn: an open transaction.
            owner: of this one only; None for all.
            start: the least id that counts.
            limit: how many at most; None for all.
        """
        found = select(self._d.c.body).where(self._d.c.contested.is_(True)).order_by(self._d.c.id)
        if owner is not None:
            found = found.where(self._d.c.owner == owner)
        if start:
            found = found.where(self._d.c.id >= start)
        return [row.body for row in conn.execute(found.limit(limit))]

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
        if filters:
            terms = [word_index.has_one_of(name, values) for name, values in filters.items()]
            numbers = word_index.numbers_with(conn, terms)
            found = found.where(is_among(conn, self._d.c.number, numbers))
        if visible is not None:
            found = found.where(self._d.c.visible.is_(visible))
        if after is not None:
            found = found.where(self._d.c.id > after)
        return [(row.id, row.body) for row in conn.execute(found)]

    def numbers(self, conn: Connection, within: Select[tuple[str]]) -> list[int]:
        """The numbers of the documents whose ids a question asks for."""
        found = select(self._d.c.number).where(self._d.c.id.in_(within))
        return list(conn.execute(found).scalars())

    def nearest_words(self, conn: Connection, word: str) -> Sequence[str]:
        """The words of names that a mistyped one may mean; see `runtime.word_list`."""
        return word_list.nearest_words(conn, word)

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

    def count(self, conn: Connection, *, is_visible: bool = False) -> int:
        """How many documents there are; visible or not, or visible."""
        found = select(func.count()).select_from(self._d)
        if is_visible:
            found = found.where(self._d.c.visible.is_(True))
        return conn.execute(found).scalar() or 0

    def count_having(self, conn: Connection, facet: str, value: str) -> int:
        """How many documents have this value, visible or not; reads none of them."""
        [count] = word_index.counts_with(conn, [word_index.has_one_of(facet, [value])])
        return count

    def bodies(self, conn: Connection, ids: Select[tuple[str]]) -> Iterator[bytes]:
        """The body of every document that this question finds, newest id first, a few at a time."""
        found = select(self._d.c.body).where(self._d.c.id.in_(ids)).order_by(self._d.c.id.desc())
        for row in conn.execute(found.execution_options(yield_per=ROWS_AT_ONCE)):
            yield row.body

    def forget_words(self, conn: Connection) -> None:
        """Takes the words of replaced texts out of the indexes, which keep them until then."""
        word_index.forget_words(conn)
        word_list.clear(conn)
        texts = select(self._d.c.words).execution_options(yield_per=ROWS_AT_ONCE)
        word_list.add_words(conn, conn.execute(texts).scalars())

    def clear(self, conn: Connection) -> None:
        """Forgets every document and cursor: they can be derived again."""
        conn.execute(self._d.delete())
        conn.execute(self._cursor.delete())
        self.columns.clear(conn)
        word_index.clear(conn)
        word_list.clear(conn)

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

    def _known(self, conn: Connection, ids: Sequence[str]) -> dict[str, tuple[int, str, bool]]:
        """The number and the tokens of those documents that exist, and whether readers see them."""
        table = self._d.c
        columns = table.id, table.number, table.words, table.visible
        found = select(*columns).where(is_among(conn, table.id, ids))
        return {row.id: (row.number, row.words, row.visible) for row in conn.execute(found)}


def _row(document: Document, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "id": document.id,
        "owner": document.owner,
        "visible": document.visible,
        "body": document.body,
        "digest": hashlib.sha256(document.body).digest(),
        "contested": document.contested,
        "words": word_index.tokens_of(document),
    }
