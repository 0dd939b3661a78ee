"""Signs that nobody sees and that change what others see: not for a log that cannot forget.

Control characters colour a terminal, ring its bell and move its cursor; bidirectional ones turn
the order of letters round, so that a text reads as another one. A text of one line holds no line
break or tab either.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

LINE_CHARACTERS_MAX = 500
"""Fields that may be longer are prose, of several lines."""

_TURNING = "\u202a-\u202e\u2066-\u2069"
_NOT_IN_PROSE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_TURNING}]")
_NOT_IN_A_LINE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_TURNING}]")
_SUSPECT = re.compile(
    rb'\\[^"\\]|\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]',
)
"""In the JSON of a record with any of them, or with a line break; few records have either."""


def is_one_line(text: str) -> bool:
    """Whether a text is one line without control or bidirectional characters."""
    return not _NOT_IN_A_LINE.search(text)


def texts_at_fault(
    record: Mapping[str, Any], forms: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    """The texts with signs that they may not hold.

    Args:
        record: or a part of one, by field.
        forms: what the schema says of each field.

    Yields:
        A text's JSON pointer, and whether it is to be one line.
    """
    if _may_be_at_fault(record):
        for name, value in record.items():
            yield from _at_fault(f"/{name}", value, forms.get(name, {}))


def _may_be_at_fault(record: Mapping[str, Any]) -> bool:
    try:
        text = orjson.dumps(dict(record))
    except TypeError:  # no JSON that orjson writes: a lone surrogate, an integer beyond 64 bits
        return True
    is_plain = text.isascii() and b"\\" not in text and b"\x7f" not in text
    return not is_plain and bool(_SUSPECT.search(text))  # a pattern is slow; most texts are plain


def _at_fault(pointer: str, value: Any, form: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    if isinstance(value, str):
        is_line = form.get("maxLength", 0) <= LINE_CHARACTERS_MAX or "pattern" in form
        if (_NOT_IN_A_LINE if is_line else _NOT_IN_PROSE).search(value):
            yield pointer, is_line
    elif isinstance(value, dict):
        members = form.get("properties", {})
        for name, item in value.items():
            yield from _at_fault(f"{pointer}/{name}", item, members.get(name, {}))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _at_fault(f"{pointer}/{index}", item, form.get("items", {}))
