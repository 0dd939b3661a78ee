"""Mistyped names: a hint at the one that was meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str], *, prefix: str = "") -> str:
    """The end of a sentence about a name that does not exist; "" where no other is like it.

    Args:
        name: as somebody wrote it.
        known: the names that exist.
        prefix: with which all of these begin, so that it makes none more like another.
    """
    found = get_close_matches(
        name.removeprefix(prefix), [it.removeprefix(prefix) for it in known], n=1
    )
    return f"; did you mean {prefix}{found[0]}?" if found else ""
