"""Every sentence of the pages is there in English too, and no other."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from runtime.pages.translating import ENGLISH, SHARED, catalogue_files

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None, "msg": None}
PACKAGES = ("hubnode.web", "central.web", SHARED)


def sources(package: str) -> Iterator[tuple[str, Path]]:
    root = Path(str(files(package)))
    for path in sorted(root.rglob("*.html")):
        yield "jinja2", path
    for path in sorted(root.rglob("*.py")):
        yield "python", path


def said_in(package: str) -> set[str]:
    found = set()
    for method, path in sources(package):
        options = {"trimmed": "true"} if method == "jinja2" else {}
        with path.open("rb") as source:
            for _, message, _, _ in extract(method, source, KEYWORDS, (), options):
                found.add(message if isinstance(message, str) else message[0])
    return found


def translated(package: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for source in catalogue_files(package, ENGLISH):
        for message in read_po(BytesIO(source.read_bytes()), locale=ENGLISH):
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                found[key] = message.string
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_every_sentence_has_its_english(package: str) -> None:
    known = translated(SHARED) | translated(package)
    assert sorted(it for it in said_in(package) if not known.get(it)) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_translation_is_left_over(package: str) -> None:
    assert sorted(translated(package).keys() - said_in(package)) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_sentences_for_the_reader_are_written_out_where_they_are_said(package: str) -> None:
    """What is put together from parts could not be translated, and nobody would notice."""
    for method, path in sources(package):
        calls = ast.walk(ast.parse(path.read_text())) if method == "python" else ()
        for node in calls:
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say":
                [argument] = node.args
                is_plain = isinstance(argument, ast.Constant | ast.Name | ast.Attribute)
                assert is_plain, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_code_behind_a_sentence_is_written_by_its_macro(package: str) -> None:
    """So that every one looks alike: small, and never broken at the end of a line."""
    written = [path.name for _, path in sources(package) if "(<code>{{" in path.read_text()]
    assert [name for name in written if name != "parts.html"] == []
