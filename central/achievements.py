"""The catalogue in numbers: by province and measure, year, category, agency and stage.

What is counted is what a search finds, by the same facets, so that each number can be a link to
the innovations behind it. At 100,000 records counting takes some tenths of a second; so it is done
once, and kept for a hundred times as long as it took (docs/decisions/0042).
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Connection

from central.centre import Centre
from central.reading import Item, read_many
from central.store import tallies
from protocol.innovation.reference import schema
from protocol.innovation.searching import YES

KEPT_FOR_TIMES = 100
"""So long are numbers kept, in times of what counting them took: one per cent of a core at most."""

REPLICATED_LISTED = 10
_COMPLETE, _AWARDED = 0, 1
"""Their places in `_values`."""

Counts = Mapping[str | None, int]
"""By value; None is for innovations that do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievements:
    """What the catalogue adds up to.

    Attributes:
        size: entries of the national log until which it is counted.
        total: innovations that readers see.
        provinces, complete, awarded, replicated: how many of a province there are, lack nothing of
            A-D, have an award that the centre confirmed, were replicated.
        years, categories, agency_kinds, stages: how many have a value.
        provinces_by_year, provinces_by_category: how many of a province have it.
        replications: active replications of all innovations.
        most_replicated: items and how often each was replicated, most often first.
    """

    size: int
    total: int
    provinces: Counts
    complete: Counts
    awarded: Counts
    replicated: Counts
    years: Counts
    categories: Counts
    agency_kinds: Counts
    stages: Counts
    provinces_by_year: Mapping[str | None, Counts]
    provinces_by_category: Mapping[str | None, Counts]
    replications: int
    most_replicated: Sequence[tuple[Item, int]]


def count_achievements(conn: Connection, centre: Centre) -> Achievements:
    """Counts everything, in one transaction."""
    found = list(tallies.of_catalogue(conn, centre.documents, _values()))
    having = {it: sum(row.having[place] for row in found) for place, it in enumerate(_values())}
    total = sum(it.count for it in found)
    replications = tallies.replication_counts(conn)
    homes = tallies.provinces_of(conn, centre.documents, replications)
    often = sorted(homes, key=lambda it: (-replications[it], it))[:REPLICATED_LISTED]
    return Achievements(
        size=national_size(conn, centre),
        total=total,
        provinces=_summed((it.province, it.count) for it in found),
        complete=_summed((it.province, it.having[_COMPLETE]) for it in found),
        awarded=_summed((it.province, it.having[_AWARDED]) for it in found),
        replicated=_summed((home, 1) for home in homes.values()),
        years=_summed((it.year, it.count) for it in found),
        categories=_summed((it.category, it.count) for it in found),
        agency_kinds=_of_facet("agency_kind", having, total),
        stages=_of_facet("stage", having, total),
        provinces_by_year=_nested((it.year, it.province, it.count) for it in found),
        provinces_by_category=_nested((it.category, it.province, it.count) for it in found),
        replications=sum(replications[it] for it in homes),
        most_replicated=[
            (it, replications[str(it["id"])]) for it in read_many(conn, centre, often)
        ],
    )


def national_size(conn: Connection, centre: Centre) -> int:
    """Entries of the national log."""
    return centre.logs.open(conn, centre.national_origin).tree.size


@dataclass(slots=True)
class Reckoning:
    """Keeps the numbers while nothing was decided, or while counting again would cost too much."""

    centre: Centre
    _last: Achievements | None = None
    _fresh_until: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def achievements(self) -> Achievements:
        """The numbers of now, or of a moment ago; `Achievements.size` says which."""
        async with self._turn:
            read, clock = self.centre.db.read, self.centre.clock
            size = await read(lambda conn: national_size(conn, self.centre))
            last = self._last
            if last is not None and (last.size == size or clock.monotonic() < self._fresh_until):
                return last
            began = clock.monotonic()
            self._last = await read(lambda conn: count_achievements(conn, self.centre))
            ended = clock.monotonic()
            self._fresh_until = ended + KEPT_FOR_TIMES * (ended - began)
            return self._last


def _summed(pairs: Iterable[tuple[str | None, int]]) -> Counts:
    found: Counter[str | None] = Counter()
    for value, count in pairs:
        found[value] += count
    return +found


def _nested(
    triples: Iterable[tuple[str | None, str | None, int]],
) -> Mapping[str | None, Counts]:
    found: dict[str | None, Counter[str | None]] = {}
    for value, province, count in triples:
        found.setdefault(value, Counter())[province] += count
    return found


def _of_facet(facet: str, having: Mapping[tuple[str, str], int], total: int) -> Counts:
    """The values of a closed list that somebody has, and how many say none of them."""
    counts: dict[str | None, int] = {it: n for (name, it), n in having.items() if name == facet}
    counts[None] = total - sum(counts.values())
    return {value: count for value, count in counts.items() if count}


@cache
def _values() -> tuple[tuple[str, str], ...]:
    """Facet and value of all that is counted beside year and category; see `_COMPLETE`."""
    form = schema()["properties"]
    kinds, stages = form["agency"]["properties"]["kind"]["enum"], form["stage"]["enum"]
    return (
        ("complete", YES),
        ("award", "confirmed"),
        *(("agency_kind", it) for it in kinds),
        *(("stage", it) for it in stages),
    )
