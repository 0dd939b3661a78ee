"""Reads the files of this package: the schema and the reference tables, once each."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from protocol.canonical import parse

SCHEMA_VERSIONS = ("1.0.0", "1.1.0")
"""All that this program knows, oldest first. A later one only adds optional fields, so that each
record of an earlier one is valid by the newest (docs/decisions/0020)."""

SCHEMA_VERSION = SCHEMA_VERSIONS[-1]


@cache
def schema(version: str = SCHEMA_VERSION) -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of the record, by version."""
    whole = dict(_read(f"schema/{SCHEMA_VERSIONS[0]}/innovation.json"))
    for later in SCHEMA_VERSIONS[1 : SCHEMA_VERSIONS.index(version) + 1]:
        added = _read(f"schema/{later}/added.json")
        properties = {**whole["properties"], **added["properties"]}
        whole |= {"$id": added["$id"], "properties": properties}
    return whole


def needed_version(names: Iterable[str]) -> str:
    """The oldest version that has all these fields; the newest where none has."""
    wanted = set(names)
    has_all = (it for it in SCHEMA_VERSIONS if wanted <= schema(it)["properties"].keys())
    return next(has_all, SCHEMA_VERSION)


@cache
def table(name: str) -> Mapping[str, Any]:
    """A reference table, which names its source: a file of the folder `tables`."""
    return _read(f"tables/{name}.json")


def _read(path: str) -> Mapping[str, Any]:
    value = parse(files("protocol.innovation").joinpath(path).read_bytes())
    if not isinstance(value, dict):
        raise TypeError(f"{path} is not an object")
    return value
