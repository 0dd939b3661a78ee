"""Strict JSON in, RFC 8785 out. The only JSON parser of the project.

`parse` serves every entrance; `decode_entry` and `encode_entry` serve the entries of logs, whose
JSON is restricted further (`protocol.entry_domain`). On that domain sorting by code unit equals
sorting by byte, so the fast encoder is RFC 8785; a property test holds it against the `rfc8785`
package.
"""

import json
import math
import re
from typing import NoReturn, TypeAlias

import orjson
import rfc8785

from protocol.entry_domain import Judge, check_domain
from protocol.errors import MalformedJson, NotCanonical
from protocol.limits import (
    ENTRY_BYTES_MAX,
    ENTRY_DEPTH_MAX,
    JSON_BYTES_MAX,
    JSON_DEPTH_MAX,
)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_STRUCTURE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_STRICT = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DIGITS_MAX = 400


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


def encode_entry(value: dict[str, Json], *, is_judged: bool = False) -> bytes:
    """The bytes of an entry: RFC 8785 on the restricted domain, 1 to 65,535 bytes.

    Args:
        value: the entry's object.
        is_judged: a `protocol.entry_domain.Judge` has said yes to it.

    Raises:
        NotCanonical: outside the domain, or too large (code `entry_too_large`).
    """
    try:
        data = orjson.dumps(value, option=_STRICT)
    except TypeError as error:
        raise NotCanonical(f"not of JSON, or a lone surrogate: {error}") from error
    check_domain(value, data, is_judged=is_judged)
    _check_size(data)
    return data


def decode_entry(data: bytes) -> dict[str, Json]:
    """The object that an entry's bytes stand for.

    Raises:
        MalformedJson: not JSON at all.
        NotCanonical: JSON, but outside the domain or not byte-equal to its canonical form.
    """
    return decode_judged(data, _no_form)[0]


def decode_judged(data: bytes, judge: Judge) -> tuple[dict[str, Json], bool]:
    """The object that an entry's bytes stand for, and whether `judge` says yes to it.

    Raises:
        MalformedJson, NotCanonical: as of `decode_entry`, whatever the judge says.
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
    is_of_form = judge(value)
    check_domain(value, encoded, is_judged=is_of_form)
    if encoded != data:
        raise NotCanonical("not byte-equal to its RFC 8785 form")
    return value, is_of_form


def _no_form(_value: dict[str, Json]) -> bool:
    return False


def _check_size(data: bytes) -> None:
    if not 1 <= len(data) <= ENTRY_BYTES_MAX:
        raise NotCanonical(
            f"{len(data)} bytes, an entry has 1 to {ENTRY_BYTES_MAX}", code="entry_too_large"
        )


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
