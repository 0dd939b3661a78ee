"""The columns of all documents in one state, at hand: what is counted and sorted over them.

A column is an array with a cell a document, by its number. Facets of which few combinations occur
share a column of codes, and are counted at once (docs/decisions/0037).
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

MANY_ARE_ONE_IN = 4
AGE, VISIBLE = "age", "visible"

Combination = tuple[str | None, ...]
"""A value for each of some facets; where it has a code, the name of the column stands before."""

Counts = dict[str, dict[str, int]]
"""By facet and value."""


@dataclass(frozen=True, kw_only=True)
class ColumnValues:
    """All columns of one state.

    Attributes:
        state: a digest of all that was written to reach it.
        families: of facets, by the name of their column.
        columns: a cell a document, by the name of the column.
        meanings: by column, the values that each of its codes stands for.
    """

    state: bytes
    families: Mapping[str, tuple[str, ...]]
    columns: "Mapping[str, array[int]]"
    meanings: Mapping[str, Mapping[int, Combination]]

    @property
    def ages(self) -> Sequence[int]:
        """The age of every document, by its number: what is greater came later."""
        return self.columns[AGE]

    @cached_property
    def visible(self) -> Sequence[int]:
        """The numbers of all documents that readers see, ascending."""
        column = self.columns[VISIBLE]
        return list(compress(range(len(column)), column))

    def seen(self, numbers: Sequence[int]) -> list[int]:
        """Those of these documents that readers see, in their order."""
        return list(compress(numbers, map(self.columns[VISIBLE].__getitem__, numbers)))

    def count(self, numbers: Sequence[int]) -> Counts:
        """For each facet, how many of these documents have each of its values."""
        if numbers == self.visible:
            return {facet: dict(values) for facet, values in self._of_visible.items()}
        return self._count(numbers)

    def combined(self, numbers: Sequence[int], facets: Sequence[str]) -> Counter[Combination]:
        """How many of these documents have each combination of values of these facets."""
        names = [name for name, family in self.families.items() if {*family} & {*facets}]
        places = [facet for name in names for facet in self.families[name]]
        pick = [places.index(facet) for facet in facets]
        cells_of = _of_documents(numbers)
        meanings = [self.meanings[name] for name in names]
        columns = [cells_of(self.columns[name]) for name in names]
        counts: Counter[Combination] = Counter()
        for codes, count in Counter(zip(*columns, strict=True)).items():
            values = [it for code, of in zip(codes, meanings, strict=True) for it in of[code]]
            counts[tuple(values[place] for place in pick)] += count
        return counts

    def values(self, numbers: Sequence[int], facet: str) -> list[str | None]:
        """The value that each of these documents has of one facet."""
        name = next(it for it, family in self.families.items() if facet in family)
        place, meanings, column = (
            self.families[name].index(facet),
            self.meanings[name],
            self.columns[name],
        )
        return [meanings[column[number]][place] for number in numbers]

    @cached_property
    def _of_visible(self) -> Counts:
        return self._count(self.visible)

    def _count(self, numbers: Sequence[int]) -> Counts:
        cells_of = _of_documents(numbers)
        counts: dict[str, Counter[str]] = {}
        for name, family in self.families.items():
            codes = Counter(cells_of(self.columns[name]))
            counts |= _counts_of(family, codes, self.meanings[name])
        return {name: dict(sorted(values.items())) for name, values in counts.items()}


def _counts_of(
    family: Sequence[str], codes: Mapping[int, int], meanings: Mapping[int, Combination]
) -> dict[str, Counter[str]]:
    """How often each value occurs, given how often each combination does."""
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in family}
    for code, count in codes.items():
        for facet, value in zip(family, meanings.get(code, ()), strict=False):
            if value is not None:
                counts[facet][value] += count
    return counts


def _of_documents(numbers: Sequence[int]) -> Callable[[Sequence[int]], Iterable[int]]:
    """Takes the cells of these documents from a column; of many it is faster to go through all."""
    greatest = max(numbers, default=-1)
    if len(numbers) == greatest:  # numbers begin with 1, so these are all
        return lambda column: column[1 : greatest + 1]
    if len(numbers) * MANY_ARE_ONE_IN < greatest:
        return lambda column: map(column.__getitem__, numbers)
    is_asked = bytearray(greatest + 1)
    for number in numbers:
        is_asked[number] = 1
    return lambda column: compress(column, is_asked)
