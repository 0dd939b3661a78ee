"""Dates and numbers as people in Indonesia write them: `23 November 2026 14.05 WIB`, `12.345,6`."""

from datetime import date, datetime, timedelta, timezone

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal

WIB, WITA, WIT = "WIB", "WITA", "WIT"
ZONES = {
    name: timezone(timedelta(hours=hours), name) for name, hours in ((WIB, 7), (WITA, 8), (WIT, 9))
}
"""Without daylight saving since Keppres 41/1987, so no machine needs a zone database for them."""

_WITA_PROVINCES = frozenset(
    ["51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"]
)
_WIT_PROVINCES = frozenset(["81", "82", "91", "92", "93", "94", "95", "96"])
"""Kemendagri's codes, with the provinces that were split off since."""


def zone_of(hub: str) -> str:
    """The zone of a hub: of its province, and Jakarta's for every other hub."""
    if hub in _WITA_PROVINCES:
        return WITA
    return WIT if hub in _WIT_PROVINCES else WIB


def format_time(moment: datetime, *, zone: str, language: str) -> str:
    """A moment to the minute in that zone, with the zone's name."""
    local = moment.astimezone(ZONES[zone])
    pattern = "d MMMM yyyy HH.mm" if language == "id" else "d MMMM yyyy HH:mm"
    return f"{format_datetime(local, pattern, locale=language)} {zone}"


def format_span(first: datetime, last: datetime, *, zone: str, language: str) -> str:
    """From one moment to another; a day that both share is said once."""
    begin, end = first.astimezone(ZONES[zone]), last.astimezone(ZONES[zone])
    if begin.date() != end.date():
        sides = (format_time(it, zone=zone, language=language) for it in (first, last))
        return " - ".join(sides)
    day = format_date(begin.date(), "d MMMM yyyy", locale=language)
    hours = "HH.mm" if language == "id" else "HH:mm"
    clock = "-".join(
        dict.fromkeys(format_datetime(it, hours, locale=language) for it in (begin, end))
    )
    return f"{day} {clock} {zone}"


def format_day(day: str, *, language: str) -> str:
    """A day, YYYY-MM-DD, as people write it; what is no day stays as it is."""
    try:
        return format_date(date.fromisoformat(day), "d MMMM yyyy", locale=language)
    except ValueError:
        return day


def format_day_of(moment: str, *, zone: str, language: str) -> str:
    """The day of a moment (RFC 3339) in that zone, as people write it."""
    local = datetime.fromisoformat(moment).astimezone(ZONES[zone])
    return format_date(local.date(), "d MMMM yyyy", locale=language)


def format_number(value: float, *, language: str) -> str:
    """A number with the language's separators."""
    return format_decimal(value, locale=language)


def format_duration(seconds: float, *, language: str) -> str:
    """A span of time in its largest unit that fits."""
    return format_timedelta(max(1, round(seconds)), locale=language)


def format_bytes(count: int, *, language: str) -> str:
    """A size in bytes, kB, MB or GB (1,000 each)."""
    for unit, size in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{format_decimal(round(count / size, 1), locale=language)} {unit}"
    return f"{count} B"
