"""The domain of entries: what JSON a log may hold, so that every tool reads one thing.

Member names of `[a-z0-9_]`, integers within ±(2^53-1), no floats, strings in NFC without U+0000 or
lone surrogates, a bounded depth (protocol.md, "Names, logs, keys"). Asked of a JSON Schema, which
is quick (docs/decisions/0006); where that says no, the value is walked, which says why.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from protocol.errors import NotCanonical
from protocol.limits import ENTRY_DEPTH_MAX, INTEGER_MAX, KEY_LENGTH_MAX

if TYPE_CHECKING:
    import jsonschema_rs

_NAMES = re.compile(rf"[a-z0-9_]{{1,{KEY_LENGTH_MAX}}}(?:\n[a-z0-9_]{{1,{KEY_LENGTH_MAX}}})*+\Z")

JsonSchema: TypeAlias = Mapping[str, Any]
"""JSON Schema of draft 4, to which 1.0 is no integer."""

Judge: TypeAlias = Callable[[dict[str, Any]], bool]
"""Says yes only to an object that lies within the domain of entries; quick. A no proves nothing."""


def anything_at(depth: int) -> JsonSchema:
    """The schema of any value of the domain, at that depth of an entry; the object itself is 1."""
    return {"$ref": f"#/definitions/{depth}"}


def make_judge(*, members: Mapping[str, JsonSchema], required: Iterable[str]) -> Judge:
    """A judge of entries that have these members and no others.

    Args:
        members: schema by name; each must lie within the domain, as `anything_at` does.
        required: names that may not be left out.
    """
    form = {
        "type": "object",
        "properties": dict(members),
        "required": sorted(required),
        "additionalProperties": False,
    }
    return _judge(form)


def _judge(form: JsonSchema) -> Judge:
    @cache
    def compiled() -> "jsonschema_rs.Draft4Validator":  # a node at rest needs none: 4 MB
        import jsonschema_rs  # noqa: PLC0415  # 3 MB more

        return jsonschema_rs.Draft4Validator({"definitions": _LEVELS, "allOf": [form]})

    def is_inside(value: dict[str, Any]) -> bool:
        validator = compiled()
        try:
            return validator.is_valid(value)
        except ValueError:  # a type that JSON does not have
            return False

    return is_inside


def _levels() -> dict[str, JsonSchema]:
    """The schema of any value, for each depth at which it may stand."""
    scalars = ["string", "integer", "boolean", "null"]
    numbers = {"minimum": -INTEGER_MAX, "maximum": INTEGER_MAX}
    levels: dict[str, JsonSchema] = {str(ENTRY_DEPTH_MAX + 1): {"type": scalars, **numbers}}
    for depth in range(ENTRY_DEPTH_MAX, 0, -1):
        inner = anything_at(depth + 1)
        levels[str(depth)] = {
            "type": [*scalars, "object", "array"],
            **numbers,
            "patternProperties": {f"^[a-z0-9_]{{1,{KEY_LENGTH_MAX}}}$": inner},
            "additionalProperties": False,
            "items": inner,
        }
    return levels


_LEVELS = _levels()
_is_inside = _judge(anything_at(1))


def check_domain(value: dict[str, Any], encoded: bytes, *, is_judged: bool = False) -> None:
    """Refuses a value outside the domain.

    Args:
        value: an entry's object.
        encoded: its RFC 8785 form.
        is_judged: a judge has said yes to it.

    Raises:
        NotCanonical: why.
    """
    is_inside = is_judged or _is_inside(value)
    if not (is_inside and not _may_hold_nul(encoded) and _is_nfc(encoded)):
        strings: list[str] = []
        _check_members(value, 1, strings)
        _check_strings(strings)


def _may_hold_nul(encoded: bytes) -> bool:
    """Whether U+0000 is written there, as it seems; one sign alone is found much faster."""
    return b"\\" in encoded and b"\\u0000" in encoded


def _is_nfc(encoded: bytes) -> bool:
    return encoded.isascii() or unicodedata.is_normalized("NFC", encoded.decode())


def _check_members(container: dict[str, Any] | list[Any], depth: int, strings: list[str]) -> None:
    """Refuses names, numbers and depths outside the domain, and collects the strings."""
    if depth > ENTRY_DEPTH_MAX:
        raise NotCanonical(f"nested deeper than {ENTRY_DEPTH_MAX}")
    if isinstance(container, dict):
        _check_names(container)
        items: Iterable[Any] = container.values()
    else:
        items = container
    for item in items:
        kind = type(item)
        if kind is str:
            strings.append(item)
        elif kind is dict or kind is list:
            _check_members(item, depth + 1, strings)
        elif item is not None:
            _check_number(item)


def _check_number(item: Any) -> None:
    if type(item) not in (int, bool):
        raise NotCanonical(f"a {type(item).__name__} is not allowed in an entry")
    if not -INTEGER_MAX <= item <= INTEGER_MAX:
        raise NotCanonical("an integer beyond 2^53-1")


def _check_names(members: dict[str, Any]) -> None:
    try:
        joined = "\n".join(members)
    except TypeError as error:
        raise NotCanonical("a member name that is no text") from error
    is_good = _NAMES.match(joined) and joined.count("\n") == len(members) - 1
    if members and not is_good:
        raise NotCanonical("a member name outside [a-z0-9_]")


def _check_strings(strings: list[str]) -> None:
    """Refuses U+0000 and what is not in NFC."""
    if any("\x00" in text for text in strings):
        raise NotCanonical("a string with U+0000")
    if not all(unicodedata.is_normalized("NFC", text) for text in strings):
        raise NotCanonical("a string that is not in NFC")
