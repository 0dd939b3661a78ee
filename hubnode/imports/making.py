"""A mapping made of choices on a screen, as the TOML text that everybody may read and edit.

A screen asks one thing of each column: which field it is. What else a mapping can say (texts
joined, BPS codes, rows left out) is written by hand; such a mapping is used as it is.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson

from hubnode.imports.mapping import ColumnMapping, MappingRefused, parse_mapping
from hubnode.imports.templates import KEY_COLUMN, Column, template_columns
from protocol.innovation.fields import fields_to_fill

DATE_FORMATS = ("YYYY-MM-DD", "DD/MM/YYYY", "DD-MM-YYYY", "MM/DD/YYYY", "DD MMMM YYYY")
CONSTANTS = ("agency.name", "agency.kind", "region")
"""Targets that may be the same for every row of a file."""

_REGION = "region"
_SYNONYMS: Mapping[str, str] = {
    "judul": "title",
    "namainovasi": "title",
    "inovasi": "title",
    "deskripsi": "summary",
    "uraian": "summary",
    "tahun": "started",
    "tahunimplementasi": "started",
    "tahunpenerapan": "started",
    "mulai": "started",
    "waktupenerapan": "started",
    "tahuninisiasi": "trial_started",
    "waktuujicoba": "trial_started",
    "opd": "agency.name",
    "perangkatdaerah": "agency.name",
    "instansi": "agency.name",
    "namainstansi": "agency.name",
    "jenisinstansi": "agency.kind",
    "unitinstansi": "service_unit",
    "upp": "service_unit",
    "unitkerja": "service_unit",
    "kodewilayah": "region",
    "daerah": "region",
    "manfaat": "impact",
    "dampak": "impact",
    "tujuaninovasi": "objective",
    "rancangbangun": "implementation",
    "urusan": "government_affair",
    "tahapaninovasi": "stage",
    "jenisinovasi": "innovation_type",
    "bentukinovasi": "innovation_form",
    "prasyaratreplikasi": "replication.prerequisites",
}
_KEYS = (
    "kode",
    "kodebaris",
    "no",
    "nomor",
    "id",
    "noregistrasi",
    "nomorregistrasi",
    "sourceid",
    "idinovasi",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingChoices:
    """What somebody chose.

    Attributes:
        key: the column that says which innovation a row is.
        targets: field by column; columns that are not used are absent.
        constants: by field of `CONSTANTS`, what holds for every row.
        date_format: how dates are written, one of `DATE_FORMATS`.
        sheet: of a workbook, or None for the first.
        header_row: number of the row with the column names.
    """

    key: str
    targets: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    date_format: str = DATE_FORMATS[0]
    sheet: str | None = None
    header_row: int = 1


@cache
def targets() -> Mapping[str, Column]:
    """Every field, member and item that a column may become, by its path."""
    return {column.name: column for column in template_columns() if column.name != KEY_COLUMN}


def suggested(columns: Sequence[str]) -> MappingChoices:
    """Choices to begin with, by the names of the columns alone; a person looks at them."""
    found: dict[str, str] = {}
    for column in columns:
        target = _meant(column)
        if target and target not in found.values():
            found[column] = target
    keys = [column for name in _KEYS for column in columns if _folded(column) == name]
    return MappingChoices(key=keys[0] if keys else "", targets=found)


def mapping_text(choices: MappingChoices, *, description: str) -> str:
    """The TOML text of a mapping.

    Raises:
        MappingRefused: code mapping_incomplete or target_repeated.
    """
    chosen = list(choices.targets.values())
    repeated = next((it for it in chosen if chosen.count(it) > 1), None)
    if repeated is not None:
        raise MappingRefused(f"two columns become {repeated}", code="target_repeated")
    if not choices.key or "title" not in chosen:
        sentence = "a mapping needs a column that identifies a row, and one with the title"
        raise MappingRefused(sentence, code="mapping_incomplete")
    return "\n".join([*_head(choices, description), *_sections(choices)])


def made_mapping(
    choices: MappingChoices, *, name: str, description: str
) -> tuple[str, ColumnMapping]:
    """The text, and the mapping that it is.

    Raises:
        MappingRefused: as `mapping_text`.
    """
    text = mapping_text(choices, description=description)
    return text, parse_mapping(text.encode(), name=name)


def choices_in(data: bytes) -> MappingChoices | None:
    """The choices behind a mapping; None where it says what no choice on the screen can say."""
    document = tomllib.loads(data.decode("utf-8-sig"))
    keys = document.get("key", {}).get("columns", [])
    if document.keys() - {"description", "key", "file", "fields"} or len(keys) != 1:
        return None
    found, constants, formats = {}, {}, {DATE_FORMATS[0]}
    for target, rule in _leaves("", document.get("fields", {})):
        column = _column_of(rule)
        if column is not None:
            found[column] = target
            formats |= {rule["format"]} if "format" in rule else set()
        elif rule.keys() == {"constant"} and target in CONSTANTS:
            constants[target] = str(rule["constant"])
        else:
            return None
    about = document.get("file", {})
    return MappingChoices(
        key=keys[0],
        targets=found,
        constants=constants,
        date_format=max(formats, key=lambda it: it != DATE_FORMATS[0]),
        sheet=about.get("sheet"),
        header_row=about.get("header_row", 1),
    )


def _column_of(rule: Mapping[str, Any]) -> str | None:
    """The column of a rule as `_rule` writes it."""
    match rule:
        case {"first": [{"region_name": [str(name)]}, {"column": other}]} if name == other:
            return name
        case {"column": str(name)} if not rule.keys() - {
            "column",
            "as",
            "format",
            "starts",
            "thousands",
        }:
            return name
        case _:
            return None


def _leaves(path: str, content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in content.items():
        here = f"{path}.{name}" if path else name
        if isinstance(part, list):
            for number, item in enumerate(part, 1):
                yield from _leaves(f"{here}.{number}", item)
        elif isinstance(part, dict) and here not in targets():
            yield from _leaves(here, part)
        else:
            yield here, part if isinstance(part, dict) else {}


def _head(choices: MappingChoices, description: str) -> list[str]:
    lines = [f"description = {_quoted(description)}", ""]
    if choices.sheet is not None or choices.header_row != 1:
        lines += ["[file]", f"header_row = {choices.header_row}"]
        lines += [f"sheet = {_quoted(choices.sheet)}"] if choices.sheet is not None else []
        lines.append("")
    return [*lines, "[key]", f"columns = [{_quoted(choices.key)}]", ""]


def _sections(choices: MappingChoices) -> Iterator[str]:
    items: dict[tuple[str, str], list[str]] = {}
    for column, target in choices.targets.items():
        rule = _rule(column, targets()[target], choices.date_format)
        head, _, rest = target.partition(".")
        number, _, member = rest.partition(".")
        if number.isdigit():
            items.setdefault((head, number), []).append(f"{member} = {{ {', '.join(rule)} }}")
        else:
            yield "\n".join([f"[fields.{target}]", *rule, ""])
    for target in CONSTANTS:
        if (text := choices.constants.get(target)) and target not in choices.targets.values():
            yield f"[fields.{target}]\nconstant = {_quoted(text)}\n"
    for head, number in sorted(items):
        yield "\n".join([f"[[fields.{head}]]", *items[head, number], ""])


def _rule(column: str, target: Column, date_format: str) -> list[str]:
    name = _quoted(column)
    if target.name == _REGION:
        return [f"first = [{{ region_name = [{name}] }}, {{ column = {name} }}]"]
    lines = [f"column = {name}"]
    if target.choices:
        starts = ", ".join(f"{_quoted(text)} = {_quoted(it)}" for text, it in _spellings(target))
        return [*lines, f"starts = {{ {starts} }}"]
    lines += [f"as = {_quoted(target.form)}"] if target.form else []
    if target.form == "integer":
        lines.append('thousands = "."')
    if target.form == "date" and date_format != DATE_FORMATS[0]:
        lines.append(f"format = {_quoted(date_format)}")
    return lines


def _spellings(target: Column) -> list[tuple[str, str]]:
    """What people write for each choice; the longer first, for it may begin with a shorter one."""
    found = {it: it for it in target.choices}
    found |= {it.replace("_", sign): it for it in target.choices for sign in (" ", "-")}
    found |= {word: it for it, word in target.choices.items()}
    return sorted(found.items(), key=lambda it: len(it[0]), reverse=True)


def _meant(column: str) -> str:
    if column in targets():
        return column
    return _names().get(_folded(column), "")


@cache
def _names() -> Mapping[str, str]:
    """Paths by what people call them."""
    found = {_folded(it.label): name for name, it in targets().items()}
    for it in fields_to_fill():
        for name in (it.name, it.title, it.label_en):
            if it.name in targets():
                found[_folded(name)] = it.name
    return {**found, **_SYNONYMS}


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _quoted(text: str) -> str:
    """A TOML string: what JSON writes, and DEL, which TOML wants escaped, too."""
    return orjson.dumps(text).decode().replace("\x7f", "\\u007f")
