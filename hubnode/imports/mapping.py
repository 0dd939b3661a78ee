"""Column mappings: which column becomes which field, written in TOML, saved by name.

A rule says where a value comes from; nothing is guessed. docs/integrate/import-mapping.md explains
every operator to a stranger. Which operators there are is the table `OPERATORS`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from hubnode.imports.values import OPERATORS, RowFault, Rule
from protocol.canonical import Json
from protocol.errors import ProtocolError
from protocol.innovation.fields import FILLED_BY_HUB, fields

READY_MADE = ("lan", "template")
FOLDER = "mappings"

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
_SECTIONS = {"name", "description", "key", "where", "fields", "partial"}


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
        rules: target (`title`, `agency.name`) to rule.
        is_partial: whether a column that the file lacks counts as empty; else it is refused.
    """

    name: str
    key: tuple[str, ...]
    where: Mapping[str, str]
    rules: Mapping[str, Rule]
    is_partial: bool = False


def load_mapping(name_or_file: str, *, folder: Path) -> ColumnMapping:
    """The mapping of a file, of that saved name, or ready-made.

    Args:
        name_or_file: `lan`, `template`, a name below `folder`, or a path ending in .toml.
        folder: where this node saves mappings.

    Raises:
        MappingRefused: code mapping_unknown or mapping_malformed.
    """
    return parse_mapping(_source(name_or_file, folder), name=Path(name_or_file).stem)


def parse_mapping(data: bytes, *, name: str) -> ColumnMapping:
    """The mapping in a TOML text.

    Raises:
        MappingRefused: a section, field or operator that does not exist, said by name.
    """
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingRefused(f"not TOML: {error}") from error
    unknown = document.keys() - _SECTIONS
    if unknown:
        raise MappingRefused(f"unknown section {min(unknown)!r}; there are {sorted(_SECTIONS)}")
    key = tuple(document.get("key", {}).get("columns", ()))
    if not key:
        raise MappingRefused("[key] columns = [...] must name what identifies a row")
    rules = {
        target: _rule(target, rule)
        for target, rule in _flattened(document.get("fields", {})).items()
    }
    return ColumnMapping(
        name=str(document.get("name", name)),
        key=key,
        where={column: str(value) for column, value in document.get("where", {}).items()},
        rules=rules,
        is_partial=bool(document.get("partial", False)),
    )


def check_columns(mapping: ColumnMapping, columns: tuple[str, ...]) -> None:
    """Accepts when the spreadsheet has every column that the mapping names.

    Raises:
        MappingRefused: code mapping_column_missing.
    """
    named = {*mapping.key, *mapping.where}
    if not mapping.is_partial:
        named.update(_columns_read(mapping))
    missing = sorted(named - set(columns))
    if missing:
        raise MappingRefused(
            f"the file has no column {', '.join(map(repr, missing))}; it has {', '.join(columns)}",
            code="mapping_column_missing",
        )


def map_row(mapping: ColumnMapping, cells: Mapping[str, str]) -> dict[str, Json]:
    """The record's fields that a row stands for.

    Raises:
        RowFault: a value that a rule does not accept.
    """
    record: dict[str, Any] = {}
    cells = {**dict.fromkeys(_columns_read(mapping), ""), **cells}
    for target, rule in mapping.rules.items():
        try:
            value = rule.value(cells)
        except RowFault as fault:
            fault.field = target
            raise
        if value is None or value == "":
            continue
        name, _, member = target.partition(".")
        if member:
            record.setdefault(name, {})[member] = value
        else:
            record[name] = value
    return record


def _columns_read(mapping: ColumnMapping) -> set[str]:
    return {column for rule in mapping.rules.values() for column in rule.columns}


def _source(name_or_file: str, folder: Path) -> bytes:
    path = Path(name_or_file)
    if path.suffix == ".toml":
        if not path.exists():
            raise MappingRefused(f"there is no file {path}", code="mapping_unknown")
        return path.read_bytes()
    saved = folder / f"{name_or_file}.toml"
    if _NAME.match(name_or_file) and saved.exists():
        return saved.read_bytes()
    if name_or_file in READY_MADE:
        return files("hubnode.imports").joinpath(f"mappings/{name_or_file}.toml").read_bytes()
    raise MappingRefused(
        f"no mapping {name_or_file!r}; ready-made: {', '.join(READY_MADE)}", code="mapping_unknown"
    )


def _flattened(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Rules by target; a table of tables is an object with members."""
    known = {field.name for field in fields()} - set(FILLED_BY_HUB)
    rules: dict[str, Mapping[str, Any]] = {}
    for name, content in document.items():
        if name not in known or not isinstance(content, dict):
            raise MappingRefused(f"[fields.{name}]: there is no such field")
        if all(isinstance(member, dict) for member in content.values()) and content:
            rules.update({f"{name}.{member}": rule for member, rule in content.items()})
        else:
            rules[name] = content
    return rules


def _rule(target: str, content: Mapping[str, Any]) -> Rule:
    operator = next((OPERATORS[name] for name in OPERATORS if name in content), None)
    if operator is None:
        raise MappingRefused(f"[fields.{target}] has none of {', '.join(OPERATORS)}")
    try:
        return operator(dict(content))
    except (KeyError, TypeError, ValueError) as error:
        raise MappingRefused(f"[fields.{target}]: {error}") from error
