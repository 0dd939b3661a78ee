"""How an entry's JSON becomes a frozen value and back: forms, one table row a member.

A form names the entry's type, its class and what each member must be. Decoding is total: a value,
or `VoidEntry` with one of the codes below. Encoding a decoded value gives the same bytes, and what
decoding would refuse, encoding refuses too.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from protocol.canonical import Json, decode_entry, encode_entry
from protocol.errors import MalformedJson, NotCanonical, VoidEntry
from protocol.limits import INTEGER_MAX, KEY_LENGTH_MAX, SALT_BYTES

VERSION = 1

RESERVED = frozenset({"id", "hub", "state"})
"""Names that no `set` or `unset` may use: the entry, its log, and withdrawals say them."""

_SALT = re.compile(rf"[0-9a-f]{{{2 * SALT_BYTES}}}\Z")
_TIME = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z\Z"
)
_RECORD = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
_FIELD = re.compile(rf"[a-z0-9_]{{1,{KEY_LENGTH_MAX}}}\Z")
_ERROR = {"code", "message", "pointer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an author had on screen (protocol.md, "Merge").

    Attributes:
        national: size of the national log that was applied when the form was rendered.
        own: number of own log entries visible then, the opening entry counted.
    """

    national: int
    own: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The exact entry behind a decision.

    Attributes:
        origin: of the hub's log.
        index: in that log.
    """

    origin: str
    index: int


@dataclass(frozen=True, slots=True)
class Member:
    """What a member must be.

    Attributes:
        decode: JSON value to Python value; raises ValueError, TypeError or KeyError.
        encode: the way back.
        is_optional: absent stands for None.
    """

    decode: Callable[[Any], Any]
    encode: Callable[[Any], Json]
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One type of entry.

    Attributes:
        name: the entry's `type`.
        cls: makes the value out of its members.
        members: what each of them must be.
    """

    name: str
    cls: Callable[..., Any]
    members: Mapping[str, Member]


def encode(form: Form, value: object) -> bytes:
    """The entry's bytes.

    Raises:
        NotCanonical: a member is not what it must be, lies outside the domain of entries, or the
            entry is too large.
    """
    document: dict[str, Json] = {"v": VERSION, "type": form.name}
    for name, member in form.members.items():
        content = getattr(value, name)
        if content is not None or not member.is_optional:
            document[name] = member.encode(content)
    try:
        _values(form, document)
    except VoidEntry as error:
        raise NotCanonical(error.message, pointer=error.pointer) from error
    return encode_entry(document)


def decode(forms: Mapping[str, Form], data: bytes) -> Any:
    """The value that an entry's bytes stand for.

    Raises:
        VoidEntry: `entry_not_canonical`, `entry_unknown_type`, `entry_member_missing`,
            `entry_member_invalid` or `entry_unknown_member`.
    """
    try:
        document = decode_entry(data)
    except (MalformedJson, NotCanonical) as error:
        raise VoidEntry(error.message, code="entry_not_canonical") from error
    kind, version = document.get("type"), document.get("v")
    form = forms.get(kind) if isinstance(kind, str) else None
    if form is None or type(version) is not int or version != VERSION:
        raise VoidEntry("a type or version that is not known", code="entry_unknown_type")
    values = _values(form, document)
    foreign = document.keys() - form.members.keys() - {"v", "type"}
    if foreign:
        name = min(foreign)
        raise VoidEntry(
            f"{name} does not belong here", code="entry_unknown_member", pointer=f"/{name}"
        )
    return form.cls(**values)


def _values(form: Form, document: Mapping[str, Json]) -> dict[str, Any]:
    values = {name: _decode_member(document, name, m) for name, m in form.members.items()}
    written, emptied = values.get("set"), values.get("unset")
    if written and emptied and not written.keys().isdisjoint(emptied):
        raise VoidEntry("a field both set and unset", code="entry_member_invalid", pointer="/unset")
    return values


def _decode_member(document: Mapping[str, Json], name: str, member: Member) -> Any:
    if name not in document:
        if member.is_optional:
            return None
        raise VoidEntry(f"{name} is missing", code="entry_member_missing", pointer=f"/{name}")
    try:
        return member.decode(document[name])
    except (ValueError, TypeError, KeyError) as error:
        raise VoidEntry(
            f"{name} is not what it must be", code="entry_member_invalid", pointer=f"/{name}"
        ) from error


def _matching(pattern: re.Pattern[str]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if type(value) is not str or not pattern.match(value):
            raise ValueError(f"not of the form {pattern.pattern}")
        return value

    return check


def _plain(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    if type(value) is not str or not value:
        raise ValueError("not a text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= INTEGER_MAX:
        raise ValueError("not a whole number from 0")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if type(value) is not list:
        raise ValueError("not a list")
    return tuple(_text(item) for item in value)


def _seen(value: Any) -> Seen:
    if len(value) != 2:  # noqa: PLR2004  # national, own
        raise ValueError("not a seen")
    return Seen(national=_count(value["national"]), own=_count(value["own"]))


def _source(value: Any) -> Source:
    if len(value) != 2:  # noqa: PLR2004  # origin, index
        raise ValueError("not a source")
    return Source(origin=_text(value["origin"]), index=_count(value["index"]))


def _fields(value: Any) -> dict[str, Json]:
    if type(value) is not dict or None in value.values():
        raise ValueError("not an object of values")
    if not RESERVED.isdisjoint(value):
        raise ValueError("a field that changes do not set")
    return value


def _names(value: Any) -> tuple[str, ...]:
    names = _texts(value)
    if list(names) != sorted(set(names)) or not all(map(_FIELD.match, names)):
        raise ValueError("not sorted field names, each once")
    if not RESERVED.isdisjoint(names):
        raise ValueError("a field that changes do not unset")
    return names


def _errors(value: Any) -> tuple[Mapping[str, str], ...]:
    if type(value) is not list:
        raise ValueError("not a list")
    for item in value:
        if type(item) is not dict or item.keys() != _ERROR:
            raise ValueError("an error has code, message and pointer")
        if not all(type(text) is str for text in item.values()):
            raise ValueError("an error consists of texts")
    return tuple(value)


def _seen_object(seen: Seen) -> Json:
    return {"national": seen.national, "own": seen.own}


def _source_object(source: Source) -> Json:
    return {"origin": source.origin, "index": source.index}


def optional(member: Member) -> Member:
    """The same member, absent where its value is None."""
    return Member(member.decode, member.encode, is_optional=True)


def one_of(*texts: str) -> Member:
    """A member that is one of these texts."""

    def check(value: Any) -> str:
        if type(value) is not str or value not in texts:
            raise ValueError(f"none of {texts}")
        return value

    return Member(check, _plain)


TEXT = Member(_text, _plain)
COUNT = Member(_count, _plain)
TEXTS = Member(_texts, list)
SALT = Member(_matching(_SALT), _plain)
TIME = Member(_matching(_TIME), _plain)
RECORD = Member(_matching(_RECORD), _plain)
SEEN = Member(_seen, _seen_object)
SOURCE = Member(_source, _source_object)
FIELDS = Member(_fields, dict)
NAMES = Member(_names, list)
ERRORS = Member(_errors, lambda errors: [dict(error) for error in errors])
