"""What a column may say, for somebody who fills in the template for the first time."""

from collections.abc import Mapping

from hubnode import samples
from hubnode.imports.choices import form_at
from hubnode.imports.templates import KEY_COLUMN, Column
from protocol.canonical import Json

LENGTH_MAX = 160

_YEARS_FROM = 1900
_BY_FORM = {
    "date": "17 Agustus 2023",
    "yes_no": "ya",
    "integers": "3; 16",
    "split": "antrean daring; puskesmas",
    "integer": "1250",
}
_BY_SHAPE = (("^[0-9]{2}(", "51.03"), ("^https://", "https://contoh.go.id/inovasi"))
"""Examples by how the pattern of a text begins."""


def example_of(column: Column) -> str:
    """An example, of the sample data where they have one; "" of a text that nobody can guess."""
    if column.name == KEY_COLUMN:
        return "A-1"
    if column.form == "integer":
        return _number(column)
    if column.form in _BY_FORM:
        return _BY_FORM[column.form]
    said = next((it for one in samples.innovations() if (it := _said(one, column.name))), "")
    if column.choices:
        return column.choices.get(said) or next(iter(column.choices.values()))
    return _short(said or _shaped(column))


def _number(column: Column) -> str:
    form = form_at(column.name)
    if form.get("minimum", 0) >= _YEARS_FROM:
        return "2023"
    return str(form["maximum"]) if "maximum" in form else _BY_FORM["integer"]


def _shaped(column: Column) -> str:
    pattern = str(form_at(column.name).get("pattern", ""))
    return next((example for start, example in _BY_SHAPE if pattern.startswith(start)), "")


def _said(value: Json, path: str) -> str:
    """What a record says at a path; the items of a list count from 1."""
    for part in path.split("."):
        if isinstance(value, list):
            value = value[int(part) - 1] if int(part) <= len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def _short(text: str) -> str:
    return text if len(text) <= LENGTH_MAX else text[: LENGTH_MAX - 1].rstrip() + "…"
