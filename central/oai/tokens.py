"""resumptionToken (OAI-PMH 2.0, 3.5): all that a list needs to go on; nobody has to keep it.

It does not expire. The end of the span is fixed when a list begins: what changes meanwhile leaves
the list, and is in the next one from there on.
"""

import base64
import binascii
from dataclasses import asdict, dataclass, fields
from typing import Any

from protocol.canonical import canonicalise, parse
from protocol.errors import ProtocolError
from protocol.limits import INTEGER_MAX

_TEXT_CHARACTERS_MAX = 80
_TOKEN_CHARACTERS_MAX = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A list under way.

    Attributes:
        verb: ListIdentifiers or ListRecords.
        prefix: of the format.
        set: the set's name, or "".
        since: earliest datestamp, or "".
        until: latest.
        at: datestamp of the last one that was listed.
        record: its id.
        listed: how many were listed.
        total: how many there were when the list began.
    """

    verb: str
    prefix: str
    set: str
    since: str
    until: str
    at: str
    record: str
    listed: int
    total: int


def write_token(token: Token) -> str:
    """The token as harvesters carry it."""
    return base64.urlsafe_b64encode(canonicalise(asdict(token))).decode().rstrip("=")


def read_token(text: str) -> Token | None:
    """The token that `write_token` wrote, or None where it wrote no such."""
    if len(text) > _TOKEN_CHARACTERS_MAX:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        value = parse(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ProtocolError, binascii.Error, ValueError):
        return None
    if not isinstance(value, dict) or value.keys() != {it.name for it in fields(Token)}:
        return None
    known: dict[str, Any] = value
    is_sound = all(_is_sound(it.type, known[it.name]) for it in fields(Token))
    return Token(**known) if is_sound else None


def _is_sound(form: object, value: object) -> bool:
    if form is int:
        return type(value) is int and 0 <= value <= INTEGER_MAX
    return isinstance(value, str) and len(value) <= _TEXT_CHARACTERS_MAX
