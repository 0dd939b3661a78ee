"""What waits for a ruling, in groups of one hub and one reason, and one after the other."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from central.casework.holds import Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Changes of one hub that wait for one reason.

    Attributes:
        hub: their author.
        code: of the verdict that holds them; "" for proposals.
        count: how many.
    """

    hub: str
    code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Where a change stands among those that wait.

    Attributes:
        previous, following: places of its neighbours; None at the ends.
        position: from 1; 0 where it waits no more.
        total: how many wait.
    """

    previous: int | None
    following: int | None
    position: int
    total: int


def groups(waiting: Sequence[Waiting]) -> list[Group]:
    """The groups, the largest first."""
    counts = Counter((it.hub, it.code) for it in waiting)
    found = [Group(hub=hub, code=code, count=count) for (hub, code), count in counts.items()]
    return sorted(found, key=lambda it: (-it.count, it.hub, it.code))


def chosen(waiting: Sequence[Waiting], *, hub: str, code: str | None) -> list[Waiting]:
    """Those of one hub ("" for all) and one reason (None for all), the oldest first."""
    return [it for it in waiting if hub in ("", it.hub) and code in (None, it.code)]


def beside(waiting: Sequence[Waiting], place: int) -> Beside:
    """The neighbours of a place, whether something still waits there or not."""
    places = [it.place for it in waiting]
    before = [it for it in places if it < place]
    after = [it for it in places if it > place]
    return Beside(
        previous=before[-1] if before else None,
        following=after[0] if after else None,
        position=len(before) + 1 if place in places else 0,
        total=len(places),
    )
