"""The reference pages name everything that there is, and nothing that there is not."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from central.app import build_web as build_centre
from central.reconciler import Reconciler
from central.settings import CentralSettings
from hubnode.imports.commit import RowError
from hubnode.recovery import RULES
from hubnode.settings import NodeSettings
from hubnode.sync.sentences import OWN
from protocol.problems import PROBLEMS
from runtime.http.http_problems import HTTP_PROBLEMS
from runtime.settings import ServiceSettings
from tests.support.rooms import opened_room

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
CODES = {"code", "default_code"}
RAISING = {"Refused", "Alarm", "RowFault", "CodingRefused"}
"""Exceptions whose first argument is a code."""

SAID_OTHERWISE = {"own_log_agrees"}


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def commands(name: str) -> dict[str, Any]:
    """Every command of a program by its words."""
    app = importlib.import_module(f"{name}.cli").app
    return dict(_walk(get_command(app), name))


def _walk(command: Any, words: str) -> Iterator[tuple[str, Any]]:
    for name, inner in command.commands.items():
        if hasattr(inner, "commands"):
            yield from _walk(inner, f"{words} {name}")
        else:
            yield f"{words} {name}", inner


def sections() -> dict[str, str]:
    """The text of each command's section, by the command's words."""
    parts = re.split(r"^### `([^`]+)`$", page("cli.md"), flags=re.MULTILINE)[1:]
    names = (" ".join(w for w in title.split() if w.lower() == w) for title in parts[::2])
    return {name.split(" [")[0]: text for name, text in zip(names, parts[1::2], strict=True)}


def test_every_command_has_a_section_and_no_other_has() -> None:
    assert sections().keys() == commands("hubnode").keys() | commands("central").keys()


@pytest.mark.parametrize("name", ["hubnode", "central"])
def test_a_section_names_every_option_of_its_command_and_no_other(name: str) -> None:
    for words, command in commands(name).items():
        options = {it.opts[0] for it in command.params if it.param_type_name == "option"}
        named = set(re.findall(r"`(--[a-z-]+)`", sections()[words]))
        assert named == options - {"--help"}, words


@pytest.mark.parametrize("model", [NodeSettings, CentralSettings])
def test_every_setting_is_named_with_its_meaning(model: type[ServiceSettings]) -> None:
    for name, field in model.model_fields.items():
        assert f"| `{name}` |" in page("settings.md")
        assert str(field.description) in page("settings.md")


def test_no_setting_is_named_that_does_not_exist() -> None:
    named = set(re.findall(r"^\| `([a-z_]+)` \|", page("settings.md"), flags=re.MULTILINE))
    assert named == NodeSettings.model_fields.keys() | CentralSettings.model_fields.keys()


def test_every_address_of_the_centre_is_named_and_no_other(tmp_path: Path) -> None:
    settings = CentralSettings(authority="contoh.example")
    with opened_room(tmp_path / "pusat", "") as room:
        app = build_centre(room.centre, Reconciler(room.centre), settings)
    routes = {
        f"{route.method} {re.sub(r':[^}]+}', '}', route.resource.canonical)}"
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    named = set(re.findall(r"`((?:GET|POST) /[^`]*)`", page("http.md")))
    assert named == routes


def raised_codes() -> set[str]:
    """Every code that the program text names where it refuses something."""
    found: set[str] = set()
    for package in ("protocol", "runtime", "hubnode", "central"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found |= _codes_in(node)
    return found


def _codes_in(node: ast.AST) -> set[str]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str() as code)):
            return {code} if name in CODES else set()
        case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str() as code), *_]):
            return {code} if name in RAISING else set()
        case ast.keyword(arg="code", value=ast.Constant(value=str() as code)):
            return {code}
        case _:
            return set()


def test_every_code_is_explained() -> None:
    tables = PROBLEMS.keys() | HTTP_PROBLEMS.keys() | OWN.keys() | {rule.code for rule in RULES}
    named = set(re.findall(r"^\| `([a-z0-9_]+)` \|", page("problems.md"), flags=re.MULTILINE))
    assert (raised_codes() | tables) - named - {""} == set()


def test_no_code_is_explained_twice() -> None:
    named = re.findall(r"^\| `([a-z0-9_]+)` \|", page("problems.md"), flags=re.MULTILINE)
    assert len(named) == len(set(named))


def test_row_errors_have_the_members_of_the_contract() -> None:
    assert set(RowError.__dataclass_fields__) == {"row", "field", "code", "message"}
