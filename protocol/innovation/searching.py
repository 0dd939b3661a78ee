"""The values that a record is filtered by; its words are in `protocol.innovation.search_words`.

Both houses index the same, so that a search means the same at the centre and at every hub.
"""

import re
from collections.abc import Mapping
from functools import cache

from protocol.canonical import Json
from protocol.innovation.completeness import is_complete
from protocol.innovation.reference import schema, table
from protocol.innovation.regions import is_region, regions_named
from protocol.names import is_hub_id

FACET_FAMILIES = (
    ("hub", "province", "region"),
    ("stage", "innovation_type", "agency_kind", "year", "award", "complete"),
    ("category",),
)
"""The facets, those together of whose values few combinations occur: they are counted at once."""

FACETS = tuple(name for family in FACET_FAMILIES for name in family)

AWARD_STANDINGS = ("confirmed", "open", "rejected")
"""What `award` filters by: the best that the centre says of the awards of a record."""

YES, NO = "yes", "no"
"""What `complete` filters by: whether nothing of the groups A-D is missing."""

_PROVINCE_DIGITS = 2
_YEAR_DIGITS = 4


def year_of(record: Mapping[str, Json]) -> str | None:
    """The year in which the innovation started, or None where the record does not say."""
    return _text(record, "started")[:_YEAR_DIGITS] or None


def facets_of(record: Mapping[str, Json], *, award: str | None) -> dict[str, str | None]:
    """The values to filter by; None where the record does not say.

    Args:
        record: as readers see it.
        award: the standing of its awards, which the centre alone says.
    """
    region = _text(record, "region")
    return {
        "hub": _text(record, "hub") or None,
        "province": region[:_PROVINCE_DIGITS] or None,
        "region": region or None,
        "stage": _text(record, "stage") or None,
        "innovation_type": _text(record, "innovation_type") or None,
        "agency_kind": _of_agency(record, "kind") or None,
        "year": year_of(record),
        "award": award,
        "category": _text(record, "category") or None,
        "complete": YES if is_complete(record) else NO,
    }


def misfit(facet: str, value: str) -> str:
    """Why no record has that value, in one English sentence; "" where one may have it.

    Hubs are not looked up: who takes part is the centre's to know.
    """
    if facet == "hub":
        return "" if is_hub_id(value) else f"hub takes a hub id such as 51, not {value!r}."
    takes = _CODES.get(facet)
    if takes is not None:
        is_code = is_region(value) and (facet == "region" or len(value) == _PROVINCE_DIGITS)
        return "" if is_code else f"{facet} takes {takes}, not {value!r}{_named(value)}."
    if facet == "year":
        is_year = re.fullmatch("[0-9]{4}", value, re.ASCII)
        return "" if is_year else f"year takes four digits such as 2024, not {value!r}."
    choices = _choices().get(facet, (value,))
    return "" if value in choices else f"{facet} takes {', '.join(choices)}, not {value!r}."


_CODES = {
    "province": "a province's code of Kemendagri such as 51",
    "region": "a region's code of Kemendagri such as 51 or 51.71",
}


def _named(value: str) -> str:
    """Where the value is a region's name, the codes that were meant."""
    codes = regions_named(value)
    return f"; that is {' or '.join(codes)}" if codes else f"; see {table('regions')['source']}"


@cache
def _choices() -> Mapping[str, tuple[str, ...]]:
    """The values of the facets that have a closed list of them."""
    form = schema()["properties"]
    choices = {name: tuple(form[name]["enum"]) for name in ("stage", "innovation_type")}
    choices |= {"award": AWARD_STANDINGS, "complete": (YES, NO)}
    return {**choices, "agency_kind": tuple(form["agency"]["properties"]["kind"]["enum"])}


def _text(record: Mapping[str, Json], field: str) -> str:
    value = record.get(field)
    return value if isinstance(value, str) else ""


def _of_agency(record: Mapping[str, Json], member: str) -> str:
    agency = record.get("agency")
    return _text(agency, member) if isinstance(agency, dict) else ""
