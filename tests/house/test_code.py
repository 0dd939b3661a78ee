"""House rules of the code that no linter here checks, or that a `noqa` could switch off."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.commands import ROOT

PACKAGES = ("protocol", "runtime", "hubnode", "central")
FILES = sorted(file for name in PACKAGES for file in (ROOT / name).rglob("*.py"))
PURE = sorted((ROOT / "protocol").rglob("*.py"))

CLOCK_AND_CHANCE = {
    *("time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter"),
    *("time.localtime", "time.gmtime", "time.strftime"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("os.urandom", "os.getrandom", "uuid.uuid1", "uuid.uuid4"),
}
CHANCE_MODULES = {"random", "secrets", "numpy"}
THE_ONE_READER = ROOT / "runtime" / "system.py"

PURE_IMPORTS = {
    *("base64", "binascii", "collections", "dataclasses", "datetime", "difflib"),
    *("enum", "functools", "hashlib", "hmac", "importlib", "itertools", "json", "math"),
    *("re", "typing", "unicodedata"),
    *("cryptography", "jsonschema", "jsonschema_rs", "nacl", "orjson", "rapidfuzz", "rfc8785"),
    "Sastrawi",
    "protocol",
}
"""Import-linter forbids what somebody thought of; this allows what somebody looked at."""

IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"}

LINES_MAX = 400


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that a file imports, and what it takes from it, by full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def clock_or_chance(tree: ast.Module) -> Iterator[str]:
    """What reads a clock or a random source, however it was imported."""
    for name in imported(tree):
        if name.split(".")[0] in CHANCE_MODULES or name in CLOCK_AND_CHANCE:
            yield name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            dotted = ast.unparse(node)
            if ".".join(dotted.split(".")[-2:]) in CLOCK_AND_CHANCE:
                yield dotted


def public(
    tree: ast.Module,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """What others may use: functions and classes of the module, methods of public classes."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    bodies = [tree.body, *(node.body for node in classes if not node.name.startswith("_"))]
    for node in (node for body in bodies for node in body):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not node.name.startswith("_"):
            yield node


@pytest.mark.parametrize("source", ["import random", "from os import urandom", "time.time()"])
def test_the_search_for_clocks_finds_them(source: str) -> None:
    assert list(clock_or_chance(ast.parse(source)))


def test_clock_and_chance_are_read_in_one_file() -> None:
    found = {name_of(path): sorted(clock_or_chance(tree_of(path))) for path in FILES}
    readers = {name: uses for name, uses in found.items() if uses}
    assert list(readers) == [name_of(THE_ONE_READER)]


def test_the_protocol_imports_only_what_was_looked_at() -> None:
    found = {
        (name_of(path), name)
        for path in PURE
        for name in imported(tree_of(path))
        if name.split(".")[0] not in PURE_IMPORTS
    }
    assert found == set()


def test_the_protocol_reads_its_own_files_and_no_others() -> None:
    readers = {
        name_of(path)
        for path in PURE
        if any(name.startswith("importlib") for name in imported(tree_of(path)))
    }
    assert readers <= {"protocol/innovation/reference.py"}


def test_the_protocol_calls_nothing_that_acts() -> None:
    found = {
        (name_of(path), node.func.id)
        for path in PURE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in IMPURE_CALLS
    }
    assert found == set()


def test_the_protocol_waits_for_nothing_and_keeps_no_global_state() -> None:
    banned = ast.AsyncFunctionDef | ast.Await | ast.Global | ast.Nonlocal
    found = {
        (name_of(path), type(node).__name__)
        for path in PURE
        for node in ast.walk(tree_of(path))
        if isinstance(node, banned)
    }
    assert found == set()


def test_everything_public_says_what_it_is() -> None:
    silent = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in FILES
        for node in public(tree_of(path))
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_file_with_code_says_what_it_is_for() -> None:
    files = [path for path in FILES if tree_of(path).body and path.name != "__main__.py"]
    assert [name_of(path) for path in files if not ast.get_docstring(tree_of(path))] == []


def test_no_file_is_too_long_to_read() -> None:
    everything = [*FILES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "deploy").rglob("*.py")]
    long = {
        name_of(path)
        for path in everything
        if len(path.read_text("utf-8").splitlines()) > LINES_MAX
    }
    assert long == set()


def test_an_exemption_from_a_rule_names_the_rule() -> None:
    bare = re.compile(r"#\s*(?:noqa(?!: [A-Z]+[0-9]+)|type: ignore(?!\[))")
    found = [
        f"{name_of(path)}:{number}"
        for path in FILES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []
