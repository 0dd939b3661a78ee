"""What the text of a cell becomes: choices first, then the form that `as` names.

Nothing is guessed: a text that a form does not accept is a `RowFault`, which becomes a named row
error. The operators that take texts out of a row are in `hubnode.imports.rules`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hubnode.imports.choices import choices_of, code_of
from hubnode.imports.dates import NoDate, iso_date, month_named
from protocol.canonical import Json, encode_entry, parse
from protocol.errors import NotCanonical, ProtocolError
from protocol.innovation.regions import is_region

Conversion = Callable[[str], Json]

CHOICES = ("values", "starts", "contains")
SHOWN_CHARACTERS_MAX = 60
DIGITS_MAX = 15

_YEAR = re.compile(r"([0-9]{4})(?:-[0-9]{2}-[0-9]{2}(?:[ T].*)?)?\Z")
_DATE_PARTS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "MMMM": r"(?P<name>[A-Za-z]+)",
    "MM": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{1,2})",
}
_YES = {"ya", "yes", "true", "1"}
_NO = {"tidak", "no", "false", "0"}


class CellDate(str):
    """The text of a cell that a workbook holds as a date: YYYY-MM-DD, and the time if it has one.

    It is a day whatever the mapping's `format` says, which is about dates that were typed as text.
    """

    __slots__ = ()

    @property
    def day(self) -> str:
        """YYYY-MM-DD."""
        return self[: len("YYYY-MM-DD")]


class RowFault(Exception):
    """A text that a rule does not accept; it becomes a named row error.

    Attributes:
        code: stable.
        message: one Indonesian sentence.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def conversion(content: dict[str, Any]) -> Conversion:
    """Takes the words about conversion out of `content`: what happens to a text, as a function.

    Raises:
        ValueError: a word that is not understood.
    """
    takes_first_word = bool(content.pop("first_word", False))
    choice = _choice(content)
    form = choice or _form(content)

    def convert(text: str) -> Json:
        if not text:
            return None
        return form(text.split(maxsplit=1)[0] if takes_first_word else text)

    return convert


def checked(value: Json) -> Json:
    """A value that a mapping itself gives; TOML knows dates and fractions, entries do not.

    Raises:
        ValueError: it could not stand in a record.
    """
    try:
        encode_entry({"value": value})
    except NotCanonical as error:
        raise ValueError(f"{value!r}: {error.message}; write it in quotes") from error
    return value


def _choice(content: dict[str, Any]) -> Conversion | None:
    """`values` by the whole text, `starts` and `contains` by a part of it, else `otherwise`."""
    exact, starts, contains = (_table(name, content) for name in CHOICES)
    if not exact and not starts and not contains:
        return None
    has_other, other = "otherwise" in content, checked(content.pop("otherwise", None))

    def choose(text: str) -> Json:
        if text in exact:
            return exact[text]
        folded = text.casefold()
        begun = (value for part, value in starts.items() if folded.startswith(part.casefold()))
        held = (value for part, value in contains.items() if part.casefold() in folded)
        found = next(begun, next(held, None))
        if found is None and not has_other:
            raise RowFault("value_unmapped", f"Nilai {_shown(text)} tidak ada dalam pemetaan.")
        return other if found is None else found

    return choose


def _table(name: str, content: dict[str, Any]) -> dict[str, Json]:
    table = content.pop(name, {})
    if not isinstance(table, dict):
        raise TypeError(f'{name} = {{ "text in the file" = "value" }} is wanted')
    return {text: checked(value) for text, value in table.items()}


def _form(content: dict[str, Any]) -> Conversion:
    name = content.pop("as", "text")
    make = FORMS.get(name)
    if make is None:
        raise ValueError(f"as = {name!r} does not exist; there are {', '.join(FORMS)}")
    return make(content)


def _text(_content: dict[str, Any]) -> Conversion:
    return lambda text: text.replace("\r\n", "\n").replace("\r", "\n")


def _integer(content: dict[str, Any]) -> Conversion:
    """A whole number.

    `thousands` names the sign between groups of three digits, `currency` what may stand before.
    """
    sign = re.escape(str(content.pop("thousands", "")))
    currency = re.escape(str(content.pop("currency", "")))
    grouped = rf"[0-9]{{1,3}}(?:{sign}[0-9]{{3}})+|" if sign else ""
    before = rf"(?:{currency}\.? ?)?" if currency else ""
    pattern = re.compile(rf"{before}-?(?:{grouped}[0-9]{{1,{DIGITS_MAX}}})\Z")

    def convert(text: str) -> Json:
        if not pattern.match(text):
            raise RowFault("bad_format", f"{_shown(text)} bukan bilangan bulat.")
        return int("".join(char for char in text if char.isdigit() or char == "-"))

    return convert


