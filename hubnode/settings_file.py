"""`node.toml` as the pages write it: what changes is replaced, all else stays as somebody wrote it.

A file of settings is a row of statements, and comments between them. A statement is the fewest
lines that are TOML by themselves, so a list over several lines is one.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from runtime.durable import read_if_there, write_durably

MODE = 0o600
"""It may hold the password of the mail server."""

Value = str | int | bool | tuple[str, ...]


def write_settings(path: Path, values: Mapping[str, Value]) -> None:
    """Replaces these settings in the file, whole or not at all; nobody but the owner reads it.

    Raises:
        ValueError: what is in the file is no TOML.
    """
    text = (read_if_there(path) or b"").decode()
    write_durably(path, changed(text, values).encode(), mode=MODE)


def changed(text: str, values: Mapping[str, Value]) -> str:
    """The text of a file with these settings in it, each where it stood, new ones at the end.

    Raises:
        ValueError: it is no TOML.
    """
    left = {name: f"{name} = {_format(value)}\n" for name, value in values.items()}
    lines = [
        left.pop(name) if name in left else statement
        for name, statement in _statements(text)
        if name in left or name not in values
    ]
    return "".join([*lines, *left.values()])


def _statements(text: str) -> Iterator[tuple[str, str]]:
    """Every statement with the name that it sets; "" for a comment or an empty line."""
    statement = ""
    lines = text.removesuffix("\n").split("\n") if text else []  # TOML ends a line no other way
    for line in lines:
        statement += f"{line}\n"
        try:
            found = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        yield next(iter(found), ""), statement
        statement = ""
    if statement:
        tomllib.loads(statement)


def _format(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return f"[{', '.join(_format(it) for it in value)}]"
