"""The project's own spreadsheet: made from the schema file, and its mapping with it.

A field has one column; a member of an object its own (`agency.name`); a list of objects has
numbered ones (`outputs.1.indicator`). Whoever needs more items maps a column of JSON instead.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hubnode.imports.refusal import FileRefused
from protocol.innovation.fields import FILLED_BY_HUB
from protocol.innovation.validate import schema

KEY_COLUMN = "kode"
ITEMS_COUNT = 3
"""Items of a list that the template has columns for."""

ROWS_WITH_CHOICES = 5_000

_HEADER = {"bold": True, "bg_color": "#DCE6F1", "text_wrap": True}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the template.

    Attributes:
        name: in the header.
        help: what a person reads when pointing at it.
        form: what `as` is to say, or "" for plain text.
        choices: allowed values.
    """

    name: str
    help: str
    form: str
    choices: tuple[str, ...]


def template_columns() -> list[Column]:
    """The template's columns, the key first."""
    key = Column(KEY_COLUMN, "Kode baris milik Anda; jangan diubah lagi.", "", ())
    return [key, *(column for name, form in _asked() for column in _columns(name, form))]


def template_mapping() -> str:
    """The TOML text of the mapping `template`."""
    head = (
        "# Made by hubnode.imports.templates.template_mapping; a test keeps the two alike.\n"
        f'description = "Templat bawaan"\npartial = true\n\n[key]\ncolumns = ["{KEY_COLUMN}"]\n'
    )
    return "\n".join([head, *(_section(name, form) for name, form in _asked())])


def write_template(path: Path) -> None:
    """Writes the empty template: XLSX with explanations and drop-downs, or the header as CSV.

    Raises:
        OSError: it cannot be written there.
        FileRefused: code file_type_unknown: another ending.
    """
    match path.suffix.lower():
        case ".xlsx":
            _write_workbook(path)
        case ".csv":
            _write_csv(path)
        case ending:
            sentence = f"{ending or 'no ending'}: use .xlsx or .csv"
            raise FileRefused(sentence, code="file_type_unknown")


def _write_csv(path: Path) -> None:
    """UTF-8 behind a mark, without which Excel takes it for Windows-1252."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow(column.name for column in template_columns())


def _write_workbook(path: Path) -> None:
    import xlsxwriter  # noqa: PLC0415  # megabytes that a resting node need not hold

    with path.open("wb") as file, xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("Inovasi")
        header = workbook.add_format(_HEADER)
        for index, column in enumerate(template_columns()):
            sheet.write_string(0, index, column.name, header)
            sheet.write_comment(0, index, column.help)
            if column.choices:
                options = {"validate": "list", "source": list(column.choices)}
                sheet.data_validation(1, index, ROWS_WITH_CHOICES, index, options)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(template_columns()), 24)


def _asked() -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((n, f) for n, f in schema()["properties"].items() if n not in FILLED_BY_HUB)


def _columns(path: str, form: Mapping[str, Any], sentence: str = "") -> Iterator[Column]:
    sentence = sentence or f"{form['title']}: {form['description']}"
    members = _members(form)
    if members:
        for name, member in members.items():
            yield from _columns(f"{path}.{name}", member, sentence)
    elif _is_list_of_objects(form):
        for number in _numbers():
            yield from _columns(f"{path}.{number}", form["items"], sentence)
    else:
        choices = tuple(str(choice) for choice in form.get("enum", ()))
        yield Column(path, sentence, _as(form), choices)


def _section(path: str, form: Mapping[str, Any]) -> str:
    if _is_list_of_objects(form):
        return "\n".join(_item(path, number, form["items"]) for number in _numbers())
    members = _members(form)
    if members:
        return "\n".join(_section(f"{path}.{name}", member) for name, member in members.items())
    return f'[fields.{path}]\ncolumn = "{path}"\n{_as_line(form)}'


def _item(path: str, number: int, form: Mapping[str, Any]) -> str:
    lines = [f"[[fields.{path}]]"]
    for name, member in _members(form).items():
        as_word = f', as = "{_as(member)}"' if _as(member) else ""
        lines.append(f'{name} = {{ column = "{path}.{number}.{name}"{as_word} }}')
    return "\n".join([*lines, ""])


def _numbers() -> range:
    return range(1, ITEMS_COUNT + 1)


def _members(form: Mapping[str, Any]) -> Mapping[str, Any]:
    members: Mapping[str, Any] = form.get("properties", {})
    return members


def _is_list_of_objects(form: Mapping[str, Any]) -> bool:
    return "properties" in form.get("items", {})


def _as_line(form: Mapping[str, Any]) -> str:
    return f'as = "{_as(form)}"\n' if _as(form) else ""


def _as(form: Mapping[str, Any]) -> str:
    """The conversion that a field's form in the schema asks for."""
    match form.get("type"), str(form.get("pattern", "")):
        case "integer", _:
            return "integer"
        case "boolean", _:
            return "yes_no"
        case "array", _:
            return "integers" if form["items"].get("type") == "integer" else "split"
        case "string", pattern if pattern.startswith("^[0-9]{4}(-"):
            return "date"
        case _:
            return ""
