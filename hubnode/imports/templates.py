"""The project's own spreadsheet: its columns, made from the schema file, and its mapping.

A field has one column; a member of an object its own (`agency.name`); a list of objects has
numbered ones (`outputs.1.indicator`). Whoever needs more items maps a column of JSON instead.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import orjson

from hubnode.imports.choices import choices_of
from hubnode.imports.dates import is_date
from protocol.innovation.fields import FILLED_BY_HUB
from protocol.innovation.needs import sometimes_needed
from protocol.innovation.validate import schema
from runtime.pages.field_words import Reader
from runtime.pages.translating import INDONESIAN

KEY_COLUMN = "kode"
ITEMS_COUNT = 3
"""Items of a list that the template has columns for."""

_KEY_LABEL = "Kode baris"
_KEY_HELP = "Kode baris milik Anda, berbeda di tiap baris; jangan diubah lagi."
_READER = Reader(INDONESIAN, lambda sentence: sentence)


class Need(StrEnum):
    """Whether a column must be filled."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    WITHIN = "within"
    NEVER = "never"


_WRITTEN = {
    "integer": "Angka saja, tanpa titik pemisah.",
    "integers": "Pisahkan dengan titik koma.",
    "split": "Pisahkan dengan titik koma.",
    "yes_no": "Tulis ya atau tidak.",
}
"""How a column of that form is written."""

