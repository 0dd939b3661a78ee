"""Hours in which nobody is woken: what is still true after them is told then. Pure.

They are those of Jakarta (WIB), where the centre is kept, and are written as `22-6`: from 22.00 to
5.59 of the next day.
"""

import re
from datetime import datetime

from runtime.pages.formats import WIB, ZONES

_HOURS = re.compile(r"(?P<first>[0-9]{1,2})-(?P<end>[0-9]{1,2})")
HOURS_A_DAY = 24


def parse_quiet_hours(text: str) -> tuple[int, int] | None:
    """First hour and the one behind the last; None where there are none.

    Raises:
        ValueError: it is no such text.
    """
    if not text:
        return None
    parts = _HOURS.fullmatch(text)
    first, end = (int(parts["first"]), int(parts["end"])) if parts else (0, 0)
    if first == end or max(first, end) >= HOURS_A_DAY:
        raise ValueError("must be two hours of the day, such as 22-6, or empty")
    return first, end


def is_quiet(hours: tuple[int, int] | None, now: datetime) -> bool:
    """Whether nobody is told anything now."""
    if hours is None:
        return False
    first, end = hours
    hour = now.astimezone(ZONES[WIB]).hour
    return first <= hour < end if first < end else hour >= first or hour < end
