"""What a member of an entry may be: a check that explains, and a schema that is quick.

The check has the last word; `protocol.entries.envelope` asks it wherever the schema says no.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from protocol.canonical import Json
from protocol.entry_domain import JsonSchema, anything_at
from protocol.keys import SIGNATURE_BYTES
from protocol.limits import INTEGER_MAX, KEY_LENGTH_MAX, SALT_BYTES
from protocol.merkle import HASH_BYTES

RESERVED = frozenset({"id", "hub", "state"})
"""Names that no `set` or `unset` may use: the entry, its log, and withdrawals say them."""

TARGET_FACETS = frozenset({"hub", "year", "scheme", "award_year"})
"""By what a campaign may choose its records: owner, year in which it started, scheme and year of an
award."""

_END = r"\Z"
_SALT = re.compile(rf"[0-9a-f]{{{2 * SALT_BYTES}}}\Z")
_TIME = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z\Z"
)
_DATE = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])\Z")
_RECORD = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
_FIELD = re.compile(rf"[a-z0-9_]{{1,{KEY_LENGTH_MAX}}}\Z")
_HASH = re.compile(rf"[0-9a-f]{{{2 * HASH_BYTES}}}\Z")
_SIGNATURE = re.compile(rf"[0-9a-f]{{{2 * SIGNATURE_BYTES}}}\Z")
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
        schema: of the JSON values that `decode` takes; may let in what `decode` refuses only
            where `is_plain` is not set.
        is_plain: `decode` gives the JSON value itself, and refuses nothing that the schema lets in.
        is_optional: absent stands for None.
    """

    decode: Callable[[Any], Any]
    encode: Callable[[Any], Json]
    schema: JsonSchema
    is_plain: bool = False
    is_optional: bool = False


def optional(member: Member) -> Member:
    """The same member, absent where its value is None."""
    return replace(member, is_optional=True)


def one_of(*texts: str) -> Member:
    """A member that is one of these texts."""

    def check(value: Any) -> str:
        if type(value) is not str or value not in texts:
            raise ValueError(f"none of {texts}")
        return value

    return Member(check, _plain, {"enum": list(texts)}, is_plain=True)


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
    if not names:
        return names
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


def _proofs(value: Any) -> tuple[str, str]:
    first, second = _texts(value)
    if not _SIGNATURE.match(first) or not _SIGNATURE.match(second):
        raise ValueError("not two signatures")
    return first, second


def _target(value: Any) -> dict[str, list[str]]:
    if type(value) is not dict or not value.keys() <= TARGET_FACETS:
        raise ValueError("not an object of facets")
    for values in value.values():
        if not _texts(values):
            raise ValueError("a facet without a value")
    return value


def _seen_object(seen: Seen) -> Json:
    return {"national": seen.national, "own": seen.own}


def _source_object(source: Source) -> Json:
    return {"origin": source.origin, "index": source.index}


def _of_pattern(pattern: re.Pattern[str]) -> Member:
    schema = {"type": "string", "pattern": f"^(?:{pattern.pattern.removesuffix(_END)})$"}
    return Member(_matching(pattern), _plain, schema, is_plain=True)


def _object_of(**members: JsonSchema) -> JsonSchema:
    return {
        "type": "object",
        "properties": members,
        "required": sorted(members),
        "additionalProperties": False,
    }


_NON_EMPTY: JsonSchema = {"type": "string", "minLength": 1}
_NATURAL: JsonSchema = {"type": "integer", "minimum": 0, "maximum": INTEGER_MAX}
_NOT_NULL: JsonSchema = {"allOf": [anything_at(3), {"not": {"type": "null"}}]}
_FREE_FIELD = f"^{_FIELD.pattern.removesuffix(_END)}$"
_SET: JsonSchema = {
    "type": "object",
    "properties": {name: {"not": {}} for name in sorted(RESERVED)},
    "patternProperties": {_FREE_FIELD: _NOT_NULL},
    "additionalProperties": False,
}
_UNSET: JsonSchema = {"type": "array", "items": {"type": "string", "pattern": _FREE_FIELD}}
_TEXT_LIST: JsonSchema = {"type": "array", "items": _NON_EMPTY}
_PROOF_LIST: JsonSchema = {**_TEXT_LIST, "minItems": 2, "maxItems": 2}
_TARGETS: JsonSchema = {
    "type": "object",
    "properties": {
        name: {"type": "array", "minItems": 1, "items": _NON_EMPTY}
        for name in sorted(TARGET_FACETS)
    },
    "additionalProperties": False,
}
_ERROR_LIST: JsonSchema = {
    "type": "array",
    "items": _object_of(**{name: {"type": "string"} for name in sorted(_ERROR)}),
}

TEXT = Member(_text, _plain, _NON_EMPTY, is_plain=True)
COUNT = Member(_count, _plain, _NATURAL, is_plain=True)
TEXTS = Member(_texts, list, _TEXT_LIST)
SALT = _of_pattern(_SALT)
TIME = _of_pattern(_TIME)
RECORD = _of_pattern(_RECORD)
SEEN = Member(_seen, _seen_object, _object_of(national=_NATURAL, own=_NATURAL))
SOURCE = Member(_source, _source_object, _object_of(origin=_NON_EMPTY, index=_NATURAL))
FIELDS = Member(_fields, dict, _SET, is_plain=True)
NAMES = Member(_names, list, _UNSET)
ERRORS = Member(_errors, lambda errors: [dict(error) for error in errors], _ERROR_LIST)
PROOFS = Member(_proofs, list, _PROOF_LIST)
DATE = _of_pattern(_DATE)
HASH = _of_pattern(_HASH)
TARGET = Member(_target, dict, _TARGETS, is_plain=True)

COMMON = {"salt": SALT, "at": TIME}
"""Members of every decision."""

BY_A_PERSON = {"by": TEXT, "agency": TEXT}
"""Members of every decision that a person took."""