_ORDER = {Need.ALWAYS: 0, Need.SOMETIMES: 1}
_MARKS = {Need.ALWAYS: " *", Need.SOMETIMES: " (*)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the template.

    Attributes:
        name: path of the field or of its part, by which scripts know it.
        label: what the form calls it.
        group: of the schema.
        help: what to write in it, in Indonesian.
        form: what `as` is to say, or "" for plain text.
        choices: word by code, where it has a closed list.
        need: whether it must be filled.
        why: when it must be, in a sentence; "" where that is always or never.
    """

    name: str
    label: str
    group: str
    help: str
    form: str = ""
    choices: Mapping[str, str]
    need: Need
    why: str = ""

    @property
    def heading(self) -> str:
        """What stands above it, marked where it must be filled."""
        return self.label + _MARKS.get(self.need, "")


@cache
def template_columns() -> tuple[Column, ...]:
    """The template's columns: the key, what every record needs, what some do, and the others."""
    key = Column(
        name=KEY_COLUMN,
        label=_KEY_LABEL,
        group="",
        help=_KEY_HELP,
        choices={},
        need=Need.ALWAYS,
    )
    every = [column for name, form in _asked() for column in _columns(name, form)]
    return (key, *sorted(every, key=lambda it: _ORDER.get(it.need, len(_ORDER))))


def headings_in(columns: Collection[str]) -> dict[str, str]:
    """By heading of a file, the path of the template's column that it means; others are left out.

    A heading is the one that the template writes, with or without its mark, or the path.
    """
    known = _paths()
    return {column: path for column in columns if (path := known.get(_bare(column)))}


def template_mapping(names: Mapping[str, str] | None = None) -> str:
    """The TOML text of the mapping `template`.

    Args:
        names: by path, what a file calls the column; without them they are called by their paths.
    """
    called = _Called(names or {})
    head = (
        'description = "Templat bawaan"\npartial = true\n\n'
        f"[key]\ncolumns = [{called.column(KEY_COLUMN)}]\n"
    )
    return "\n".join([head, *(called.section(name, form) for name, form in _asked())])


@dataclass(frozen=True, slots=True)
class _Called:
    """Writes a mapping of columns that a file may call as it likes."""

    names: Mapping[str, str]

    def column(self, path: str) -> str:
        """The column of a path, as a TOML string: what JSON writes, but DEL is escaped too."""
        return orjson.dumps(self.names.get(path, path)).decode().replace("\x7f", "\\u007f")

    def section(self, path: str, form: Mapping[str, Any]) -> str:
        if _is_list_of_objects(form):
            return "\n".join(self._item(path, number, form["items"]) for number in _numbers())
        if members := _members(form):
            return "\n".join(self.section(f"{path}.{name}", it) for name, it in members.items())
        return "\n".join([f"[fields.{path}]", *self._rule(path, form), ""])

    def _item(self, path: str, number: int, form: Mapping[str, Any]) -> str:
        lines = [f"[[fields.{path}]]"]
        for name, member in _members(form).items():
            rule = ", ".join(self._rule(f"{path}.{number}.{name}", member))
            lines.append(f"{name} = {{ {rule} }}")
        return "\n".join([*lines, ""])

    def _rule(self, path: str, form: Mapping[str, Any]) -> list[str]:
        lines = [f"column = {self.column(path)}"]
        if choices_of(path):
            return [*lines, 'as = "choice"', f'of = "{path}"']
        return [*lines, f'as = "{_as(form)}"'] if _as(form) else lines


def _asked() -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((n, f) for n, f in schema()["properties"].items() if n not in FILLED_BY_HUB)


def _columns(path: str, form: Mapping[str, Any], *, need: Need | None = None) -> Iterator[Column]:
    need = need or _need(path)
    if _is_list_of_objects(form):
        for number in _numbers():
            yield from _columns(f"{path}.{number}", form["items"], need=Need.NEVER)
    elif members := _members(form):
        needed = form.get("required", ())
        for name, member in members.items():
            below = need if need is Need.ALWAYS else Need.WITHIN
            yield from _columns(
                f"{path}.{name}", member, need=below if name in needed else Need.NEVER
            )
    else:
        yield _column(path, form, need)


def _column(path: str, form: Mapping[str, Any], need: Need) -> Column:
    head = path.partition(".")[0]
    field, written = schema()["properties"][head], _as(form)
    hint = _READER.hint(path) or str(field["description"])
    return Column(
        name=path,
        label=_READER.field(path),
        group=field["x-group"],
        help=" ".join(filter(None, (hint, _WRITTEN.get(written, "")))),
        form=written,
        choices=choices_of(path),
        need=need,
        why=_why(path, need),
    )


def _need(name: str) -> Need:
    if name in schema()["required"]:
        return Need.ALWAYS
    return Need.SOMETIMES if name in sometimes_needed() else Need.NEVER


def _why(path: str, need: Need) -> str:
    match need:
        case Need.SOMETIMES:
            return sometimes_needed()[path]
        case Need.WITHIN:
            whole = path.rpartition(".")[0]
            return f"Wajib bila ada isian lain pada {_READER.field(whole)}."
        case Need.ALWAYS | Need.NEVER:
            return ""


@cache
def _paths() -> Mapping[str, str]:
    """Paths by bare heading."""
    every = template_columns()
    return {**{_bare(it.label): it.name for it in every}, **{it.name: it.name for it in every}}


def _bare(heading: str) -> str:
    """A heading without its mark, and as small letters: people type them again."""
    text = heading.strip()
    for mark in sorted(_MARKS.values(), key=len, reverse=True):
        text = text.removesuffix(mark.strip()).rstrip()
    return " ".join(text.casefold().split())


def _numbers() -> range:
    return range(1, ITEMS_COUNT + 1)


def _members(form: Mapping[str, Any]) -> Mapping[str, Any]:
    members: Mapping[str, Any] = form.get("properties", {})
    return members


def _is_list_of_objects(form: Mapping[str, Any]) -> bool:
    return "properties" in form.get("items", {})


def _as(form: Mapping[str, Any]) -> str:
    """The conversion that a field's form in the schema asks for."""
    match form.get("type"):
        case "integer":
            return "integer"
        case "boolean":
            return "yes_no"
        case "array":
            return "integers" if form["items"].get("type") == "integer" else "split"
        case _:
            return "date" if is_date(form) else ""
