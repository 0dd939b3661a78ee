"""What the catalogue here is filtered by beside what both houses index: several values a record.

Folded from the national log with the documents, so that a search counts in the database.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Column, Connection, Index, Select, String, Table, Text, delete, func, select

from hubnode.store.tables import METADATA
from protocol.canonical import Json
from protocol.innovation.completeness import completeness
from runtime.database import insert_many
from runtime.id_lists import is_among

GOAL, FULL = "sdg", "full"
FACETS = (GOAL, FULL)
"""`full` has the groups A to E in which nothing is missing."""

CATALOGUE_FACET = Table(
    "catalogue_facet",
    METADATA,
    Column("record", String(36), nullable=False, index=True),
    Column("name", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Index("ix_catalogue_facet_value", "name", "value", "record"),
)


def keep(conn: Connection, records: Sequence[Mapping[str, Json]]) -> None:
    """Replaces the values of these records, as readers see them; bulk."""
    if not records:
        return
    ids = [str(record["id"]) for record in records]
    conn.execute(delete(CATALOGUE_FACET).where(is_among(conn, CATALOGUE_FACET.c.record, ids)))
    rows = [
        {"record": record["id"], "name": name, "value": value}
        for record in records
        for name, value in values_of(record)
    ]
    insert_many(conn, CATALOGUE_FACET, rows)


def clear(conn: Connection) -> None:
    """Forgets them: the national log is folded afresh."""
    conn.execute(delete(CATALOGUE_FACET))


def values_of(record: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """(facet, value) of a record as readers see it."""
    goals = record.get("sdgs")
    if isinstance(goals, list):
        yield from ((GOAL, str(it)) for it in dict.fromkeys(goals))
    groups = completeness(record).groups
    yield from ((FULL, name) for name, it in groups.items() if not it.missing)


def having(filters: Mapping[str, str]) -> Select[tuple[str]]:
    """The question for the ids of the innovations that have every one of at least one value.

    Args:
        filters: facet to value, of `FACETS`.
    """
    table = CATALOGUE_FACET.c
    values = [
        select(table.record).where(table.name == name, table.value == value)
        for name, value in filters.items()
    ]
    asked = values[0]
    for others in values[1:]:
        asked = asked.where(table.record.in_(others))
    return asked


def counts(
    conn: Connection, ids: Select[tuple[str]], names: Iterable[str] = FACETS
) -> dict[str, dict[str, int]]:
    """By facet, how many of these records have each value."""
    table = CATALOGUE_FACET.c
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    query = (
        select(table.name, table.value, func.count())
        .where(table.name.in_(list(found)), table.record.in_(ids))
        .group_by(table.name, table.value)
        .order_by(table.name, table.value)
    )
    for name, value, count in conn.execute(query):
        found[name][value] = count
    return found