def _year(_content: dict[str, Any]) -> Conversion:
    def convert(text: str) -> Json:
        match = _YEAR.match(text)
        if match is None:
            raise RowFault("bad_format", f"{_shown(text)} bukan tahun atau tanggal (2024-05-31).")
        return match[1]

    return convert


def _date(content: dict[str, Any]) -> Conversion:
    """A year or a date: as people write it here, or only as `format` does.

    A format is made of YYYY, MM, DD and MMMM (an Indonesian month's name).
    """
    form = str(content.pop("format", ""))
    return _date_as(form) if form else _date_written


def _date_written(text: str) -> Json:
    if isinstance(text, CellDate):
        return text.day
    try:
        return iso_date(text)
    except NoDate as error:
        raise RowFault("bad_format", f"{_shown(text)} {error.why}") from error


def _date_as(form: str) -> Conversion:
    pattern = re.escape(form)
    for part, group in _DATE_PARTS.items():
        pattern = pattern.replace(part, group, 1)
    compiled = re.compile(rf"{pattern}(?: 00:00:00)?\Z", re.IGNORECASE)
    if not {"year", "day"} <= compiled.groupindex.keys() or len(compiled.groupindex) != len(
        ("year", "month", "day")
    ):
        raise ValueError(f"format = {form!r} needs YYYY, DD and one of MM and MMMM")

    def convert(text: str) -> Json:
        if isinstance(text, CellDate):
            return text.day
        if re.fullmatch("[0-9]{4}", text):
            return text
        match = compiled.match(text)
        found = _day(match.groupdict()) if match else None
        if found is None:
            raise RowFault("bad_format", f"{_shown(text)} bukan tahun atau tanggal ({form}).")
        return found

    return convert


def _day(parts: Mapping[str, str]) -> str | None:
    try:
        month = month_named(parts["name"]) if "name" in parts else int(parts["month"])
        return date(int(parts["year"]), month, int(parts["day"])).isoformat()
    except (NoDate, ValueError):
        return None


def _split(content: dict[str, Any]) -> Conversion:
    separator = str(content.pop("separator", ";"))
    if not separator:
        raise ValueError("separator is empty")
    return lambda text: [part.strip() for part in text.split(separator) if part.strip()]


def _integers(_content: dict[str, Any]) -> Conversion:
    def convert(text: str) -> Json:
        parts = [part for part in re.split(r"[;,\s]+", text.strip("[]")) if part]
        if not all(part.isascii() and part.isdigit() and len(part) <= DIGITS_MAX for part in parts):
            raise RowFault("bad_format", f"{_shown(text)} bukan daftar bilangan (3;16).")
        return list[Json](sorted({int(part) for part in parts}))

    return convert


def _yes_no(_content: dict[str, Any]) -> Conversion:
    def convert(text: str) -> Json:
        folded = text.casefold()
        if folded not in _YES | _NO:
            raise RowFault("bad_format", f"{_shown(text)} bukan ya atau tidak.")
        return folded in _YES

    return convert


def _json(_content: dict[str, Any]) -> Conversion:
    def convert(text: str) -> Json:
        try:
            return parse(text.encode())
        except (ProtocolError, UnicodeEncodeError) as error:
            raise RowFault("bad_format", f"{_shown(text)} bukan JSON yang sah.") from error

    return convert


def _listed(content: dict[str, Any]) -> Conversion:
    """A value of the closed list of the field `of`, by what the form calls it or by its code."""
    field = str(content.pop("of", ""))
    if not choices_of(field):
        raise ValueError(f"of = {field!r} is no field with a closed list")
    every = ", ".join(choices_of(field).values())

    def convert(text: str) -> Json:
        code = code_of(field, text)
        if code is None:
            sentence = f"{_shown(text)} bukan salah satu pilihan. Pilih salah satu: {every}."
            raise RowFault("not_allowed", sentence)
        return code

    return convert


def _region(_content: dict[str, Any]) -> Conversion:
    def convert(text: str) -> Json:
        if not is_region(text):
            sentence = f"{_shown(text)} bukan kode wilayah Kemendagri (51 atau 51.71)."
            raise RowFault("unknown_region", sentence)
        return text

    return convert


FORMS: Mapping[str, Callable[[dict[str, Any]], Conversion]] = {
    "text": _text,
    "integer": _integer,
    "integers": _integers,
    "year": _year,
    "date": _date,
    "split": _split,
    "yes_no": _yes_no,
    "choice": _listed,
    "region": _region,
    "json": _json,
}
"""What `as` may name. Each takes its own further words out of the rule."""


def _shown(text: str) -> str:
    cut = text if len(text) <= SHOWN_CHARACTERS_MAX else text[: SHOWN_CHARACTERS_MAX - 1] + "…"
    return f"“{cut}”"
