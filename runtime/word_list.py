"""The words that documents are named by, to find which of them was meant where one is mistyped.

Only words of names and places are offered: they are few, read by many, and mostly right. SQLite's
index tells its words itself (fts5vocab); PostgreSQL's cannot, so they are kept beside it. There a
word stays when the last document that had it changes, so whoever offers one looks for documents.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import DDL, Connection, Table, event, text

from runtime.word_index import NAME, PLACE, naming_tokens

LETTERS_MIN = 4
"""Shorter words are near to too many others."""

LETTERS_OF_TWO_SLIPS = 8
"""From here on two slips are forgiven, and one in shorter words."""

OFFERED_MAX = 8

_DDL = {
    "sqlite": "CREATE VIRTUAL TABLE document_term USING fts5vocab(document_fts, row)",
    "postgresql": 'CREATE TABLE document_term (term text COLLATE "C" PRIMARY KEY)',
}
_JOINED = {"sqlite": "group_concat", "postgresql": "string_agg"}
_FIRST, _LAST = "a", "{"
"""Letters stand between them: `{` is what follows `z`."""


def define_word_list(document: Table) -> None:
    """Has the list made with the table of the documents, behind its index."""
    for dialect, statement in _DDL.items():
        ddl = DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(document, "after_create", ddl.execute_if(dialect=dialect))


def add_words(conn: Connection, texts: Iterable[str]) -> None:
    """Adds the words of names and places, given the tokens of documents; bulk."""
    if conn.dialect.name == "postgresql":
        terms = sorted(set(naming_tokens(texts)))
        statement = "INSERT INTO document_term SELECT unnest(CAST(:terms AS text[]))"
        conn.execute(text(f"{statement} ON CONFLICT DO NOTHING"), {"terms": terms})


def clear(conn: Connection) -> None:
    """Forgets every word."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("DELETE FROM document_term"))


def nearest_words(conn: Connection, word: str) -> Sequence[str]:
    """The words that are as few slips from this one as any, and few enough.

    A slip is a letter too many, too few or another one, or two that changed places (the restricted
    distance of Damerau and Levenshtein). Most people get the first letter right, so the words that
    begin alike come first, and the others only where none of these is near.
    """
    if len(word) < LETTERS_MIN or not word.isalpha():
        return ()
    alike = _nearest(word, _words(conn, word, word[0], chr(ord(word[0]) + 1)))
    return alike or _nearest(word, _words(conn, word, _FIRST, _LAST))


def _nearest(word: str, words: Iterable[str]) -> list[str]:
    from rapidfuzz import process  # noqa: PLC0415  # a node at rest needs none: 3 MB
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # likewise

    slips = _slips(word)
    found = process.extract(word, list(words), scorer=OSA.distance, score_cutoff=slips, limit=None)
    fewest = min((distance for _, distance, _ in found), default=0)
    return sorted(it for it, distance, _ in found if distance == fewest)[:OFFERED_MAX]


def _words(conn: Connection, like: str, first: str, last: str) -> set[str]:
    """The words between two, of about the length of another one."""
    joined = _JOINED[conn.dialect.name]
    statement = text(
        f"SELECT {joined}(substr(term, 3), ' ') FROM document_term "  # noqa: S608  # a constant
        "WHERE term >= :first AND term < :last AND length(term) - 2 BETWEEN :shortest AND :longest"
    )
    sizes = {"shortest": len(like) - _slips(like), "longest": len(like) + _slips(like)}
    found: set[str] = set()
    for part in (NAME, PLACE):
        bounds = {"first": f"{part}={first}", "last": f"{part}={last}"}
        found.update((conn.execute(statement, bounds | sizes).scalar() or "").split())
    return found


def _slips(word: str) -> int:
    return 2 if len(word) >= LETTERS_OF_TWO_SLIPS else 1
