"""Dates in HTTP headers (RFC 9110, 5.6.7)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def read_date(text: str) -> datetime:
    """The moment that a header names, in any of the three forms, in UTC.

    Raises:
        ValueError, OverflowError: it names none.
    """
    moment = parsedate_to_datetime(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
