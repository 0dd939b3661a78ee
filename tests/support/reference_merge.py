"""The merge once more, slow and obvious: protocol.md read aloud, nothing dropped, nothing cached.

A write is a plain tuple. Every question is answered from the whole list of writes.
"""

from collections.abc import Iterable
from typing import NamedTuple

import orjson

from protocol.canonical import Json


class Said(NamedTuple):
    place: int
    origin: str
    number: int
    national: int
    own: int
    author: str
    value: Json


def has_seen(later: Said, earlier: Said) -> bool:
    by_national_log = earlier.place < later.national
    by_own_log = earlier.origin == later.origin and earlier.number < later.own
    return by_national_log or by_own_log


def standing(writes: Iterable[Said]) -> list[Said]:
    """The writes that no other write has seen."""
    everything = sorted(writes)
    return [
        one
        for one in everything
        if not any(has_seen(other, one) for other in everything if other != one)
    ]


def text(value: Json) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def head_values(writes: Iterable[Said]) -> set[bytes]:
    return {text(write.value) for write in standing(writes)}


def shown_write(writes: list[Said], owner: str) -> Said:
    """The owner's resolving write, then the owner's, then others'; then the higher place."""

    def resolves(write: Said) -> bool:
        known = [other for other in writes if other != write and has_seen(write, other)]
        return any(
            not has_seen(one, other) and not has_seen(other, one)
            for one in known
            for other in known
            if one != other
        )

    alive = standing(writes)
    owners = [write for write in alive if write.author == owner]
    resolving = [write for write in owners if resolves(write)]
    return max(resolving or owners or alive, key=lambda write: write.place)


def opinions(writes: list[Said], element: Json) -> list[Said]:
    """The writes that say something about one element of a set, as True (in) or False (out)."""
    found: list[Said] = []
    for write in sorted(writes):
        said = text(element) in map(text, as_list(write.value))
        on_screen = {w.value for w in standing(w for w in found if has_seen(write, w))}
        if on_screen != {said} and (on_screen or said):
            found.append(write._replace(value=said))
    return found


def element_texts(writes: list[Said], owner: str) -> set[bytes]:
    """The elements of a set that are shown."""
    everything = {text(e): e for write in writes for e in as_list(write.value)}
    return {
        key
        for key, element in everything.items()
        if shown_write(opinions(writes, element), owner).value is True
    }


def disputed(writes: list[Said]) -> set[int]:
    """Places of the writes that disagree about an element."""
    places: set[int] = set()
    for element in [e for write in writes for e in as_list(write.value)]:
        alive = standing(opinions(writes, element))
        if len({write.value for write in alive}) > 1:
            places |= {write.place for write in alive}
    return places


def as_list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
