"""The national catalogue as this node's own copy has it: found, and read, without a network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select

from hubnode.node import Node
from hubnode.store import catalogue_facets
from protocol.canonical import Json
from protocol.catalogue import public_record
from protocol.innovation import searching
from protocol.innovation.searching import stemmed_query
from protocol.record_state import RecordState, decode_record_state
from runtime.lineages import lineage_document

FACETS = (*searching.FACETS, *catalogue_facets.FACETS)
"""What a search may be narrowed by: what the centre's has too, and what only this copy counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of what a search found.

    Attributes:
        items: innovations as `protocol.catalogue.public_record` shows them, newest id first.
        next: id to go on after, or None at the end.
        total: how many match in all.
    """

    items: Sequence[dict[str, Json]]
    next: str | None
    total: int


def search_catalogue(
    conn: Connection,
    node: Node,
    *,
    query: str,
    filters: Mapping[str, str],
    limit: int,
    after: str | None = None,
) -> Found:
    """Innovations that have every word (by its stem) and every value of a facet.

    Args:
        conn: an open transaction.
        node: whose catalogue.
        query: what a person typed.
        filters: facet to value, of `FACETS`.
        limit: items a page, at least 1.
        after: the `next` of the page before.
    """
    if filters.keys() & set(catalogue_facets.FACETS):
        within = _matching(conn, node, query, filters)
        page = node.documents.search(conn, limit=limit, after=after, within=within)
    else:
        page = node.documents.search(
            conn, query=stemmed_query(query), filters=filters, limit=limit, after=after
        )
    items = [public_record(decode_record_state(body)) for body in page.items]
    return Found(items=items, next=page.next, total=page.total)


def facet_counts(
    conn: Connection, node: Node, *, query: str, filters: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    """By facet, how many innovations each of its values would give beside the other filters."""
    counts = _counts(conn, node, query, filters)
    for name in filters:
        others = {other: value for other, value in filters.items() if other != name}
        counts[name] = _counts(conn, node, query, others)[name]
    return counts


def _counts(
    conn: Connection, node: Node, query: str, filters: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    matching = _matching(conn, node, query, filters)
    return {
        **node.documents.facets(conn, within=matching),
        **catalogue_facets.counts(conn, matching),
    }


def _matching(
    conn: Connection, node: Node, query: str, filters: Mapping[str, str]
) -> Select[tuple[str]]:
    """The question for the ids of the innovations that readers see and that fit."""
    shared = {name: it for name, it in filters.items() if name in searching.FACETS}
    own = {name: it for name, it in filters.items() if name in catalogue_facets.FACETS}
    ids = node.documents.ids(conn, query=stemmed_query(query), filters=shared)
    return catalogue_facets.narrowed(ids, own)


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
