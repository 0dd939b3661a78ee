"""Merge: which writes of a field still stand, and which value is shown (protocol.md, "Merge").

Everything here is a function of the set of writes and of their places, both fixed by the national
log, so all replicas agree. Clocks play no part.

Set-like fields (the second half) merge by element. A write of the whole set *speaks* about the
elements by which it differs from what its author had on screen, and about those that were in
conflict there; about the others it is silent. An element has its own writes, in or out, with the
stamps of those who spoke, and the rule above decides: adding different elements at the same time
is no conflict and gives the union; adding and removing one element at the same time is one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from protocol.canonical import Json, canonicalise
from protocol.entries.members import Seen
from protocol.limits import INTEGER_MAX

CENTRE = "centre"
"""The author of what the centre itself writes; its log is the national log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Where a write stands and what its author had seen.

    Attributes:
        place: national index that the write counts from.
        origin: the author's log.
        number: the entry's index in it; for the centre the place again.
        seen: what the author had on screen.
        author: hub id, or `CENTRE`.
    """

    place: int
    origin: str
    number: int
    seen: Seen
    author: str


@dataclass(frozen=True, slots=True)
class Write:
    """A value given to a field.

    Attributes:
        stamp: of the change or decision that gave it.
        value: None where the field was emptied, or the value of a covered write was dropped.
        is_covered: a mark: known to be covered, so that nobody has to find out again.
    """

    stamp: Stamp
    value: Json
    is_covered: bool = False


def covers(later: Stamp, earlier: Stamp) -> bool:
    """Whether the author of `later` had `earlier` on screen."""
    if earlier.place < later.seen.national:
        return True
    return earlier.origin == later.origin and earlier.number < later.seen.own


def is_same(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal; Python alone holds that True is 1."""
    if one != other or type(one) is not type(other):
        return False
    return not isinstance(one, dict | list) or canonicalise(one) == canonicalise(other)


def uncovered(writes: Sequence[Write]) -> tuple[Write, ...]:
    """The writes that no other write covers, in order of their places; one at least.

    Only a log that breaks the rules of `seen` covers in a circle. Then the last write stands, so
    that such a log harms nobody but its author.
    """
    if len(writes) <= 1:
        return tuple(writes)
    is_covered = _coverage([write.stamp for write in writes])
    alive = [w for w in writes if not w.is_covered and not is_covered(w.stamp)]
    if not alive:
        return (max(writes, key=_place),)
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


def add_write(
    writes: tuple[Write, ...], new: Write, *, keeps_values: bool = False
) -> tuple[Write, ...]:
    """The writes with one more, in order of their places; those covered now are marked.

    Args:
        writes: of one field, as this function returned them.
        new: of another place than any of them.
        keeps_values: whether covered writes keep their values; set-like fields need them, because
            what a late author adds or removes shows only against what that author saw.
    """
    if not writes:
        return (new,)
    everything = sorted((*writes, new), key=_place)
    alive = {write.stamp.place for write in uncovered(everything)}
    return tuple(
        write
        if write.is_covered or write.stamp.place in alive
        else Write(write.stamp, write.value if keeps_values else None, is_covered=True)
        for write in everything
    )


def shown_set(writes: Sequence[Write], owner: str) -> list[Json] | None:
    """The elements of a set-like field that are shown; None where there are none.

    As their author ordered them where one write covers all others, else sorted. An element in
    conflict is in or out as `shown` says of the writes about it.

    Args:
        writes: of one set-like field, with the values of covered writes.
        owner: hub id of the record's owner.
    """
    latest = _covers_all(writes)
    if latest is not None:
        return _elements(latest.value) or None
    elements = {canonicalise(e): e for write in writes for e in _elements(write.value)}
    standing = [
        elements[key] for key, said in _spoken(writes).items() if shown(said, owner).value is True
    ]
    return sorted(standing, key=_order) or None


def contested(writes: Sequence[Write]) -> tuple[Write, ...]:
    """The writes of a set-like field that disagree about an element; none where it is settled."""
    if _covers_all(writes) is not None:
        return ()
    places = {
        write.stamp.place
        for said in _spoken(writes).values()
        if len(heads(said)) > 1
        for write in uncovered(said)
    }
    return tuple(sorted((w for w in writes if w.stamp.place in places), key=_place))


def _coverage(stamps: Sequence[Stamp]) -> Callable[[Stamp], bool]:
    """Answers whether another of the stamps covers one of them, without comparing all pairs.

    Somebody covers a stamp exactly if the largest `national` or its log's largest `own` goes beyond
    it. That may be its own: of a log that claims to have seen itself, the pairs are compared.
    """
    national = max(stamp.seen.national for stamp in stamps)
    own: dict[str, int] = {}
    for stamp in stamps:
        own[stamp.origin] = max(stamp.seen.own, own.get(stamp.origin, 0))

    def is_covered(stamp: Stamp) -> bool:
        if stamp.place >= national and stamp.number >= own[stamp.origin]:
            return False
        if not covers(stamp, stamp):
            return True
        return any(other.place != stamp.place and covers(other, stamp) for other in stamps)

    return is_covered


def _resolves(write: Write, writes: Sequence[Write]) -> bool:
    """Whether a write covers two writes of which neither covers the other.

    A stamp is compared with all before it only where it does not go beyond what each log had.
    """
    covered = [w.stamp for w in writes if w is not write and covers(write.stamp, w.stamp)]
    covered.sort(key=lambda stamp: stamp.place)
    furthest: dict[str, tuple[int, int]] = {}
    for count, stamp in enumerate(covered):
        for origin, (place, number) in furthest.items():
            is_beyond = place < stamp.seen.national or (
                origin == stamp.origin and number < stamp.seen.own
            )
            if not is_beyond and _is_apart_from_any(stamp, covered[:count]):
                return True
        number = furthest.get(stamp.origin, (0, stamp.number))[1]
        furthest[stamp.origin] = stamp.place, max(number, stamp.number)
    return False


def _is_apart_from_any(stamp: Stamp, others: Iterable[Stamp]) -> bool:
    return any(not covers(stamp, other) and not covers(other, stamp) for other in others)


def _covers_all(writes: Sequence[Write]) -> Write | None:
    """The last write if its author had all others on screen: it alone speaks."""
    if len(writes) == 1:
        return writes[0]
    latest = max(writes, key=_place)
    seen_all = all(w is latest or covers(latest.stamp, w.stamp) for w in writes)
    return latest if seen_all else None


def _spoken(writes: Sequence[Write]) -> dict[bytes, list[Write]]:
    """By element, who said *in* (True) or *out* (False) of it, in order of places."""
    spoken: dict[bytes, list[Write]] = {}
    for write in sorted(writes, key=_place):
        within = {canonicalise(element) for element in _elements(write.value)}
        for key in within | spoken.keys():
            before = [w for w in spoken.get(key, ()) if covers(write.stamp, w.stamp)]
            on_screen = {w.value for w in uncovered(before)} or {False}
            if on_screen != {key in within}:
                spoken.setdefault(key, []).append(Write(write.stamp, key in within))
    return spoken


def _elements(value: Json) -> list[Json]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _order(element: Json) -> tuple[int, bytes]:
    """Numbers by value, then the rest by canonical bytes."""
    if type(element) is int:
        return element, b""
    return INTEGER_MAX + 1, canonicalise(element)


def _place(write: Write) -> int:
    return write.stamp.place
