"""What `--help` of a noun lists: each command with what it does."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command


def listed(command: Any, words: str) -> Iterator[tuple[str, str]]:
    """Every line that a list of commands shows: the words and the sentence beside them."""
    for name, inner in getattr(command, "commands", {}).items():
        yield f"{words} {name}", inner.get_short_help_str(limit=200)
        yield from listed(inner, f"{words} {name}")


@pytest.mark.parametrize("name", ["hubnode", "central"])
def test_a_list_of_commands_says_what_each_does_and_not_how_it_is_typed(name: str) -> None:
    app = importlib.import_module(f"{name}.cli").app
    lines = dict(listed(get_command(app), name))
    typed = {words: said for words, said in lines.items() if not said or said.startswith(name)}
    assert typed == {}
