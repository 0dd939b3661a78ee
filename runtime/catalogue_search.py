"""The catalogue as a person asks for it: words in any form, with a slip in them, and values.

Both houses search through this one room. Every word is asked for by its root, so that "pelayanan"
and "melayani" meet; the last one, which may be half a word, by its beginning too. Where that finds
nothing, each word that no document has is taken for the nearest one that names some.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Select

from protocol.innovation.search_words import stem, words_of
from runtime.documents import DocumentStore
from runtime.finding import Found, find
from runtime.word_index import Term, count_with

WORDS_MAX = 16
"""What stands behind them in a question is not asked for."""

BEGINNING_MIN = 3
"""Shorter beginnings have nearly every document, and gathering them takes long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What was searched, and what that found.

    Attributes:
        found: the documents.
        corrected: the words that were searched in place of what was asked, or "".
    """

    found: Found
    corrected: str = ""


def search_documents(
    conn: Connection,
    documents: DocumentStore,
    *,
    query: str = "",
    filters: Mapping[str, str] | None = None,
    within: Select[tuple[str]] | None = None,
    with_unseen: bool = False,
    is_exact: bool = False,
) -> Searched:
    """The documents that have every word of a question and every value.

    Args:
        conn: an open transaction.
        documents: among which.
        query: what a person typed; never a syntax error. Blank asks for nothing in particular, one
            of signs alone for a word that no document has.
        filters: facet to value.
        within: the question for the ids that count, or None for all.
        with_unseen: as `runtime.finding.find` takes it.
        is_exact: whether nothing is searched in place of what was asked.
    """
    words = words_of(query)[:WORDS_MAX]
    if query.strip() and not words:
        return Searched(found=Found(tiers=()))
    find_words = partial(
        find, conn, documents, filters=filters, within=within, with_unseen=with_unseen
    )
    found = find_words(terms=terms_of(words))
    if found.total or is_exact:
        return Searched(found=found)
    corrected = _corrected(conn, documents, words)
    if corrected == words:
        return Searched(found=found)
    return Searched(found=find_words(terms=terms_of(corrected)), corrected=" ".join(corrected))


def terms_of(words: Sequence[str]) -> list[Term]:
    """What documents must have that have these words, the last of which may be half a word."""
    terms = [Term(tokens=[stem(word)]) for word in words]
    if words and len(words[-1]) >= BEGINNING_MIN:
        terms[-1] = Term(tokens=terms[-1].tokens, beginning=words[-1])
    return terms


def _corrected(conn: Connection, documents: DocumentStore, words: Sequence[str]) -> list[str]:
    """The words, and in place of each that no visible document has the one most likely meant."""
    terms = terms_of(words)
    return [
        word if count_with(conn, [term]) else _meant(conn, documents, word)
        for word, term in zip(words, terms, strict=True)
    ]


def _meant(conn: Connection, documents: DocumentStore, word: str) -> str:
    """Of the nearest words the one that most documents have; the word itself where none has one."""
    near = documents.nearest_words(conn, word)
    counts = {it: count_with(conn, [Term(tokens=[it])]) for it in near}
    return max((it for it in near if counts[it]), key=counts.__getitem__, default=word)
