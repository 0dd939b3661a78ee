"""Which program this is, and whether another one is older."""

import re
from importlib.metadata import version

SOFTWARE = f"jipp-federation/{version('jipp-federation')}"
"""How both services name themselves: a name, a slash and a version."""

_RELEASE = re.compile(r"(?P<name>[A-Za-z0-9._-]+)/(?P<numbers>[0-9]{1,6}(?:\.[0-9]{1,6}){0,3})")


def is_older(software: str, than: str = SOFTWARE) -> bool:
    """Whether both are releases of one program, and the first has the smaller version.

    What is no release of that program (a fork, a test) is not judged: it is neither.
    """
    ours, theirs = _RELEASE.fullmatch(than), _RELEASE.fullmatch(software)
    if ours is None or theirs is None or ours["name"] != theirs["name"]:
        return False
    return _numbers(theirs["numbers"]) < _numbers(ours["numbers"])


def _numbers(text: str) -> tuple[int, ...]:
    """Without zeros at the end: 1.0 is 1."""
    found = [int(it) for it in text.split(".")]
    while found and not found[-1]:
        found.pop()
    return tuple(found)
