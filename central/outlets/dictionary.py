"""The data dictionary of the catalogue: every field and member as the schema file has it.

Its members are those that Satu Data Indonesia asks of a variable (Perpres 39/2019; Peraturan BPS
5/2020, metadata of a variable): name, alias, definition, type, classification, rule of validation,
reference, and whether the public may read it. All of it is public: what is private has no field.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from typing import Any

from protocol.canonical import Json
from protocol.innovation.needs import sometimes_needed
from protocol.innovation.reference import SCHEMA_VERSION, schema, table
from runtime.pages.field_words import members_of
from runtime.spreadsheets import CSV_ENCODING, safe_cell

STANDARDS = ("Perpres 39/2019", "Peraturan BPS 5/2020")
TABLES: Mapping[str, Mapping[str, str]] = {
    "regions": {"id": "Wilayah", "en": "Regions"},
    "succession": {"id": "Kode wilayah lama", "en": "Former codes of regions"},
    "bps": {"id": "Kode BPS provinsi", "en": "BPS codes of provinces"},
    "sdgs": {"id": "TPB/SDGs", "en": "SDGs"},
    "awards": {"id": "Skema penghargaan", "en": "Schemes of awards"},
}
"""The reference tables that codes are of, by name; each names the decree that it is made from."""

_RULES = {
    "minLength": "sedikitnya {} karakter",
    "maxLength": "paling banyak {} karakter",
    "x-words-max": "paling banyak {} kata",
    "minimum": "sekurang-kurangnya {}",
    "maximum": "paling besar {}",
    "minItems": "sedikitnya {} butir",
    "maxItems": "paling banyak {} butir",
    "pattern": "pola {}",
}
_HEADINGS = (
    *("nama", "alias", "definisi", "kelompok", "kelengkapan", "tipe_data", "wajib"),
    *("klasifikasi_isian", "tabel_acuan", "aturan_validasi", "referensi", "akses_umum"),
)
_TYPES = {"string": "text", "array": "list"}
ALWAYS, SOMETIMES, WITHIN, NEVER = "always", "sometimes", "within", "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A field, or a member of one.

    Attributes:
        name: its path; `outputs[].value` is a member of each item.
        labels: what people call it, by language.
        definitions: what it says, by language; empty where the label is all.
        group: of the schema.
        counts_for: completeness group A-E, or None.
        type: text, choice, integer, boolean, list or object.
        need: always, sometimes, within (where the whole is there), or never.
        choices: codes with their labels by language.
        table: name of the reference table that its codes are of, or None.
        rules: sentences in Indonesian.
        source: the regulation that it comes from, or None.
    """

    name: str
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    group: str
    counts_for: str | None
    type: str
    need: str
    choices: Mapping[str, Mapping[str, str]]
    table: str | None
    rules: Sequence[str]
    source: str | None


@cache
def variables() -> tuple[Variable, ...]:
    """Every field in the order of the schema, each before its members."""
    needed = schema()["required"]
    return tuple(
        variable
        for name, form in schema()["properties"].items()
        for variable in _variables(name, form, form, _need_of(name, needed))
    )


def tables() -> list[dict[str, Json]]:
    """The reference tables: what they are, the decree behind each, and where to have them."""
    return [
        {"name": name, "title": dict(title), "source": table(name)["source"], "path": path_of(name)}
        for name, title in TABLES.items()
    ]


def path_of(name: str) -> str:
    """Where a reference table lies at this service."""
    return f"/metadata/tabel/{name}.json"


def dictionary_document() -> dict[str, Json]:
    """The whole dictionary for programs."""
    return {
        "schema": schema()["$id"],
        "version": SCHEMA_VERSION,
        "standards": list[Json](STANDARDS),
        "variables": [_document(it) for it in variables()],
        "tables": list[Json](tables()),
    }


def dictionary_csv() -> bytes:
    """The whole dictionary as CSV, with Indonesian headings."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEADINGS)
    writer.writerows([safe_cell(cell) for cell in _row(it)] for it in variables())
    return text.getvalue().encode(CSV_ENCODING)


def _variables(
    path: str, form: Mapping[str, Any], field: Mapping[str, Any], need: str
) -> Iterator[Variable]:
    yield _variable(path, form, field, need)
    below = f"{path}[]" if form.get("type") == "array" else path
    needed = (form.get("items") or form).get("required", ())
    for name, member in members_of(form).items():
        is_needed = WITHIN if name in needed else NEVER
        yield from _variables(f"{below}.{name}", member, field, is_needed)


def _variable(path: str, form: Mapping[str, Any], field: Mapping[str, Any], need: str) -> Variable:
    items = form.get("items", {})
    kind = form.get("type", "text")
    return Variable(
        name=path,
        labels={"id": form["title"], "en": form["x-label-en"]},
        definitions={
            "id": form.get("description", ""),
            "en": form.get("x-description-en", ""),
        },
        group=field["x-group"],
        counts_for=form.get("x-counts-for"),
        type="choice" if "enum" in form else _TYPES.get(kind, kind),
        need=need,
        choices=form.get("x-choices", {}),
        table=form.get("x-table"),
        rules=[
            said.format(it[key])
            for it in (form, items)
            for key, said in _RULES.items()
            if key in it
        ],
        source=form.get("x-source"),
    )


def _need_of(name: str, needed: Sequence[str]) -> str:
    if name in needed:
        return ALWAYS
    return SOMETIMES if name in sometimes_needed() else NEVER


def _document(variable: Variable) -> dict[str, Json]:
    return {
        "name": variable.name,
        "labels": dict(variable.labels),
        "definitions": dict(variable.definitions),
        "group": variable.group,
        "counts_for": variable.counts_for,
        "type": variable.type,
        "need": variable.need,
        "choices": {code: dict(labels) for code, labels in variable.choices.items()},
        "table": variable.table,
        "rules": list[Json](variable.rules),
        "source": variable.source,
        "public": True,
    }


def _row(variable: Variable) -> list[str]:
    choices = "; ".join(f"{code} = {it['id']}" for code, it in variable.choices.items())
    needs = {ALWAYS: "ya", SOMETIMES: "bersyarat", WITHIN: "dalam kelompoknya", NEVER: "tidak"}
    return [
        variable.labels["id"],
        variable.name,
        variable.definitions["id"],
        variable.group,
        variable.counts_for or "",
        variable.type,
        needs[variable.need],
        choices,
        variable.table or "",
        "; ".join(variable.rules),
        variable.source or "",
        "ya",
    ]
