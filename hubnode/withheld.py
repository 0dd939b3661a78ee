"""What an import remembers of a cell whose value was redacted: enough to know it again, no more.

The source file still has the text. Without any memory the next import would take it for an edit and
publish it once more; with the text in it the memory would not be redacted. So a salted hash stands
in its place: whoever guesses the text can confirm it, and nobody can read it.
"""

from collections.abc import Mapping
from hashlib import sha256

from protocol.canonical import Json, canonicalise

_MARK = "redacted"


def withheld(value: Json, *, salt: str) -> Json:
    """What stands in place of a value.

    Args:
        value: that is to be forgotten.
        salt: 32 hex digits, fresh.
    """
    return {_MARK: [salt, sha256(salt.encode() + canonicalise(value)).hexdigest()]}


def is_said_again(last: Json, now: Json) -> bool:
    """Whether a cell says what it said last time."""
    if not isinstance(last, dict) or last.keys() != {_MARK}:
        return last == now
    match last[_MARK]:
        case [str() as salt, _]:
            return last == withheld(now, salt=salt)
        case _:
            return False


def remembered(last: Mapping[str, Json], now: Mapping[str, Json]) -> dict[str, Json]:
    """What is remembered of a row: what it says, and what was withheld stays so."""
    return {
        name: last[name] if name in last and is_said_again(last[name], value) else value
        for name, value in now.items()
    }
