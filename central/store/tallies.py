"""The catalogue in numbers: how many of the innovations that readers see say the same.

Counted when asked, from one index that holds every facet that is counted, so that 100,000 records
of some kilobytes each are counted without reading one of them (docs/decisions/0042).
"""

from collections.abc import Collection

from sqlalchemy import Connection, Index, func, select

from central.store.tables import DOCUMENT_TABLES, LINEAGE_TABLES
from protocol.lineage import ACTIVE
from runtime.id_lists import is_among

COUNTED = ("province", "category", "year", "complete", "award", "agency_kind", "stage")
"""Facets that a tally may be by."""

_DOCUMENT = DOCUMENT_TABLES.document
_LINK = LINEAGE_TABLES.link.c
Index("ix_document_tally", _DOCUMENT.c.visible, *(_DOCUMENT.c[f"facet_{it}"] for it in COUNTED))

Tally = dict[tuple[str | None, ...], int]
"""Counts by a value of each facet; None is for innovations that do not say."""


def tally(conn: Connection, *by: str) -> Tally:
    """How many visible innovations there are for each combination of values.

    Args:
        conn: an open transaction.
        by: facets, of `COUNTED`.
    """
    columns = [_DOCUMENT.c[f"facet_{name}"] for name in by]
    asked = select(*columns, func.count()).where(_DOCUMENT.c.visible.is_(True)).group_by(*columns)
    return {tuple(row[:-1]): row[-1] for row in conn.execute(asked)}


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


def provinces_of(conn: Connection, records: Collection[str]) -> dict[str, str | None]:
    """The province of each of these records that readers see."""
    asked = select(_DOCUMENT.c.id, _DOCUMENT.c.facet_province).where(
        _DOCUMENT.c.visible.is_(True), is_among(conn, _DOCUMENT.c.id, sorted(records))
    )
    return {row.id: row.facet_province for row in conn.execute(asked)}


def _heirs(conn: Connection) -> dict[str, str]:
    asked = select(_LINK.record, _LINK.merged_into).where(_LINK.merged_into.is_not(None))
    return {row.record: row.merged_into for row in conn.execute(asked)}


def _heir_of(record: str, heirs: dict[str, str]) -> str:
    met = {record}
    while (following := heirs.get(record)) is not None and following not in met:
        record = following
        met.add(record)
    return record
