"""How long an answer asks to be left alone: the header `Retry-After` (RFC 9110, 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

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
        seconds = (_moment(value) - _moment(sent)).total_seconds()
    except (ValueError, OverflowError):
        return 0
    return max(0, int(seconds))


def _moment(text: str) -> datetime:
    """A date in any of the three forms of RFC 9110, 5.6.7."""
    moment = parsedate_to_datetime(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
