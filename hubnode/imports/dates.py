"""Dates as people in Indonesia write them, to what an entry holds: a year, or YYYY-MM-DD.

The day comes first, then the month: 03/02/2021 is the third of February. Nothing is guessed: a year
of two digits, a month without a day, and a day that no calendar has are refused, with a sentence
that says how to write it.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

MONTHS = (
    *("januari", "februari", "maret", "april", "mei", "juni"),
    *("juli", "agustus", "september", "oktober", "november", "desember"),
)
ADVICE = (
    "Tulis tahunnya saja (2023) atau tanggal lengkap: 17 Agustus 2023, 17/08/2023 atau 2023-08-17."
)

_MONTHS_MAX = 12
_MIDNIGHT = " 00:00:00"
"""What spreadsheets write behind a day when they export it."""

_YEAR = re.compile(r"[0-9]{4}\Z")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_NUMBERS = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})\Z")
_WORDS = re.compile(r"([0-9]{1,2})\s+([^\W\d_]+)\s+([0-9]{4})\Z")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}(?:[/-][0-9]{1,2}[/-]|\s+[^\W\d_]+\s+)[0-9]{2}\Z")
_MONTH_ALONE = re.compile(
    r"(?:[^\W\d_]+\s+|[0-9]{1,2}[/-])(?P<year>[0-9]{4})\Z|(?P<first>[0-9]{4})[/-][0-9]{1,2}\Z"
)


class NoDate(Exception):
    """A text that is no date.

    Attributes:
        why: Indonesian, to stand behind the text itself: what is wrong, and how to write it.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def is_date(form: Mapping[str, Any]) -> bool:
    """Whether the schema wants a year or a day there."""
    return str(form.get("pattern", "")).startswith("^[0-9]{4}(-")


def iso_date(text: str) -> str:
    """A year as it is, a day as YYYY-MM-DD.

    Raises:
        NoDate: it is neither, or leaves something to guess.
    """
    asked = text.strip().removesuffix(_MIDNIGHT)
    if _YEAR.match(asked):
        return asked
    if match := _ISO.match(asked):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMBERS.match(asked):
        return _numbered(int(match[1]), int(match[3]), int(match[4]))
    if match := _WORDS.match(asked):
        return _day(int(match[3]), month_named(match[2]), int(match[1]))
    raise NoDate(_why(asked))


def month_named(name: str) -> int:
    """The number of an Indonesian month.

    Raises:
        NoDate: there is no month of that name.
    """
    if name.lower() not in MONTHS:
        every = ", ".join(it.capitalize() for it in MONTHS)
        raise NoDate(f"memuat nama bulan yang tidak dikenal. Pakai salah satu dari {every}.")
    return MONTHS.index(name.lower()) + 1


def _numbered(day: int, month: int, year: int) -> str:
    if month > _MONTHS_MAX >= day:
        right = f"{month:02}/{day:02}/{year}"
        raise NoDate(f"tidak punya bulan ke-{month}. Tulis hari dulu, lalu bulan: {right}.")
    return _day(year, month, day)


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise NoDate(f"tidak ada dalam kalender. {ADVICE}") from error


def _why(asked: str) -> str:
    if _SHORT_YEAR.match(asked):
        return "menulis tahun dengan dua angka. Tulis keempat angkanya, misalnya 17/08/2023."
    if match := _MONTH_ALONE.match(asked):
        year = match["year"] or match["first"]
        return (
            "hanya memuat bulan dan tahun. Tambahkan harinya, misalnya 17 Agustus 2023, atau tulis "
            f"tahunnya saja: {year}."
        )
    return f"bukan tahun atau tanggal. {ADVICE}"
