"""How long an answer asks to be left alone: the header `Retry-After` (RFC 9110, 10.2.3)."""

import re

from runtime.http.dates import read_date

_DIGITS = re.compile(r"[0-9]{1,15}")


def retry_after_s(value: str, *, sent: str) -> int:
    """The seconds that a `Retry-After` asks for; 0 where it is absent, past or malformed.

    Args:
        value: of the header, seconds or a date, or "".
        sent: the answer's `Date`. A date counts from there, because the reader's clock may be
            years off; without it a date says nothing.
    """
    if _DIGITS.fullmatch(value):
        return int(value)
    try:
        seconds = (read_date(value) - read_date(sent)).total_seconds()
    except (ValueError, OverflowError):
        return 0
    return max(0, int(seconds))
