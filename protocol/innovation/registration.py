"""National registration numbers (NRI) as text: `2026-000123` (docs/decisions/0017).

The year in which the number was given, in UTC, and a running number within it, from 1, with at
least six digits.
"""

import re

_FORM = re.compile(r"([0-9]{4})-([0-9]{6}|[1-9][0-9]{6,11})")
_SERIAL_DIGITS = 6


def format_number(year: int, serial: int) -> str:
    """The number as it is shown."""
    return f"{year:04}-{serial:0{_SERIAL_DIGITS}}"


def parse_number(text: str) -> tuple[int, int] | None:
    """(year, running number), or None where the text is no such number."""
    found = _FORM.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None
