"""The national catalogue as this node's own copy has it: found, and read, without a network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store import catalogue_facets
from protocol.canonical import Json
from protocol.catalogue import public_record
from protocol.innovation import searching
from protocol.record_state import RecordState, decode_record_state
from runtime.catalogue_search import Searched, counts_beside, search_documents
from runtime.finding import Place, facets_of_found, ids_of_found, page_of
from runtime.lineages import lineage_document

FACETS = (*searching.FACETS, *catalogue_facets.FACETS)
"""What a search may be narrowed by: what the centre's has too, and what only this copy counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of what a search found.

    Attributes:
        items: innovations as `protocol.catalogue.public_record` shows them, the best first and of
            equals the newest id.
        next: the place after which it goes on, or None at the end.
        total: how many match in all.
        corrected: the words that were searched in place of what was asked, or "".
    """

    items: Sequence[dict[str, Json]]
    next: str | None
    total: int
    corrected: str


def search_catalogue(
    conn: Connection,
    node: Node,
    *,
    query: str,
    filters: Mapping[str, str],
    limit: int,
    after: Place | None = None,
    is_exact: bool = False,
) -> Found:
    """Innovations that have every word in any form, and every value of a facet.

    Args:
        conn: an open transaction.
        node: whose catalogue.
        query: what a person typed.
        filters: facet to value, of `FACETS`.
        limit: items a page, at least 1.
        after: the place after which the page begins, or None for the first.
        is_exact: whether nothing is searched in place of what was asked.
    """
    searched = _search(conn, node, query, filters, is_exact=is_exact)
    page = page_of(conn, node.documents, searched.found, limit=limit, after=after)
    return Found(
        items=[public_record(decode_record_state(body)) for body in page.items],
        next=page.next,
        total=searched.found.total,
        corrected=searched.corrected,
    )


def facet_counts(
    conn: Connection, node: Node, *, query: str, filters: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    """By facet, how many innovations each of its values would give beside the other filters.

    Args:
        conn: an open transaction.
        node: whose catalogue.
        query: the words that were searched; nothing is searched in place of them.
        filters: facet to value, of `FACETS`.
    """
    return counts_beside(lambda those: _counts(conn, node, query, those), filters)


def _counts(
    conn: Connection, node: Node, query: str, filters: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    found = _search(conn, node, query, filters, is_exact=True).found
    return {
        **facets_of_found(conn, node.documents, found),
        **catalogue_facets.counts(conn, ids_of_found(conn, node.documents, found)),
    }


def _search(
    conn: Connection, node: Node, query: str, filters: Mapping[str, str], *, is_exact: bool
) -> Searched:
    shared = {name: it for name, it in filters.items() if name in searching.FACETS}
    own = {name: it for name, it in filters.items() if name in catalogue_facets.FACETS}
    within = catalogue_facets.having(own) if own else None
    return search_documents(
        conn, node.documents, query=query, filters=shared, within=within, is_exact=is_exact
    )


def read_state(conn: Connection, node: Node, record: str) -> RecordState | None:
    """All that the catalogue here knows of one innovation; None where it has none of that id."""
    body = node.documents.get(conn, record)
    return None if body is None else decode_record_state(body)


def read_innovation(conn: Connection, node: Node, record: str) -> dict[str, Any] | None:
    """One innovation with its family tree, its spread and who wants it; None where there is none.

    Returns:
        What `protocol.catalogue.public_record` and `runtime.lineages.lineage_document` say.
    """
    state = read_state(conn, node, record)
    if state is None:
        return None
    return {
        **public_record(state),
        **lineage_document(conn, node.lineages, node.documents, state),
    }


def read_many(conn: Connection, node: Node, records: Sequence[str]) -> list[dict[str, Json]]:
    """The innovations of these ids that there are, in that order."""
    bodies = node.documents.get_many(conn, records)
    return [public_record(decode_record_state(bodies[it])) for it in records if it in bodies]
