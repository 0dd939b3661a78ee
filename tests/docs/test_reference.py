"""The reference pages name everything that there is, and nothing that there is not."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from typer.main import get_command

from central.app import build_api as build_centre
from central.reconciler import Reconciler
from central.settings import CentralSettings
from central.witness.service import build_web as build_witness
from central.witness.settings import WitnessSettings
from hubnode.app import build_web as build_node
from hubnode.imports.commit import RowError
from hubnode.node import Node
from hubnode.recovery import RULES
from hubnode.settings import NodeSettings
from hubnode.sync.sentences import OWN
from protocol.innovation.fields import fields_to_fill
from protocol.innovation.search_words import SEARCHED
from protocol.innovation.searching import FACETS
from protocol.keys import SignatureType, SigningKey
from protocol.problems import PROBLEMS
from runtime.campaigns import FILTERS
from runtime.console import ExitCode
from runtime.http.http_problems import HTTP_PROBLEMS
from runtime.setting_values import Secret, declared_in, shown
from runtime.settings import ServiceSettings, variables_of
from tests.support.nodes import opened_node
from tests.support.ports import ManualClock
from tests.support.rooms import opened_room
from tests.support.simulated_centre import SimulatedCentre
from tests.support.witnesses import new_witness

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
CODES = {"code", "default_code"}
RAISING = {"Refused", "Alarm", "RowFault", "CodingRefused"}
"""Exceptions whose first argument is a code."""

PACKAGES = ("protocol", "runtime", "hubnode", "central")
PRIVACY = {f"privacy_{kind}" for kind in ("email", "nip", "nik", "phone")}
"""Made of the kind of a finding (`protocol/innovation/privacy.py`)."""

ITEM_MEMBERS = (
    "id",
    "hub",
    "revision",
    "state",
    "conflicts",
    "updated_place",
    "attested_at",
    "facts",
    "awards",
    "completeness",
    "record",
)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    clock = ManualClock()
    with opened_node(tmp_path / "node", SimulatedCentre(clock), clock) as node:
        yield node


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


@pytest.mark.parametrize("name", ["hubnode", "central"])
def test_a_heading_names_every_argument_of_its_command_in_order(name: str) -> None:
    headings = re.findall(r"^### `([^`]+)`$", page("cli.md"), flags=re.MULTILINE)
    for words, command in commands(name).items():
        arguments = [_shown(it) for it in command.params if it.param_type_name == "argument"]
        assert " ".join([words, *arguments]) in headings


def _shown(argument: Any) -> str:
    name = str(argument.name).upper()
    return name if argument.required else f"[{name}]"


@pytest.mark.parametrize("name", ["hubnode", "central"])
def test_an_option_that_must_be_given_is_marked_and_no_other(name: str) -> None:
    for words, command in commands(name).items():
        required = {it.opts[0] for it in command.params if it.required and "--" in it.opts[0]}
        marked = set(re.findall(r"\| `(--[a-z-]+)` \| \*\*required\*\*", sections()[words]))
        assert marked == required, words


def test_every_section_says_once_what_its_json_document_holds() -> None:
    told = {words: re.findall("(?m)^Also .*--json", text) for words, text in sections().items()}
    assert [words for words, lines in told.items() if len(lines) != 1] == []


@pytest.mark.parametrize("name", ["hubnode", "central"])
def test_options_of_the_programs_themselves_are_named(name: str) -> None:
    program = get_command(importlib.import_module(f"{name}.cli").app)
    before = page("cli.md").partition("### `")[0]
    named = set(re.findall(r"^\| `(--[a-z-]+)` \|", before, flags=re.MULTILINE))
    assert {it.opts[0] for it in program.params} - {"--help"} == named


def test_every_exit_code_is_explained_and_no_other() -> None:
    named = re.findall(r"^\| ([0-9]) \|", page("cli.md"), flags=re.MULTILINE)
    assert [int(it) for it in named] == sorted(ExitCode)


@pytest.mark.parametrize("model", [NodeSettings, CentralSettings, WitnessSettings])
def test_every_setting_is_named_with_default_environment_and_meaning(
    model: type[ServiceSettings],
) -> None:
    variables = variables_of(model)
    for name, it in declared_in(model).items():
        default = "must be given" if it.is_required else f"`{shown(it.default)}`"
        is_empty = it.default in ("", Secret())
        written = "empty" if is_empty else default
        row = f"| `{name}` | {written} | `{variables[name]}` | {it.setting.description} |"
        assert row in page("settings.md")


def test_no_setting_is_named_that_does_not_exist() -> None:
    named = set(re.findall(r"^\| `([a-z_]+)` \|", page("settings.md"), flags=re.MULTILINE))
    models = (NodeSettings, CentralSettings, WitnessSettings)
    assert named == {name for model in models for name in declared_in(model)}


def test_every_field_that_people_fill_in_is_named_as_the_schema_has_it_and_no_other() -> None:
    section = page("cli.md").partition("\n## Fields of a record\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `.+$", section, flags=re.MULTILINE)
    assert rows == [
        f"| `{it.name}` | {it.title} | {it.kind} | {it.description} |" for it in fields_to_fill()
    ]


def routes(app: web.Application) -> set[str]:
    return {
        f"{route.method} {re.sub(r':[^}]+}', '}', route.resource.canonical)}"
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }


def addresses(text: str) -> set[str]:
    """Those that stand in a heading or begin a row; others are only mentioned."""
    return set(re.findall(r"^(?:### |\| )`([A-Z]+ /[^`]*)`", text, flags=re.MULTILINE))


OF_A_NODE = "\n## A node's own addresses\n"
OF_A_WITNESS = "\n## A witness's addresses\n"


def test_every_address_of_the_centre_is_named_and_no_other(tmp_path: Path) -> None:
    settings = CentralSettings(authority="contoh.example")
    with opened_room(tmp_path / "pusat", "") as room:
        app = build_centre(room.centre, Reconciler(room.centre), settings)
    assert addresses(page("http.md").partition(OF_A_NODE)[0]) == routes(app)


def test_every_address_of_a_node_is_named_and_no_other(node: Node) -> None:
    section = page("http.md").partition(OF_A_NODE)[2].partition(OF_A_WITNESS)[0]
    assert addresses(section) == routes(build_node(node))


def test_every_address_of_a_witness_is_named_and_no_other(tmp_path: Path) -> None:
    log = SigningKey(name="contoh.example/national/1", type=SignatureType.ED25519, seed=b"n" * 32)
    app = build_witness(new_witness(tmp_path / "saksi", "lan", log.verifier_key))
    assert addresses(page("http.md").partition(OF_A_WITNESS)[2]) == routes(app)


def test_every_query_parameter_of_the_catalogue_is_named_and_no_other() -> None:
    section = page("http.md").partition("### `GET /api/v1/innovations`")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", section, flags=re.MULTILINE)
    parameters, members = rows[: rows.index("`id`")], rows[rows.index("`id`") :]
    named = {name for row in parameters for name in re.findall(r"`([a-z_]+)`", row)}
    own = {"q", "sort", "exact", "limit", "cursor", "campaign", "original"}
    assert named == {*own, *FACETS, *FILTERS}
    assert {it.strip("`") for it in members} == set(ITEM_MEMBERS)


def test_the_fields_that_a_search_looks_into_are_named_and_no_other() -> None:
    operate = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    sentence = operate.partition("`catalogue search` looks for its words in")[2].partition(".")[0]
    assert set(re.findall(r"`([a-z_]+)`", sentence)) == {*SEARCHED, "agency", "region"}


def raised_codes(packages: tuple[str, ...] = PACKAGES) -> set[str]:
    """Every code that the program text names where it refuses something."""
    found: set[str] = set()
    for package in packages:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found |= _codes_in(node)
    return found


def test_whatever_the_centre_refuses_has_a_sentence_for_whoever_meets_it() -> None:
    """Without a row a refusal looks like a crash: `internal`."""
    assert raised_codes(("central",)) - {""} <= PROBLEMS.keys() | HTTP_PROBLEMS.keys()


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


def rows() -> dict[str, list[str]]:
    """The cells behind each code of the page."""
    found = re.findall(r"^\| `([a-z0-9_]+)` \| (.+) \|$", page("problems.md"), re.MULTILINE)
    assert len(found) == len({code for code, _ in found}), "a code is explained twice"
    return {code: cells.split(" | ") for code, cells in found}


def test_every_code_is_explained_and_no_other() -> None:
    tables = PROBLEMS.keys() | HTTP_PROBLEMS.keys() | OWN.keys() | {rule.code for rule in RULES}
    assert (raised_codes() | tables) - {""} - rows().keys() == set()
    assert {code for code in rows() if not _occurs(code) and code not in PRIVACY} == set()


def _occurs(code: str) -> bool:
    """Whether the program text, or the schema, has this code in quotes anywhere."""
    return f'"{code}"' in _program_text()


@cache
def _program_text() -> str:
    files = (path for name in PACKAGES for path in (ROOT / name).rglob("*.*"))
    return "\n".join(
        path.read_text(encoding="utf-8") for path in files if path.suffix in {".py", ".json"}
    )


@pytest.mark.parametrize("code", sorted(PROBLEMS.keys() | HTTP_PROBLEMS.keys()))
def test_a_row_has_the_status_retry_and_sentence_of_its_code_and_what_to_do(code: str) -> None:
    problem = PROBLEMS.get(code) or HTTP_PROBLEMS[code]
    *cells, action = rows()[code]
    assert cells == [str(problem.status), problem.retry, problem.en]
    assert action.endswith(".")


def test_every_row_says_what_to_do() -> None:
    assert {code for code, cells in rows().items() if not cells[-1].endswith(".")} == set()
    assert {len(cells) for cells in rows().values()} == {2, 4}


def test_row_errors_have_the_members_of_the_contract() -> None:
    assert set(RowError.__dataclass_fields__) == {"row", "field", "code", "message"}
