"""The columns of a table of innovations: made from the schema file, named as it names the fields.

A field has one column, and so has a member of an object (`agency.name`). A list of codes or words
is joined by semicolons; a list of objects is JSON in one cell, so that nothing is left out however
many there are. Around them stands what the centre says of a record.
"""

from collections.abc import Callable, Iterator, Mapping
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

_LISTED = ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: path of the field, or of what the centre says.
        labels: what people call it, by language.
        kind: of its cells: text, integer or boolean.
        read: takes the cell out of an item.
    """

    name: str
    labels: Mapping[str, str]
    kind: str
    read: Callable[[Item], Cell]

    def heading(self, header: str) -> str:
        """What stands above it, for one of `HEADERS`."""
        return self.name if header == FIELDS else self.labels[header]


@cache
def columns() -> tuple[Column, ...]:
    """Every column in its order: who and what it is, the schema's fields, how complete it is."""
    fields = [it for name, form in schema()["properties"].items() for it in _of_field(name, form)]
    identity = [it for it in fields if it.name in ("id", "hub")]
    others = [it for it in fields if it.name not in ("id", "hub")]
    return (*identity, *_standing(), *others, *_completeness(), *_history())


def cells(item: Item) -> list[Cell]:
    """The cells of one innovation, in the order of `columns`."""
    return [column.read(item) for column in columns()]


def _standing() -> Iterator[Column]:
    yield _column(
        NUMBER,
        "Nomor registrasi nasional",
        "National registration number",
        lambda item: item["facts"].get(NUMBER),
    )
    yield _column("state", "Status", "State", lambda item: item["state"])


def _completeness() -> Iterator[Column]:
    for group in GROUPS:
        yield _column(
            f"completeness.{group}",
            f"Kelengkapan {group} (%)",
            f"Completeness {group} (%)",
            lambda item, group=group: item["completeness"][group],  # type: ignore[misc]
            kind="integer",
        )
    yield _column(
        "complete", "Lengkap", "Complete", lambda it: it["completeness"]["complete"], kind="boolean"
    )


def _history() -> Iterator[Column]:
    yield _column("revision", "Revisi", "Revision", lambda item: item["revision"], kind="integer")
    yield _column(
        "updated_place",
        "Keputusan terakhir",
        "Last decision",
        lambda item: item["updated_place"],
        kind="integer",
    )
    yield _column(
        "attested_at", "Dinyatakan masih benar", "Attested", lambda item: item["attested_at"]
    )


def _column(
    name: str, label: str, english: str, read: Callable[[Item], Cell], *, kind: str = "text"
) -> Column:
    return Column(name=name, labels={INDONESIAN: label, ENGLISH: english}, kind=kind, read=read)


def _of_field(path: str, form: Mapping[str, Any]) -> Iterator[Column]:
    if form.get("type") == "object":
        for name, member in members_of(form).items():
            yield from _of_field(f"{path}.{name}", member)
        return
    labels = {it: _READERS[it].field(path) for it in (INDONESIAN, ENGLISH)}
    kind = form.get("type", "text")
    yield Column(
        name=path,
        labels=labels,
        kind=kind if kind in ("integer", "boolean") else "text",
        read=_reading(path),
    )


def _reading(path: str) -> Callable[[Item], Cell]:
    names = path.split(".")
    if path == "awards":
        return lambda item: _cell(item["awards"])  # with what the centre says of each

    def read(item: Item) -> Cell:
        value: Any = item["record"]
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return _cell(value)

    return read


def _cell(value: Json) -> Cell:
    if not isinstance(value, list | dict):
        return value if not isinstance(value, float) else str(value)
    if not value:
        return None
    if isinstance(value, list) and not any(isinstance(it, list | dict) for it in value):
        return _LISTED.join(str(it) for it in value)
    return orjson.dumps(value).decode()


_READERS = {it: Reader(it, str) for it in (INDONESIAN, ENGLISH)}
