"""The numbers of a campaign. They add up by construction: every record is counted once in each.

A breakdown divides the targeted records, so its rows add up to the whole; the groups A-E do not
divide them, so there each row counts all of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from protocol.campaigns import LEFT, NONE, REFRESHED, WITHDRAWN, is_complete
from protocol.innovation.completeness import GROUPS

GROUP = "group"
BREAKDOWNS = ("hub", "year", "scheme", "day", GROUP)
NUMBERS = ("targeted", "refreshed", "withdrawn", "left", "complete", "incomplete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Targeted records of one campaign that are alike in all that is counted.

    Attributes:
        hub, year, scheme, full: as of `protocol.campaigns.Targeted`.
        progress: refreshed, withdrawn or left.
        refreshed_on: UTC date of the refresh, where there was one.
        count: how many they are.
    """

    hub: str
    year: str
    scheme: str
    full: str
    progress: str
    refreshed_on: str | None
    count: int

    @property
    def day(self) -> str:
        """When they were refreshed; `none` where they are not."""
        return self.refreshed_on or NONE if self.progress == REFRESHED else NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """targeted = refreshed + withdrawn + left = complete + incomplete.

    Attributes:
        refreshed: attested or amended by the owner, and in the catalogue.
        withdrawn: no longer in the catalogue: withdrawn, merged or hidden.
        left: in the catalogue and not refreshed.
        complete: all of A-D is there; in a row of one group, all of that group.
    """

    refreshed: int = 0
    withdrawn: int = 0
    left: int = 0
    complete: int = 0

    @property
    def targeted(self) -> int:
        """All of them."""
        return self.refreshed + self.withdrawn + self.left

    @property
    def incomplete(self) -> int:
        """Of which something is missing."""
        return self.targeted - self.complete

    def all(self) -> dict[str, int]:
        """Every number by its name, in the order in which people read them."""
        return {name: getattr(self, name) for name in NUMBERS}


def numbers_of(cells: Iterable[Cell], *, group: str = "") -> Numbers:
    """The numbers over all cells; `complete` is of one group where one is named."""
    counts = {REFRESHED: 0, WITHDRAWN: 0, LEFT: 0}
    complete = 0
    for cell in cells:
        counts[cell.progress] += cell.count
        complete += cell.count if _is_full(cell, group) else 0
    return Numbers(**counts, complete=complete)


def breakdown(cells: Iterable[Cell], by: str) -> dict[str, Numbers]:
    """The numbers by the values of one of `BREAKDOWNS`, ascending."""
    known = list(cells)
    if by == GROUP:
        return {group: numbers_of(known, group=group) for group in GROUPS}
    parts: dict[str, list[Cell]] = defaultdict(list)
    for cell in known:
        parts[getattr(cell, by)].append(cell)
    return {value: numbers_of(parts[value]) for value in sorted(parts)}


def query_of(number: str, *, by: str = "", value: str = "") -> Mapping[str, str]:
    """The filters of `/api/v1/innovations`, beside `campaign`, that find what a number counts.

    Args:
        number: of `NUMBERS`.
        by: the breakdown in which it stands; "" for the whole campaign.
        value: of its row.
    """
    if by == GROUP:
        filters = {"complete": {"full": value}, "incomplete": {"lacking": value}}.get(number, {})
    else:
        filters = {by: value} if by else {}
        filters |= {"complete": {"complete": "yes"}, "incomplete": {"complete": "no"}}.get(
            number, {}
        )
    if number in {REFRESHED, WITHDRAWN, LEFT}:
        filters["progress"] = number
    return filters


def _is_full(cell: Cell, group: str) -> bool:
    return group in cell.full if group else is_complete(cell.full)
