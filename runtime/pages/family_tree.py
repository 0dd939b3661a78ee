"""A family of innovations as a tree, and where an innovation is at work by province.

`family_tree.html` draws it; the rows are those of `runtime.lineages.lineage_document`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_PROVINCE_DIGITS = 2


def nested(rows: Sequence[Mapping[str, Any]], record: str) -> list[dict[str, Any]]:
    """The replications of a record as a tree: each with what came of it under `below`."""
    return [
        {**row, "below": nested(rows, row["record"])} for row in rows if row["original"] == record
    ]


def places_by_province(places: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many places of a spread lie in each province."""
    counts: dict[str, int] = {}
    for place in places:
        province = str(place["region"] or "")[:_PROVINCE_DIGITS]
        if province:
            counts[province] = counts.get(province, 0) + 1
    return counts
