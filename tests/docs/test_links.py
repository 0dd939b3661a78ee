"""Every link within the documentation leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for page in ROOT.rglob("*.md")
    if not any(
        part.startswith(".") or part in {"dist", "demo-data"}
        for part in page.relative_to(ROOT).parts
    )
)
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        if anchor:
            assert anchor in _anchors(found), target


def test_every_page_is_reached_from_the_index_or_the_readme() -> None:
    linked = {
        (start.parent / target.partition("#")[0]).resolve()
        for start in PAGES
        for target in LINK.findall(start.read_text(encoding="utf-8"))
    }
    indexes = {ROOT / "README.md", ROOT / "docs" / "README.md"}
    assert {page for page in PAGES if page not in linked} <= indexes | {ROOT / "CHANGELOG.md"}


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_that_code_names_is_here() -> None:
    pages = {it.name for it in PAGES}
    folders = ("protocol", "runtime", "hubnode", "central", "tests", "bench", "deploy")
    files = (file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    named = {
        (name, file.relative_to(ROOT).as_posix())
        for file in files
        for name in re.findall(r"\b([\w-]+\.md)\b(?!\")", file.read_text("utf-8"))
    }
    assert {it for it in named if it[0] not in pages} == set()
