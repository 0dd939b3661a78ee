"""Which documents have these terms: FTS5 on SQLite, a GIN index of `tsvector` on PostgreSQL.

What finds a document is one text of tokens, `document.words`: its words, the same words again with
a mark where they name it (`n=`) or say where it is at work (`p=`), the values it is filtered by
(`year=2024`). So one question to one index says which documents have all these words *and* values,
and both databases answer it alike: neither splits, folds or stems anything, and no word holds the
sign of a mark (docs/decisions/0037).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import orjson
from sqlalchemy import DDL, Connection, Table, event, text

from protocol.documents import Document

NAME, PLACE = "n", "p"
VALUES_KEPT = 4_096
"""Values of facets whose tokens are at hand."""

_TOKENS = "array_to_tsvector(string_to_array(words, ' '))"
_MATCHING = f"FROM document WHERE {_TOKENS} @@ question"
_DDL = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE document_fts USING fts5(words, content='document', "
            "content_rowid='number', detail=none, tokenize=\"ascii tokenchars '=._-'\")"
        ),
        # Leaves that fill a page of the file (`runtime.engines`): a quarter less time a document.
        "INSERT INTO document_fts (document_fts, rank) VALUES ('pgsz', 16000)",
    ),
    "postgresql": (
        # Texts beside the row and not in it: what matches is read off rows of a few bytes.
        "ALTER TABLE document SET (toast_tuple_target = 128)",
        "ALTER TABLE document ALTER body SET STORAGE EXTERNAL, ALTER words SET STORAGE EXTERNAL",
        f"CREATE INDEX ix_document_words ON document USING gin ({_TOKENS})",
        *(
            f"CREATE OR REPLACE FUNCTION {name}(question tsquery) RETURNS {kind} LANGUAGE sql "
            f"STABLE SET enable_seqscan = off AS $$ SELECT {what} {_MATCHING} $$"
            for name, kind, what in (
                ("document_numbers", "text", "string_agg(CAST(number AS text), ',')"),
                ("document_count", "bigint", "count(*)"),
            )
        ),
        # Functions, for whose questions the planner may not read and split the texts of all rows:
        # it takes no account of what that costs.
    ),
}
_NUMBERS = {
    "sqlite": "SELECT group_concat(rowid) FROM document_fts WHERE document_fts MATCH :question",
    "postgresql": "SELECT document_numbers(CAST(:question AS tsquery))",
}
"""As one text: a row for each of 100,000 numbers takes five times as long."""

_COUNTS = {
    "sqlite": (
        "SELECT (SELECT count(*) FROM document_fts WHERE document_fts MATCH given.value) "
        "FROM json_each(:questions) AS given ORDER BY given.key"
    ),
    "postgresql": (
        "SELECT document_count(CAST(given.value AS tsquery)) FROM "
        "json_array_elements_text(CAST(:questions AS json)) WITH ORDINALITY AS given(value, key) "
        "ORDER BY given.key"
    ),
}
_AND = {"sqlite": " AND ", "postgresql": " & "}
_UNLIKE_A_TOKEN = re.compile(r"[^a-z0-9._-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What a document has to have: one of these tokens, or one that begins so.

    Attributes:
        tokens: words or marked words, or values of facets.
        beginning: of a token, or "".
        typed: the word as somebody typed it, which counts more in a name; or "".
    """

    tokens: Sequence[str] = field(default=())
    beginning: str = ""
    typed: str = ""

    def marked(self, part: str) -> "Term":
        """The same in one part of a document: `NAME` or `PLACE`."""
        beginning = f"{part}={self.beginning}" if self.beginning else ""
        return Term(tokens=[f"{part}={token}" for token in self.tokens], beginning=beginning)


def has_one_of(facet: str, values: Iterable[str]) -> Term:
    """What a document has that has one of these values of a facet."""
    return Term(tokens=[_value_mark(facet, value) for value in values])


