"""Reads the files of this package: the schema and the reference tables, once each."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from protocol.canonical import parse

SCHEMA_VERSION = "1.0.0"


@cache
def schema(version: str = SCHEMA_VERSION) -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of the record, by version."""
    return _read(f"schema/{version}/innovation.json")


@cache
def table(name: str) -> Mapping[str, Any]:
    """A reference table, which names its source: a file of the folder `tables`."""
    return _read(f"tables/{name}.json")


def _read(path: str) -> Mapping[str, Any]:
    value = parse(files("protocol.innovation").joinpath(path).read_bytes())
    if not isinstance(value, dict):
        raise TypeError(f"{path} is not an object")
    return value
