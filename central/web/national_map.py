"""Peta dan capaian: where innovations are, and what the catalogue adds up to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from central.achievements import Achievements, Counts
from central.store import hubs
from central.web.national_charts import CATEGORIES_LISTED, charts, figures
from central.web.searches import search_address
from central.web.visit import Visit
from protocol.innovation.searching import YES
from runtime.pages.field_words import Reader
from runtime.pages.hub_names import HubNames
from runtime.pages.tile_map import tiles

MEASURE = "ukuran"
_OF_YEAR, _OF_CATEGORY = "tahun:", "kategori:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the map counts.

    Attributes:
        key: as the address has it.
        word: in the reader's language.
        counts: by province.
        filters: of the search that finds them; None where no search does.
    """

    key: str
    word: str
    counts: Counts
    filters: Mapping[str, str] | None


async def map_page(visit: Visit) -> web.Response:
    """The map of one measure with its table, and all other numbers."""
    found = await visit.site.reckoning.achievements()
    names = await visit.centre.db.read(hubs.names)
    fixed = _fixed_measures(found, visit.reader)
    years, categories = _year_measures(found), _category_measures(found)
    offered = {it.key: it for it in (*fixed, *years, *categories)}
    chosen = offered.get(visit.text(MEASURE), fixed[0])
    return await visit.public_page(
        "national_map.html",
        here="map",
        found=found,
        chosen=chosen,
        measures=fixed,
        years_offered=years,
        categories_offered=categories,
        tiles=tiles({code: count for code, count in chosen.counts.items() if code}),
        nowhere=chosen.counts.get(None, 0),
        province_count=sum(1 for code in found.provinces if code),
        address=_address_of(chosen.filters),
        charts=charts(found, visit.reader),
        figures=figures(found, visit.reader),
        called=HubNames(names=names, say=visit.say).html,
    )


def _fixed_measures(found: Achievements, reader: Reader) -> Sequence[Measure]:
    say = reader.say
    return [
        Measure(key="inovasi", word=say("Semua inovasi"), counts=found.provinces, filters={}),
        Measure(
            key="lengkap",
            word=say("Lengkap A-D"),
            counts=found.complete,
            filters={"complete": YES},
        ),
        Measure(
            key="penghargaan",
            word=say("Penghargaan dikonfirmasi"),
            counts=found.awarded,
            filters={"award": "confirmed"},
        ),
        Measure(
            key="direplikasi",
            word=say("Sudah direplikasi"),
            counts=found.replicated,
            filters=None,
        ),
    ]


def _year_measures(found: Achievements) -> Sequence[Measure]:
    return [
        Measure(key=f"{_OF_YEAR}{year}", word=year, counts=counts, filters={"year": year})
        for year, counts in sorted(found.provinces_by_year.items(), key=lambda it: it[0] or "")
        if year
    ]


def _category_measures(found: Achievements) -> Sequence[Measure]:
    """One for each of the largest categories, by their names."""
    named = {name: counts for name, counts in found.provinces_by_category.items() if name}
    largest = sorted(named, key=lambda it: (-found.categories[it], it))[:CATEGORIES_LISTED]
    return [
        Measure(key=f"{_OF_CATEGORY}{it}", word=it, counts=named[it], filters={"category": it})
        for it in sorted(largest)
    ]


def _address_of(filters: Mapping[str, str] | None) -> Callable[[str], str]:
    """The search behind a number of a province; "" where no search finds it."""

    def address(province: str) -> str:
        return "" if filters is None else search_address({**filters, "province": province})

    return address
