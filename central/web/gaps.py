"""Celah: categories by provinces, where there is no innovation yet, and whose could be taken over.

What counts is where the agency is at home that owns an innovation. A zero says that no agency of
the province has one in the catalogue; whether there is a need, people know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from central.achievements import Achievements
from central.reading import Item, read_examples
from central.store import hubs
from central.web.searches import search_address
from central.web.visit import Visit
from runtime.pages.hub_names import HubNames
from runtime.pages.tile_map import SHADES, Tile, steps_between, tiles

PROVINCE, CATEGORY = "provinsi", "kategori"
CATEGORIES_SHOWN = 24
"""Columns that are still read; those with the most innovations."""

EXAMPLES_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One category in one province.

    Attributes:
        shade: tone of the number, 0 for none to `SHADES` - 1 for the most.
    """

    category: str
    count: int
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One province with its categories.

    Attributes:
        gaps: categories in which it has no innovation.
    """

    province: Tile
    cells: Sequence[Cell]

    @property
    def gaps(self) -> Sequence[str]:
        """See the class."""
        return [it.category for it in self.cells if not it.count]


async def gaps_page(visit: Visit) -> web.Response:
    """The table; of a province or category that is chosen, what it lacks and what there is."""
    found = await visit.site.reckoning.achievements()
    categories = shown_categories(found)
    rows = rows_of(found, categories)
    province = next((it for it in rows if it.province.code == visit.text(PROVINCE)), None)
    category = next((it for it in categories if it == visit.text(CATEGORY)), "")
    examples, names = await _examples(visit, category, province)
    return await visit.public_page(
        "gaps.html",
        here="gaps",
        categories=categories,
        left_out=sum(1 for it in found.categories if it) - len(categories),
        rows=rows,
        without=found.categories.get(None, 0),
        gap_count=sum(len(it.gaps) for it in rows),
        size=found.size,
        province=province,
        category=category,
        lacking=[it for it in rows if category in it.gaps],
        count=_count_in(province, category),
        hubs=names,
        examples=examples,
        search=search_address,
        called=HubNames(names=names, say=visit.say).html,
    )


def shown_categories(found: Achievements) -> list[str]:
    """The categories with the most innovations, in the order of their names."""
    named = [it for it in found.categories if it]
    return sorted(sorted(named, key=lambda it: (-found.categories[it], it))[:CATEGORIES_SHOWN])


def rows_of(found: Achievements, categories: Sequence[str]) -> list[Row]:
    """A row a province, in the order of their codes."""
    counts = [found.provinces_by_category[it] for it in categories]
    most = max((count for it in counts for code, count in it.items() if code), default=0)
    return [
        Row(
            province=tile,
            cells=[
                Cell(category=name, count=of.get(tile.code, 0), shade=_shade(of, tile.code, most))
                for name, of in zip(categories, counts, strict=True)
            ],
        )
        for tile in tiles({})
    ]


async def _examples(
    visit: Visit, category: str, province: Row | None
) -> tuple[Sequence[Item], Mapping[str, str]]:
    """Innovations of the category that could be taken over, the nearest first, and hubs' names."""
    centre = visit.centre
    names = await centre.db.read(hubs.names)
    if not category:
        return [], names
    found = await centre.db.read(lambda conn: read_examples(conn, centre, category))
    if province is not None:
        home = province.province.code
        found = [it for it in found if _province_of(it) != home]
        found.sort(key=lambda it: steps_between(home, _province_of(it)))
    return found[:EXAMPLES_SHOWN], names


def _province_of(item: Item) -> str:
    record = item["record"]
    region = record.get("region") if isinstance(record, dict) else None
    return str(region or "").partition(".")[0]


def _count_in(row: Row | None, category: str) -> int:
    cells = row.cells if row is not None else ()
    return next((it.count for it in cells if it.category == category), 0)


def _shade(counts: Mapping[str | None, int], code: str, most: int) -> int:
    count = counts.get(code, 0)
    return 1 + (SHADES - 2) * count // most if count else 0
