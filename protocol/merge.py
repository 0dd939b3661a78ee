"""Merge: which writes of a field still stand, and which value is shown (protocol.md, "Merge").

Everything here is a function of the set of writes and of their places, both fixed by the national
log, so all replicas agree. Clocks play no part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from protocol.canonical import Json, canonicalise
from protocol.entries.envelope import Seen


class Stamp(NamedTuple):
    """Where a write stands and what its author had seen.

    Attributes:
        place: national index that the write counts from.
        origin: the author's log.
        number: the entry's index in it.
        seen: what the author had on screen.
        author: hub id, or `CENTRE`.
    """

    place: int
    origin: str
    number: int
    seen: Seen
    author: str


CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Write:
    """A value given to a field.

    Attributes:
        stamp: of the change or decision that gave it.
        value: None where the field was emptied, and where a covered write's value was dropped.
    """

    stamp: Stamp
    value: Json


def covers(later: Stamp, earlier: Stamp) -> bool:
    """Whether the author of `later` had `earlier` on screen."""
    if earlier.place < later.seen.national:
        return True
    return earlier.origin == later.origin and earlier.number < later.seen.own


def uncovered(writes: Sequence[Write]) -> tuple[Write, ...]:
    """The writes that no other write covers, in order of their places."""
    if len(writes) == 1:
        return tuple(writes)
    alive = [
        write
        for write in writes
        if not any(other is not write and covers(other.stamp, write.stamp) for other in writes)
    ]
    return tuple(sorted(alive, key=_place))


def heads(writes: Sequence[Write]) -> tuple[Write, ...]:
    """The uncovered writes, equal values counted once (the earliest stands for them)."""
    alive = uncovered(writes)
    if len(alive) <= 1:
        return alive
    distinct: dict[bytes, Write] = {}
    for write in alive:
        distinct.setdefault(canonicalise(write.value), write)
    return tuple(distinct.values())


def shown(writes: Sequence[Write], owner: str) -> Write:
    """The write whose value is shown: the owner's resolving write, the owner's, then others'.

    Among equals the higher place. A write resolves when it covers two writes of which neither
    covers the other.

    Args:
        writes: of one field, at least one.
        owner: hub id of the record's owner.
    """
    alive = uncovered(writes)
    if len(alive) == 1:
        return alive[0]

    def rank(write: Write) -> tuple[bool, bool, int]:
        is_owners = write.stamp.author == owner
        return is_owners and _resolves(write, writes), is_owners, write.stamp.place

    return max(alive, key=rank)


def add_write(writes: tuple[Write, ...], new: Write) -> tuple[Write, ...]:
    """The writes with one more; values of writes that are covered now are dropped."""
    if not writes:
        return (new,)
    everything = (*writes, new)
    alive = {write.stamp for write in uncovered(everything)}
    return tuple(
        write if write.stamp in alive or write.value is None else Write(write.stamp, None)
        for write in everything
    )


def _resolves(write: Write, writes: Sequence[Write]) -> bool:
    covered = [other.stamp for other in writes if covers(write.stamp, other.stamp)]
    return any(
        not covers(a, b) and not covers(b, a)
        for i, a in enumerate(covered)
        for b in covered[i + 1 :]
    )


def _place(write: Write) -> int:
    return write.stamp.place
