"""The catalogue in numbers: how many of the innovations that readers see say the same.

Counted when asked, from the columns that searches count by too, so that 100,000 records of some
kilobytes each are counted without reading one of them (docs/decisions/0042).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from central.store.tables import DOCUMENT_TABLES, LINEAGE_TABLES
from protocol.lineage import ACTIVE
from runtime.column_values import Combination
from runtime.documents import DocumentStore
from runtime.finding import find
from runtime.id_lists import is_among

BY = ("province", "category", "year")
"""Facets by whose values innovations are counted."""

OF = ("complete", "award", "agency_kind", "stage")
"""Facets of which a count is taken for each value that is asked for."""

_DOCUMENT = DOCUMENT_TABLES.document
_LINK = LINEAGE_TABLES.link.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The innovations of one province, category and year.

    Attributes:
        province, category, year: None where they do not say.
        count: how many there are.
        having: how many of them have each of the values that were asked for.
    """

    province: str | None
    category: str | None
    year: str | None
    count: int
    having: tuple[int, ...]


def of_catalogue(
    conn: Connection, documents: DocumentStore, values: Sequence[tuple[str, str]]
) -> Iterator[Tally]:
    """Counts the innovations that readers see.

    Args:
        conn: an open transaction.
        documents: the catalogue.
        values: facet, of `OF`, and value; in this order `Tally.having` has their counts.
    """
    facets = [*BY, *(name for name, _ in values)]
    numbers = find(conn, documents).numbers
    counts: dict[Combination, list[int]] = {}
    for combination, count in documents.columns.read(conn).combined(numbers, facets).items():
        found = counts.setdefault(combination[: len(BY)], [0] * (1 + len(values)))
        found[0] += count
        for place, ((_, value), its) in enumerate(
            zip(values, combination[len(BY) :], strict=True), 1
        ):
            found[place] += count if its == value else 0
    for (province, category, year), (count, *having) in counts.items():
        yield Tally(
            province=province, category=category, year=year, count=count, having=tuple(having)
        )


def replication_counts(conn: Connection) -> dict[str, int]:
    """By original, how many active records replicate it; those of a merged one are its heir's.

    The same records as `runtime.lineages.LineageStore.replicating` finds, all originals at once.
    """
    heirs = _heirs(conn)
    counts: dict[str, int] = {}
    asked = select(_LINK.record, _LINK.original).where(
        _LINK.state == ACTIVE, _LINK.original.is_not(None)
    )
    for record, named in conn.execute(asked):
        original = _heir_of(named, heirs)
        if original != record:
            counts[original] = counts.get(original, 0) + 1
    return counts


def provinces_of(
    conn: Connection, documents: DocumentStore, records: Collection[str]
) -> dict[str, str | None]:
    """The province of each of these records that readers see."""
    asked = select(_DOCUMENT.c.id, _DOCUMENT.c.number).where(
        _DOCUMENT.c.visible.is_(True), is_among(conn, _DOCUMENT.c.id, sorted(records))
    )
    rows = conn.execute(asked).all()
    provinces = documents.columns.read(conn).values([row.number for row in rows], "province")
    return {row.id: province for row, province in zip(rows, provinces, strict=True)}


def _heirs(conn: Connection) -> dict[str, str]:
    asked = select(_LINK.record, _LINK.merged_into).where(_LINK.merged_into.is_not(None))
    return {row.record: row.merged_into for row in conn.execute(asked)}


def _heir_of(record: str, heirs: dict[str, str]) -> str:
    met = {record}
    while (following := heirs.get(record)) is not None and following not in met:
        record = following
        met.add(record)
    return record
