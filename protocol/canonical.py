"""Strict JSON in, RFC 8785 out. The only JSON parser of the project.

`parse` serves every entrance; `decode_entry` and `encode_entry` serve the entries of logs, whose
JSON is restricted further (protocol.md, "Names, logs, keys") so that every tool reads one thing:
member names of `[a-z0-9_]`, integers within ±(2^53-1), no floats, strings in NFC without U+0000 or
lone surrogates, a bounded depth. On that domain sorting by code unit equals sorting by byte, so the
fast encoder is RFC 8785; a property test holds it against the `rfc8785` package.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, NoReturn, TypeAlias

import jsonschema_rs
import orjson
import rfc8785

from protocol.errors import MalformedJson, NotCanonical
from protocol.limits import (
    ENTRY_BYTES_MAX,
    ENTRY_DEPTH_MAX,
    INTEGER_MAX,
    JSON_BYTES_MAX,
    JSON_DEPTH_MAX,
    KEY_LENGTH_MAX,
)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_NAMES = re.compile(rf"[a-z0-9_]{{1,{KEY_LENGTH_MAX}}}(?:\n[a-z0-9_]{{1,{KEY_LENGTH_MAX}}})*+\Z")
_STRUCTURE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_STRICT = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DIGITS_MAX = 400


def _domain() -> dict[str, Any]:
    """JSON Schema of entries. Draft 4, to which 1.0 is no integer; a level for each depth."""
    scalars = ["string", "integer", "boolean", "null"]
    numbers = {"minimum": -INTEGER_MAX, "maximum": INTEGER_MAX}
    levels: dict[str, Any] = {str(ENTRY_DEPTH_MAX + 1): {"type": scalars, **numbers}}
    for depth in range(ENTRY_DEPTH_MAX, 0, -1):
        inner = {"$ref": f"#/definitions/{depth + 1}"}
        levels[str(depth)] = {
            "type": [*scalars, "object", "array"],
            **numbers,
            "patternProperties": {f"^[a-z0-9_]{{1,{KEY_LENGTH_MAX}}}$": inner},
            "additionalProperties": False,
            "items": inner,
        }
    return {"definitions": levels, "allOf": [{"$ref": "#/definitions/1"}]}


_DOMAIN = jsonschema_rs.Draft4Validator(_domain())


def parse(data: bytes, *, size_max: int = JSON_BYTES_MAX, depth_max: int = JSON_DEPTH_MAX) -> Json:
    """The value of a strict JSON text (RFC 8259, and I-JSON's rules on names and strings).

    Args:
        data: UTF-8 without a byte order mark.
        size_max: largest accepted size, in bytes.
        depth_max: deepest accepted nesting; the limit is applied before parsing.

    Raises:
        MalformedJson: code `json_too_large`, `json_too_deep`, `json_not_utf8`,
            `json_duplicate_key`, `json_bad_number`, `json_bad_string` or `json_malformed`.
    """
    if len(data) > size_max:
        raise MalformedJson(f"{len(data)} bytes, at most {size_max}", code="json_too_large")
    if data.count(b"{") + data.count(b"[") > depth_max and _depth(data) > depth_max:
        raise MalformedJson(f"nested deeper than {depth_max}", code="json_too_deep")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJson("not UTF-8", code="json_not_utf8") from error
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(f"not JSON: {error}") from error


def canonicalise(value: Json) -> bytes:
    """The RFC 8785 form of any JSON value.

    Raises:
        NotCanonical: a number or string that RFC 8785 cannot represent.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(str(error)) from error


def encode_entry(value: dict[str, Json]) -> bytes:
    """The bytes of an entry: RFC 8785 on the restricted domain, 1 to 65,535 bytes.

    Raises:
        NotCanonical: outside the domain, or too large (code `entry_too_large`).
    """
    try:
        data = orjson.dumps(value, option=_STRICT)
    except TypeError as error:
        raise NotCanonical(f"not of JSON, or a lone surrogate: {error}") from error
    _check_domain(value, data)
    _check_size(data)
    return data


def decode_entry(data: bytes) -> dict[str, Json]:
    """The object that an entry's bytes stand for.

    Raises:
        MalformedJson: not JSON at all.
        NotCanonical: JSON, but outside the domain or not byte-equal to its canonical form.
    """
    _check_size(data)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise MalformedJson(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise NotCanonical("an entry is a JSON object")
    try:
        encoded = orjson.dumps(value, option=_STRICT)
    except TypeError as error:  # reads deeper nesting than it writes
        raise NotCanonical(f"nested deeper than {ENTRY_DEPTH_MAX}") from error
    _check_domain(value, encoded)
    if encoded != data:
        raise NotCanonical("not byte-equal to its RFC 8785 form")
    return value


def _check_domain(value: dict[str, Json], encoded: bytes) -> None:
    """Refuses a value outside the domain: by a schema, which is quick, else by walking it.

    The walk says why, and judges what the schema cannot be asked about.
    """
    try:
        is_inside = _DOMAIN.is_valid(value) and b"\\u0000" not in encoded and _is_nfc(encoded)
    except ValueError:  # a type that JSON does not have
        is_inside = False
    if not is_inside:
        strings: list[str] = []
        _check_members(value, 1, strings)
        _check_strings(strings)


def _is_nfc(encoded: bytes) -> bool:
    return encoded.isascii() or unicodedata.is_normalized("NFC", encoded.decode())


def _check_size(data: bytes) -> None:
    if not 1 <= len(data) <= ENTRY_BYTES_MAX:
        raise NotCanonical(
            f"{len(data)} bytes, an entry has 1 to {ENTRY_BYTES_MAX}", code="entry_too_large"
        )


def _check_members(container: dict[str, Json] | list[Json], depth: int, strings: list[str]) -> None:
    """Refuses names, numbers and depths outside the domain, and collects the strings."""
    if depth > ENTRY_DEPTH_MAX:
        raise NotCanonical(f"nested deeper than {ENTRY_DEPTH_MAX}")
    if isinstance(container, dict):
        _check_names(container)
        items: Iterable[Json] = container.values()
    else:
        items = container
    for item in items:
        kind = type(item)
        if kind is str:
            strings.append(item)  # type: ignore[arg-type]
        elif kind is dict or kind is list:
            _check_members(item, depth + 1, strings)  # type: ignore[arg-type]
        elif item is not None:
            _check_number(item)


def _check_number(item: Json) -> None:
    if type(item) not in (int, bool):
        raise NotCanonical(f"a {type(item).__name__} is not allowed in an entry")
    if not -INTEGER_MAX <= item <= INTEGER_MAX:  # type: ignore[operator]
        raise NotCanonical("an integer beyond 2^53-1")


def _check_names(members: dict[str, Json]) -> None:
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


def _depth(data: bytes) -> int:
    depth = deepest = 0
    for match in _STRUCTURE.finditer(data):
        token = match[0]
        if token in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token in b"]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for key, value in pairs:
        _refuse_surrogates(key)
        if key in members:
            raise MalformedJson(f"the name {key!r} twice", code="json_duplicate_key")
        if isinstance(value, str):
            _refuse_surrogates(value)
        elif isinstance(value, list):
            _refuse_in_list(value)
        members[key] = value
    return members


def _refuse_in_list(items: list[Json]) -> None:
    for item in items:
        if isinstance(item, str):
            _refuse_surrogates(item)
        elif isinstance(item, list):
            _refuse_in_list(item)


def _refuse_surrogates(text: str) -> None:
    if not text.isascii() and _SURROGATE.search(text):
        raise MalformedJson("a lone surrogate", code="json_bad_string")


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS_MAX:
        raise MalformedJson("a number of too many digits", code="json_bad_number")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise MalformedJson("a number beyond IEEE 754", code="json_bad_number")
    return number


def _constant(name: str) -> NoReturn:
    raise MalformedJson(f"{name} is not JSON", code="json_bad_number")


class _Decoder(json.JSONDecoder):
    """The standard decoder with every leniency taken away."""

    def __init__(self) -> None:
        super().__init__(
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )

    def decode(self, s: str, *_: object) -> Json:
        value: Json = super().decode(s)
        if isinstance(value, str):
            _refuse_surrogates(value)
        elif isinstance(value, list):
            _refuse_in_list(value)
        return value


_DECODER = _Decoder()
