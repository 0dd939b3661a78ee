"""Column mappings: which column becomes which field, written in TOML, saved by name.

A mapping says where every value comes from; nothing is guessed. What is wrong with one is said
before the first row is read: a field that the schema does not have, an operator that does not
exist, a column that the file lacks. docs/integrate/import-mapping.md explains all of it.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from hubnode.imports.fields import FieldFault, FieldRule, make_field_rule
from hubnode.imports.templates import template_mapping
from protocol.canonical import Json
from protocol.errors import ProtocolError

TEMPLATE = "template"
"""The mapping of the project's own spreadsheet: no file, but made from the schema like that."""

READY_MADE = ("iga", "inoland", "inoland-tulisan", "lan", "sinovik", TEMPLATE)
FOLDER = "mappings"

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
_SECTIONS = {
    "description": str,
    "partial": bool,
    "known_by": list,
    "file": dict,
    "key": dict,
    "where": dict,
    "fields": dict,
}
_FILE_WORDS = {"sheet": str, "header_row": int}
_KINDS: Mapping[type, str] = {
    str: "a text with something in it",
    int: "a whole number from 1 on",
    bool: "true or false",
    dict: "a section",
    list: "a list",
}


class MappingRefused(ProtocolError):
    """A mapping file that cannot be used, or that does not fit the spreadsheet."""

    default_code = "mapping_malformed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """A mapping.

    Attributes:
        name: under which imports are remembered.
        key: columns that together say which innovation a row is.
        where: column to value; other rows are left alone.
        rules: one a field.
        columns: every column that the rules read.
        is_partial: whether a column that the file lacks counts as empty; else it is refused.
        known_by: columns beside the key by which a file that may lack others is recognised.
        sheet: name of the sheet of a workbook, or None for the first.
        header_row: number of the row that holds the column names.
        is_template: whether it is the built-in one, fitted to a file's headings or not; a saved
            one of that name is none.
    """

    name: str
    key: tuple[str, ...]
    where: Mapping[str, str]
    rules: tuple[FieldRule, ...]
    columns: frozenset[str]
    is_partial: bool = False
    known_by: tuple[str, ...] = ()
    sheet: str | None = None
    header_row: int = 1
    is_template: bool = False


def load_mapping(name_or_file: str, *, folder: Path) -> ColumnMapping:
    """The mapping of a file, of that saved name, or ready-made.

    Args:
        name_or_file: a path that ends in .toml, a name below `folder`, or one of `READY_MADE`.
        folder: where this node saves mappings.

    Raises:
        MappingRefused: code mapping_unknown or mapping_malformed; the message names the mapping.
    """
    source = _source(name_or_file, folder)
    try:
        mapping = parse_mapping(source, name=Path(name_or_file).stem)
    except MappingRefused as refused:
        raise MappingRefused(f"{name_or_file}: {refused.message}", code=refused.code) from refused
    return replace(mapping, is_template=means_template(name_or_file, folder))


def means_template(name: str, folder: Path) -> bool:
    """Whether a name stands for the built-in mapping of the project's own spreadsheet.

    Args:
        name: as `load_mapping` takes it.
        folder: where this node saves mappings: a saved one goes before the built-in one.
    """
    return name == TEMPLATE and not (folder / f"{TEMPLATE}.toml").exists()


def parse_mapping(data: bytes, *, name: str) -> ColumnMapping:
    """The mapping in a TOML text.

    Raises:
        MappingRefused: naming what is wrong in it, and what there is instead.
    """
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MappingRefused(f"not TOML: {error}") from error
    _check_words("section", document, _SECTIONS)
    about_file = document.get("file", {})
    _check_words("[file]", about_file, _FILE_WORDS)
    _check_words("[key]", document.get("key", {}), {"columns": list})
    try:
        rules = tuple(
            make_field_rule(target, content)
            for target, content in document.get("fields", {}).items()
        )
    except ValueError as error:
        raise MappingRefused(str(error)) from error
    if not rules:
        raise MappingRefused("there is no [fields.title]; a mapping without fields imports nothing")
    return ColumnMapping(
        name=name,
        key=_key(document.get("key", {})),
        where={column: str(value) for column, value in document.get("where", {}).items()},
        rules=rules,
        columns=frozenset(column for rule in rules for column in rule.columns),
        is_partial=document.get("partial", False),
        known_by=tuple(map(str, document.get("known_by", ()))),
        sheet=about_file.get("sheet"),
        header_row=about_file.get("header_row", 1),
    )


def check_columns(mapping: ColumnMapping, columns: Iterable[str], where: Iterable[str]) -> None:
    """Accepts when the file has every column that the mapping and `where` name.

    Raises:
        MappingRefused: code mapping_column_missing.
    """
    named = {*mapping.key, *mapping.where, *where}
    if not mapping.is_partial:
        named |= mapping.columns
    missing = sorted(named - set(columns))
    if missing:
        lacking = ", ".join(map(repr, missing))
        sentence = f"{mapping.name}: the file has no column {lacking}; it has {', '.join(columns)}"
        raise MappingRefused(sentence, code="mapping_column_missing")


def map_row(
    mapping: ColumnMapping, cells: Mapping[str, str]
) -> tuple[dict[str, Json], list[FieldFault]]:
    """The fields that a row stands for, and what its rules did not accept."""
    record: dict[str, Json] = {}
    faults: list[FieldFault] = []
    padded = {**dict.fromkeys(mapping.columns, ""), **cells} if mapping.is_partial else cells
    for rule in mapping.rules:
        value = rule.value(padded, faults)
        if value is not None:
            record[rule.target] = value
    return record, faults


def _source(name_or_file: str, folder: Path) -> bytes:
    path = Path(name_or_file)
    try:
        if path.suffix == ".toml":
            return path.read_bytes()
        if _NAME.match(name_or_file):
            saved = folder / f"{name_or_file}.toml"
            if saved.exists():
                return saved.read_bytes()
            if means_template(name_or_file, folder):
                return template_mapping().encode()
            if name_or_file in READY_MADE:
                ready = files("hubnode.imports").joinpath(f"mappings/{name_or_file}.toml")
                return ready.read_bytes()
    except OSError as error:
        sentence = f"{path} cannot be read: {error.strerror}"
        raise MappingRefused(sentence, code="mapping_unknown") from error
    saved_names = sorted(found.stem for found in folder.glob("*.toml"))
    known = ", ".join((*READY_MADE, *saved_names))
    raise MappingRefused(
        f"no mapping {name_or_file!r}; there are {known}, or give a file that ends in .toml",
        code="mapping_unknown",
    )


def _key(content: Mapping[str, Any]) -> tuple[str, ...]:
    columns = content.get("columns")
    if not columns:
        raise MappingRefused('[key] needs columns = ["..."]: what identifies a row in the file')
    return tuple(str(column) for column in columns)


def _check_words(what: str, content: Mapping[str, Any], known: Mapping[str, type]) -> None:
    for name, value in content.items():
        if name not in known:
            raise MappingRefused(f"{what} {name!r} does not exist; there are {', '.join(known)}")
        if not _is_of(known[name], value):
            raise MappingRefused(f"{what} {name!r} is {_KINDS[known[name]]}, not {value!r}")


def _is_of(kind: type, value: object) -> bool:
    if kind is int:
        return type(value) is int and value >= 1
    return isinstance(value, kind) and value != ""
