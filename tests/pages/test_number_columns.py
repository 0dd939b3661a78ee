"""Columns of numbers are read by their ends: the head stands where its numbers stand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for package in ("central/web", "hubnode/web", "runtime/pages")
    for path in (ROOT / package / "templates").glob("*.html")
)
_HEAD = re.compile(r"<th\b([^>]*)>([^<]+)</th>")
_CELL = re.compile(r"""<td\b([^>]*)data-name="([^"]+(?:\([^)]*\)[^"]*)?)"([^>]*)>""")


def is_number(attributes: str) -> bool:
    return 'class="number' in attributes


def plain(expression: str) -> str:
    return expression.replace("'", '"')


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parts[-4]}-{path.stem}")
def test_the_head_of_a_column_of_numbers_is_aligned_as_they_are(path: Path) -> None:
    for table in re.findall(r"<table.*?</table>", path.read_text(), re.DOTALL):
        heads = {plain(word): is_number(attributes) for attributes, word in _HEAD.findall(table)}
        for before, word, after in _CELL.findall(table):
            head = heads.get(plain(word))
            assert head in {None, is_number(before + after)}, word
