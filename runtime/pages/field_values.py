"""What an innovation says, ready to be read: texts, lists, pairs and small tables, in words.

Made from the schema (`protocol.innovation`), so that a field which is added to it is shown too.
`field_values.html` draws it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from protocol.canonical import Json
from protocol.innovation.fields import FILLED_BY_HUB, Field, fields
from protocol.innovation.identifiers import is_uuid7
from protocol.innovation.reference import schema, table
from protocol.innovation.regions import region_name
from runtime.pages.field_words import Form, Reader
from runtime.pages.formats import format_day, format_number
from runtime.pages.translating import msg

SHORT_CHARACTERS = 90
LAST_GROUP = "lampiran"

Kind = Literal["text", "link", "innovation", "list", "pairs", "table"]

_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+", re.ASCII)
_PER_CENT = ("%", "persen", "percent")
_POINTS = msg("%(points)s poin")
_CHANGE_WORD, _YES, _NO = msg("Perubahan"), msg("Ya"), msg("Tidak")
_FIGURE = re.compile(r"[-+]?(0|[1-9][0-9.]*)(,[0-9]+)?( %| poin| points)?", re.ASCII)
"""As figures stand in a column; what begins with a zero is a code."""
_YEARS_END = 10_000
"""Smaller numbers are written without separators: most of them are years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A single value in words.

    Attributes:
        kind: text, link (to another site, `text` is its address), or innovation (`text` is its id).
        title: of the innovation, or "" where it is not known.
    """

    text: str
    kind: Kind = "text"
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A field with its value.

    Attributes:
        name: in code.
        label: in the reader's language.
        kind: how `rows` are to be read.
        columns: the heads of a table.
        rows: of a text one row of one cell, of a list one cell each, of pairs label and value, of a
            table as many as columns.
    """

    name: str
    label: str
    kind: Kind
    rows: Sequence[Sequence[Cell]]
    columns: Sequence[str] = ()

    @property
    def is_short(self) -> bool:
        """Whether it is read at a glance, beside its label."""
        return self.kind in {"text", "list"} and len(self.text) <= SHORT_CHARACTERS

    @property
    def number_columns(self) -> frozenset[int]:
        """Places of the columns that hold numbers and nothing else, to be read by their ends."""
        said = [
            [cell.text for cell in column if cell.text] for column in zip(*self.rows, strict=True)
        ]
        return frozenset(
            place
            for place, texts in enumerate(said)
            if texts and all(map(_FIGURE.fullmatch, texts))
        )

    @property
    def text(self) -> str:
        """All of it as one text, a line a row: what two values are compared by."""
        return "\n".join(" · ".join(cell.text for cell in row if cell.text) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The fields of one group that say something."""

    name: str
    label: str
    fields: Sequence[Shown]


def groups_of(record: Mapping[str, Json], reader: Reader) -> Sequence[Group]:
    """A record's fields by group, in the order of the schema; groups that are empty are absent.

    Fields that only a later schema knows stand in the last group.

    Args:
        record: as readers see it.
        reader: in whose words.
    """
    found: dict[str, list[Shown]] = {}
    said = {name: it for name, it in record.items() if it not in (None, "", [], {})}
    known = {field.name: field for field in fields() if field.name not in FILLED_BY_HUB}
    for field in known.values():
        if field.name in said:
            shown = shown_field(field, said[field.name], reader)
            found.setdefault(field.group, []).append(shown)
    for name in said.keys() - known.keys() - set(FILLED_BY_HUB):
        shown = shown_part({}, reader.label_of({}, name), said[name], reader)
        found.setdefault(LAST_GROUP, []).append(shown)
    return [
        Group(name=name, label=reader.group(name), fields=shown) for name, shown in found.items()
    ]


def shown_field(field: Field, value: Json, reader: Reader) -> Shown:
    """One field with a value, or with none."""
    form = form_of(field.name)
    kind, columns, rows = _read(form, value, reader)
    label = reader.label(field)
    return Shown(name=field.name, label=label, kind=kind, columns=columns, rows=rows)


def form_of(*path: str) -> Form:
    """What the schema says of a field, or of a member of it; nothing where it knows none."""
    form: Form = {"properties": schema()["properties"]}
    for name in path:
        form = form.get("properties", {}).get(name, {})
    return form


def shown_part(form: Form, label: str, value: Json, reader: Reader) -> Shown:
    """A part of a field, such as one criterion."""
    kind, columns, rows = _read(form, value, reader)
    return Shown(name="", label=label, kind=kind, columns=columns, rows=rows)


def _read(
    form: Form, value: Json, reader: Reader
) -> tuple[Kind, Sequence[str], Sequence[Sequence[Cell]]]:
    """How a value is shown: its kind, the heads of its columns and its rows."""
    items: Form = form.get("items", {})
    if isinstance(value, list) and items.get("properties"):
        return "table", *_table(value, items["properties"], reader)
    if isinstance(value, dict):
        return "pairs", (), _pairs(form.get("properties", {}), value, reader)
    if isinstance(value, list):
        goals = {"x-table": form["x-table"]} if "x-table" in form else {}
        return "list", (), [[_cell({**items, **goals}, it, reader)] for it in value]
    return "text", (), [] if value is None else [[_cell(form, value, reader)]]


def change_of(figure: Mapping[str, Json], reader: Reader) -> str:
    """By how many per cent a number changed, and by how many points one that counts per cent.

    Returns:
        "" where it cannot be said: of a word, and of 0 that became so many times as much.
    """
    old, new = _number(figure.get("before")), _number(figure.get("after"))
    if old is None or new is None:
        return ""
    if str(figure.get("unit") or "").strip().lower() in _PER_CENT:
        return reader.say(_POINTS) % {"points": _signed(new - old, reader)}
    return f"{(new - old) / abs(old) * 100:+.1f}".replace(".", ",") + " %" if old else ""


def _signed(number: Decimal, reader: Reader) -> str:
    sign = "+" if number > 0 else "-" if number < 0 else ""
    return sign + format_number(float(abs(number)), language=reader.language)


def _number(value: Json) -> Decimal | None:
    text = str(value or "").strip()
    if "," in text or _THOUSANDS.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _table(
    items: Sequence[Json], members: Mapping[str, Any], reader: Reader
) -> tuple[list[str], list[list[Cell]]]:
    objects = [it for it in items if isinstance(it, dict)]
    known = [*members, *sorted({key for it in objects for key in it} - members.keys())]
    used = [key for key in known if any(it.get(key) not in (None, "") for it in objects)]
    rows = [[_cell(members.get(key, {}), it.get(key), reader) for key in used] for it in objects]
    columns = [reader.label_of(members.get(key, {}), key) for key in used]
    if {"before", "after"} <= set(used):
        columns.append(reader.say(_CHANGE_WORD))
        for row, it in zip(rows, objects, strict=True):
            row.append(Cell(text=change_of(it, reader)))
    return columns, rows


def _pairs(
    members: Mapping[str, Any], value: Mapping[str, Json], reader: Reader
) -> list[list[Cell]]:
    known = [*(it for it in members if it in value), *sorted(value.keys() - members.keys())]
    return [
        [
            Cell(text=reader.label_of(members.get(name, {}), name)),
            _cell(members.get(name, {}), value[name], reader),
        ]
        for name in known
        if value[name] not in (None, "", {}, [])
    ]


def _cell(form: Form, value: Json, reader: Reader) -> Cell:
    if isinstance(value, str):
        return _text_cell(form, value, reader)
    if isinstance(value, dict):
        rows = _pairs(form.get("properties", {}), value, reader)
        return Cell(text="; ".join(f"{name.text}: {it.text}" for name, it in rows))
    if isinstance(value, list):
        return Cell(text=", ".join(_cell(form.get("items", {}), it, reader).text for it in value))
    return Cell(text=_number_text(form, value, reader))


def _text_cell(form: Form, value: str, reader: Reader) -> Cell:
    if value.startswith("https://"):
        return Cell(text=value, kind="link")
    if is_uuid7(value):
        return Cell(text=value, kind="innovation", title=reader.titles.get(value, ""))
    if form.get("x-table") == "regions" and (region := region_name(value)):
        return Cell(text=f"{region} ({value})")
    if _DAY.fullmatch(value):
        return Cell(text=format_day(value, language=reader.language))
    return Cell(text=reader.choice(form, value) if "enum" in form else value)


def _number_text(form: Form, value: Json, reader: Reader) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return reader.say(_YES) if value else reader.say(_NO)
    goals = table("sdgs")["goals"] if form.get("x-table") == "sdgs" else {}
    goal = goals.get(str(value))
    if goal:
        return f"{value} {goal[reader.language]}"
    is_large = isinstance(value, int | float) and abs(value) >= _YEARS_END
    return format_number(value, language=reader.language) if is_large else str(value)  # type: ignore[arg-type]
