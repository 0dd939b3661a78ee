"""House rules of the repository: what it pins, what it promises, and what it must not mention."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.support.commands import ROOT

IGNORED = {".git", ".venv", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
IGNORED_MORE = {"__pycache__", "dist", "demo-data", ".import_linter_cache"}
BINARY = {".png", ".ico", ".woff2", ".xlsx", ".gz", ".zst", ".sqlite", ".jpg"}
REQUIREMENTS = ("run", "test", "dev")

MACHINE_PATHS = re.compile(r"(?<![\w.$<)}\]/])/(?:work|home|root|Users|mnt|tmp/\w+)/[\w.-]+")
REGISTRY_HOSTS = re.compile(
    r"\b(?:py"
    r"pi\.org|pythonhosted\.org|conda\.io|npmjs\.(?:org|com)|proxy\.golang\.org"
    r"|arti"
    r"factory|nexus\.[a-z]|dev"
    r"pi|(?:extra-)?index"
    r"-url\s*[= ]\s*http)",
)
PIN = re.compile(r"^[a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?==[^\s;]+", re.IGNORECASE)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
MENTION = re.compile(r"(?:^|`|\$ )make ((?:[a-z][a-z-]*(?=[\s`)]|$) ?)+)", re.MULTILINE)
MERGE_MARKS = re.compile(r"^(?:<{7}|={7}|>{7})(?: .*)?$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def files() -> list[Path]:
    """Every text file of the repository."""
    skipped = IGNORED | IGNORED_MORE
    return sorted(
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and path.suffix not in BINARY
        and not skipped & set(path.relative_to(ROOT).parts)
        and not path.name.startswith(".coverage")
    )


def pages() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def found(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern occurs, this file excepted."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in files()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if pattern.search(line)
    ]


def requirements(name: str) -> dict[str, str]:
    """Each requirement of a lock file with all that belongs to it."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith((" ", "#"))]
    return {line.split()[0]: line for line in lines}


def distribution(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    loose = [
        pin
        for pin, line in requirements(name).items()
        if not PIN.match(pin) or "--hash=sha256:" not in line
    ]
    assert loose == []
    assert requirements(name)


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locked = {distribution(pin) for pin in requirements("run")}
    assert {distribution(it) for it in project["dependencies"]} <= locked


def test_tests_run_on_the_versions_that_are_served() -> None:
    served, tested, built = ({*requirements(name)} for name in REQUIREMENTS)
    assert served <= tested <= built


@pytest.mark.parametrize("folder", ["work/main", "home/rina", "tmp/h3"])
@pytest.mark.parametrize("sentence", ["/{0}/x", "see /{0}/file", "'/{0}/main'"])
def test_the_search_for_machine_paths_finds_them(folder: str, sentence: str) -> None:
    assert MACHINE_PATHS.search(sentence.format(folder))


def test_no_path_of_anybodys_machine_is_mentioned() -> None:
    assert found(MACHINE_PATHS) == []


@pytest.mark.parametrize("parts", [("https://py", "pi.org/simple"), ("--index", "-url http://x")])
def test_the_search_for_registries_finds_them(parts: tuple[str, str]) -> None:
    assert REGISTRY_HOSTS.search("".join(parts))  # whole, it would be one itself


def test_no_host_of_a_registry_is_mentioned() -> None:
    assert found(REGISTRY_HOSTS) == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_make_targets_that_exist(page: Path) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    named = {word for words in MENTION.findall(page.read_text("utf-8")) for word in words.split()}
    assert named <= targets


def test_the_search_for_targets_finds_them() -> None:
    assert MENTION.findall("`make setup check`\n$ make demo\nmake test ARGS=1") == [
        "setup check",
        "demo",
        "test ",
    ]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_links_only_to_what_is_there(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_target_of_make_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    helped = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    hidden = {"system-packages"}
    assert set(TARGET.findall(makefile)) - helped == hidden


def test_no_merge_left_its_marks() -> None:
    assert found(MERGE_MARKS) == []
