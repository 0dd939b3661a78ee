"""The operators of a mapping: how one value is made from the cells of a row."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from protocol.canonical import Json, parse
from protocol.errors import ProtocolError
from protocol.innovation.regions import is_region, region_from_bps, regions_named

_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z")
_DATE = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}\Z")
_PLACE = re.compile(r"\{([^{}]+)\}")


class RowFault(Exception):
    """A cell that a rule does not accept; the row becomes a named row error.

    Attributes:
        field: the target, filled in by whoever applies the rule.
        code: stable.
        message: one Indonesian sentence.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.field = ""
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a value is made.

    Attributes:
        columns: that it reads.
        value: the cells of a row to a value; None or "" where there is none.
    """

    columns: tuple[str, ...]
    value: Callable[[Mapping[str, str]], Json]


def _constant(content: dict[str, Any]) -> Rule:
    constant = content.pop("constant")
    _nothing_left(content)
    return Rule(columns=(), value=lambda _cells: constant)


def _column(content: dict[str, Any]) -> Rule:
    column = str(content.pop("column"))
    convert = _conversion(content)
    return Rule(columns=(column,), value=lambda cells: convert(cells[column]))


def _columns(content: dict[str, Any]) -> Rule:
    columns = _names(content.pop("columns"))
    joint = str(content.pop("join", "\n\n"))
    convert = _conversion(content)

    def value(cells: Mapping[str, str]) -> Json:
        return convert(joint.join(cells[name] for name in columns if cells[name]))

    return Rule(columns=columns, value=value)


def _template(content: dict[str, Any]) -> Rule:
    template = str(content.pop("template"))
    columns = tuple(_PLACE.findall(template))
    convert = _conversion(content)

    def value(cells: Mapping[str, str]) -> Json:
        return convert(_PLACE.sub(lambda match: cells[match[1]], template))

    return Rule(columns=columns, value=value)


def _first(content: dict[str, Any]) -> Rule:
    """The first of several rules that gives a value; the last one's fault counts."""
    rules = [_any(dict(part)) for part in content.pop("first")]
    _nothing_left(content)

    def value(cells: Mapping[str, str]) -> Json:
        for rule in rules[:-1]:
            found = rule.value(cells)
            if found not in (None, ""):
                return found
        return rules[-1].value(cells)

    return Rule(columns=tuple(c for rule in rules for c in rule.columns), value=value)


def _bps_region(content: dict[str, Any]) -> Rule:
    """A BPS code with the name beside it; finer pairs first."""
    pairs = [(str(p["code"]), str(p["name"])) for p in content.pop("bps_region")]
    _nothing_left(content)

    def value(cells: Mapping[str, str]) -> Json:
        for code, name in pairs:
            if cells[code]:
                match = region_from_bps(cells[code], cells[name])
                if match.code is None:
                    raise RowFault("unknown_region", match.reason)
                return match.code
        return None

    return Rule(columns=tuple(c for pair in pairs for c in pair), value=value)


def _region_name(content: dict[str, Any]) -> Rule:
    """The region that has exactly the name in one of these columns."""
    columns = _names(content.pop("region_name"))
    _nothing_left(content)

    def value(cells: Mapping[str, str]) -> Json:
        for name in columns:
            found = regions_named(cells[name])
            if len(found) == 1:
                return found[0]
        return None

    return Rule(columns=columns, value=value)


OPERATORS: Mapping[str, Callable[[dict[str, Any]], Rule]] = {
    "constant": _constant,
    "column": _column,
    "columns": _columns,
    "template": _template,
    "first": _first,
    "bps_region": _bps_region,
    "region_name": _region_name,
}


def _any(content: dict[str, Any]) -> Rule:
    return next(OPERATORS[name] for name in OPERATORS if name in content)(content)


def _conversion(content: dict[str, Any]) -> Callable[[str], Json]:
    """What happens to the text: `starts` and `values` choose, `as` gives it a form."""
    starts = content.pop("starts", None)
    values = content.pop("values", None)
    otherwise = content.pop("otherwise", None)
    form = _FORMS[str(content.pop("as", "text"))]
    separator = str(content.pop("separator", ";"))
    _nothing_left(content)

    def convert(text: str) -> Json:
        if not text:
            return None
        if starts is not None:
            return _chosen(_by_prefix(starts, text), text, otherwise)
        if values is not None:
            return _chosen(values.get(text), text, otherwise)
        return form(text, separator)

    return convert


def _chosen(found: Json, text: str, otherwise: Json) -> Json:
    if found is None and otherwise is None:
        raise RowFault("value_unmapped", f"Nilai {text[:80]!r} tidak ada dalam pemetaan.")
    return otherwise if found is None else found


def _by_prefix(starts: Mapping[str, str], text: str) -> str | None:
    folded = text.casefold()
    return next((v for p, v in starts.items() if folded.startswith(p.casefold())), None)


def _text(text: str, _separator: str) -> Json:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _integer(text: str, _separator: str) -> Json:
    digits = text.replace(".", "").replace(" ", "")
    if not digits.lstrip("-").isdigit():
        raise RowFault("bad_format", f"{text[:40]!r} bukan bilangan bulat.")
    return int(digits)


def _when(text: str, _separator: str) -> Json:
    if not _YEAR.match(text) and not _DATE.match(text):
        raise RowFault(
            "bad_format", f"{text[:40]!r} bukan tahun atau tanggal (2024 atau 2024-05-31)."
        )
    return text


def _list(text: str, separator: str) -> Json:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _integers(text: str, separator: str) -> Json:
    found = re.split(rf"[{re.escape(separator)},\s]+", text.strip("[]"))
    if not all(part.isdigit() for part in found if part):
        raise RowFault("bad_format", f"{text[:40]!r} bukan daftar bilangan.")
    return list[Json](sorted({int(part) for part in found if part}))


def _json(text: str, _separator: str) -> Json:
    try:
        return parse(text.encode())
    except ProtocolError as error:
        raise RowFault("bad_format", f"Bukan JSON yang sah: {text[:40]!r}") from error


def _region(text: str, _separator: str) -> Json:
    if not is_region(text):
        raise RowFault("unknown_region", f"{text[:40]!r} bukan kode wilayah Kemendagri.")
    return text


_FORMS: Mapping[str, Callable[[str, str], Json]] = {
    "text": _text,
    "integer": _integer,
    "date": _when,
    "list": _list,
    "integers": _integers,
    "json": _json,
    "region": _region,
}


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Sequence) or not value:
        raise ValueError("a list of column names is wanted")
    return tuple(map(str, value))


def _nothing_left(content: Mapping[str, Any]) -> None:
    if content:
        raise ValueError(f"{min(content)!r} does not belong here")
