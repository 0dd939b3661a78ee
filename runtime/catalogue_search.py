"""The catalogue as a person asks for it: words in any form, with a slip in them, and values.

Both houses search through this one room. Every word is asked for by its root, so that "pelayanan"
and "melayani" meet. Where that finds nothing, the last word is taken for the beginning of one. And
where that finds nothing either, each word that no document has is taken for the nearest that names
some.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Select

from protocol.innovation.search_words import stem, words_of
from runtime.documents import DocumentStore
from runtime.finding import Found, find
from runtime.word_index import Term, counts_with, has_in_name_or_place

WORDS_MAX = 16
"""What stands behind them in a question is not asked for."""

CORRECTED_MAX = 3
"""With more words that no document has a question is none of slips; to look for each is dear."""

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
    find_terms = partial(
        find, conn, documents, filters=filters, within=within, with_unseen=with_unseen
    )
    found = find_terms(terms=_whole(words))
    if not found.total and words:
        found = find_terms(terms=_begun(words))
    if found.total or is_exact or not words:
        return Searched(found=found)
    corrected = _corrected(conn, documents, words)
    if corrected == words:
        return Searched(found=found)
    return Searched(found=find_terms(terms=_whole(corrected)), corrected=" ".join(corrected))


def counts_beside(
    counts_of: Callable[[Mapping[str, str]], dict[str, dict[str, int]]], filters: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    """By facet, how many documents each of its values would give beside the other filters.

    Args:
        counts_of: the counts of what passes filters, by facet and value.
        filters: facet to value.
    """
    counts = counts_of(filters)
    for name in filters:
        others = {other: value for other, value in filters.items() if other != name}
        counts[name] = counts_of(others)[name]
    return counts


def _whole(words: Sequence[str]) -> list[Term]:
    """What documents have that have these words in any form."""
    return [Term(tokens=[stem(word)], typed=word) for word in words]


def _begun(words: Sequence[str]) -> list[Term]:
    """The same, where the last word is but the beginning of one."""
    *others, last = words
    beginning = last if len(last) >= BEGINNING_MIN else ""
    return [*_whole(others), Term(tokens=[stem(last)], beginning=beginning)]


def _corrected(conn: Connection, documents: DocumentStore, words: Sequence[str]) -> list[str]:
    """The words, and in place of each that no visible document has the one most likely meant."""
    counts = zip(words, counts_with(conn, _begun(words)), strict=True)
    unknown = [word for word, count in counts if not count]
    if len(unknown) > CORRECTED_MAX:
        return list(words)
    meant = {word: _meant(conn, documents, word) for word in unknown}
    return [meant.get(word, word) for word in words]


def _meant(conn: Connection, documents: DocumentStore, word: str) -> str:
    """Of the nearest words the one in most names and places; the word itself where none is."""
    near = documents.nearest_words(conn, word)
    counts = counts_with(conn, [has_in_name_or_place(it) for it in near])
    known = {it: count for it, count in zip(near, counts, strict=True) if count}
    return max(known, key=known.__getitem__, default=word)