def has_in_name_or_place(word: str) -> Term:
    """What a document has whose name or place has this word."""
    return Term(tokens=[f"{part}={word}" for part in (NAME, PLACE)])


def tokens_of(document: Document) -> str:
    """All that finds a document; of one that readers do not see, its values alone."""
    values = [_value_mark(name, it) for name, it in document.facets.items() if it is not None]
    if not document.visible:
        return " ".join(values)
    words = document.words
    everything = [*words.name, *words.place, *words.text, *values]
    return " ".join(everything) + _marked(NAME, words.name) + _marked(PLACE, words.place)


def naming_tokens(texts: Iterable[str]) -> Iterator[str]:
    """The marked words of names and places in the tokens of documents."""
    marks = (f"{NAME}=", f"{PLACE}=")
    return (token for it in texts for token in it.split() if token.startswith(marks))


def define_word_index(document: Table) -> None:
    """Has the index made with the table; its column `words` is what it reads."""
    for dialect, statements in _DDL.items():
        for statement in statements:
            ddl = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(document, "after_create", ddl.execute_if(dialect=dialect))


def numbers_with(conn: Connection, terms: Sequence[Term]) -> list[int]:
    """The numbers of the documents that have every term, in no order; none where none is asked."""
    if not terms or not all(term.tokens or term.beginning for term in terms):
        return []
    dialect = conn.dialect.name
    question = _AND[dialect].join(_question(dialect, term) for term in terms)
    found = conn.execute(text(_NUMBERS[dialect]), {"question": question}).scalar()
    numbers: list[int] = orjson.loads(f"[{found or ''}]")
    return numbers


def counts_with(conn: Connection, terms: Sequence[Term]) -> list[int]:
    """How many documents have each of these terms, of which each asks for something."""
    dialect = conn.dialect.name
    questions = orjson.dumps([_question(dialect, term) for term in terms]).decode()
    return list(conn.execute(text(_COUNTS[dialect]), {"questions": questions}).scalars())


def index(conn: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Adds (number, tokens) of documents to SQLite's index; PostgreSQL keeps its own."""
    if rows and conn.dialect.name == "sqlite":
        conn.exec_driver_sql("INSERT INTO document_fts (rowid, words) VALUES (?, ?)", list(rows))


def unindex(conn: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Takes (number, tokens as they were added) out of it again."""
    if rows and conn.dialect.name == "sqlite":
        conn.exec_driver_sql(
            "INSERT INTO document_fts (document_fts, rowid, words) VALUES ('delete', ?, ?)",
            list(rows),
        )


def forget_words(conn: Connection) -> None:
    """Takes the words of replaced texts out of SQLite's index, which keeps them until then."""
    _command(conn, "optimize")


def clear(conn: Connection) -> None:
    """Forgets every document."""
    _command(conn, "delete-all")


def _command(conn: Connection, name: str) -> None:
    if conn.dialect.name == "sqlite":
        conn.execute(
            text("INSERT INTO document_fts (document_fts) VALUES (:name)").bindparams(name=name)
        )


def _question(dialect: str, term: Term) -> str:
    return _fts5(term) if dialect == "sqlite" else _tsquery(term)


def _fts5(term: Term) -> str:
    choices = [f'"{token}"' for token in term.tokens]
    choices += [f'"{term.beginning}"*'] if term.beginning else []
    return f"({' OR '.join(choices)})"


def _tsquery(term: Term) -> str:
    choices = [f"'{token}'" for token in term.tokens]
    choices += [f"'{term.beginning}':*"] if term.beginning else []
    return f"({' | '.join(choices)})"


def _marked(part: str, words: Sequence[str]) -> str:
    mark = f" {part}="
    return mark + mark.join(words) if words else ""


@lru_cache(maxsize=VALUES_KEPT)
def _value_mark(facet: str, value: str) -> str:
    """A value as one token, whatever signs it holds."""
    return f"{facet}=" + _UNLIKE_A_TOKEN.sub(lambda sign: f"={ord(sign[0]):x}=", value)
