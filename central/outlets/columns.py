"""The columns of a table of innovations: made from the schema file, named as it names the fields.

A field has one column, and so has a member of an object (`agency.name`). A list of codes or words
is joined by semicolons; a list of objects is JSON in one cell, so that nothing is left out however
many there are. Around them stands what the centre says of a record.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from protocol.canonical import Json
from protocol.facts import NUMBER
from protocol.innovation.completeness import GROUPS
from protocol.innovation.reference import schema
from runtime.pages.field_words import Reader, members_of
from runtime.pages.translating import ENGLISH, INDONESIAN

Cell = str | int | bool | None
Item = Mapping[str, Any]
"""An innovation as `protocol.catalogue.public_record` gives it to readers."""

FIELDS = "fields"
HEADERS = (FIELDS, INDONESIAN, ENGLISH)
"""What may stand above the columns: the names of fields, or labels in a language."""

_IDENTITY = ("id", "hub")
_LISTED = ";"
_READERS = {it: Reader(it, str) for it in (INDONESIAN, ENGLISH)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: path of the field, or of what the centre says.
        labels: what people call it, by language.
        kind: of its cells: text, integer or boolean.
    """

    name: str
    labels: Mapping[str, str]
    kind: str = "text"

    def heading(self, header: str) -> str:
        """What stands above it, for one of `HEADERS`."""
        return self.name if header == FIELDS else self.labels[header]


@cache
def columns() -> tuple[Column, ...]:
    """Every column in its order: who and what it is, the schema's fields, how complete it is."""
    fields = [it for name, form in schema()["properties"].items() for it in _of_field(name, form)]
    identity = [it for it in fields if it.name in _IDENTITY]
    others = [it for it in fields if it.name not in _IDENTITY]
    return (*identity, *_STANDING, *others, *_COMPLETENESS, *_HISTORY)


def cells(item: Item) -> list[Cell]:
    """The cells of one innovation, in the order of `columns`."""
    completeness = item["completeness"]
    found: dict[str, Cell] = {
        NUMBER: item["facts"].get(NUMBER),
        "state": item["state"],
        **{f"completeness.{group}": completeness[group] for group in GROUPS},
        "complete": completeness["complete"],
        **{column.name: item[column.name] for column in _HISTORY},
    }
    _flatten(item["record"], "", found)
    found["awards"] = _cell(item["awards"])  # with what the centre says of each
    found |= {name: item[name] for name in _IDENTITY}
    return [found.get(name) for name in _names()]


@cache
def _names() -> tuple[str, ...]:
    return tuple(column.name for column in columns())


def _own(name: str, label: str, english: str, kind: str = "text") -> Column:
    return Column(name=name, labels={INDONESIAN: label, ENGLISH: english}, kind=kind)


_STANDING = (
    _own(NUMBER, "Nomor registrasi nasional", "National registration number"),
    _own("state", "Status", "State"),
)
_COMPLETENESS = (
    *(
        _own(f"completeness.{it}", f"Kelengkapan {it} (%)", f"Completeness {it} (%)", "integer")
        for it in GROUPS
    ),
    _own("complete", "Lengkap", "Complete", "boolean"),
)
_HISTORY = (
    _own("revision", "Revisi", "Revision", "integer"),
    _own("updated_place", "Keputusan terakhir", "Last decision", "integer"),
    _own("attested_at", "Dinyatakan masih benar", "Attested"),
)


def _of_field(path: str, form: Mapping[str, Any]) -> Iterator[Column]:
    kind = form.get("type", "text")
    if kind == "object":
        for name, member in members_of(form).items():
            yield from _of_field(f"{path}.{name}", member)
        return
    labels = {language: reader.field(path) for language, reader in _READERS.items()}
    is_typed = kind in ("integer", "boolean")
    yield Column(name=path, labels=labels, kind=kind if is_typed else "text")


def _flatten(members: Mapping[str, Any], prefix: str, found: dict[str, Cell]) -> None:
    for name, value in members.items():
        if isinstance(value, dict):
            _flatten(value, f"{prefix}{name}.", found)
        else:
            found[prefix + name] = _cell(value)


def _cell(value: Json) -> Cell:
    match value:
        case list() if any(isinstance(it, list | dict) for it in value):
            return orjson.dumps(value).decode()
        case list():
            return _LISTED.join(map(str, value)) or None
        case str() | int() | None:  # a bool is an int
            return value
        case _:
            return str(value)
