"""`central campaign`: what an admin types, and one JSON document each."""

import shutil
from pathlib import Path

import pytest

from protocol.canonical import Json
from runtime.console import ExitCode
from tests.support.author import Author
from tests.support.commands import Outcome, command_here
from tests.support.rooms import VALID, opened_room

WHO = ("--by", "rina", "--agency", "panrb")
OPEN = ("campaign", "open", "2026-top", "--title", "Pemutakhiran 2026", "--due", "2099-12-31", *WHO)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre with two records of one hub."""
    folder = tmp_path_factory.mktemp("campaigns") / "pusat"
    author = Author(hub="51")
    with opened_room(folder, "") as room:
        room.enrol(author)
        author.put(1, {**VALID, "awards": [{"scheme": "Top 99", "year": 2019}]})
        author.put(2, {**VALID, "title": "Perizinan satu pintu"})
        room.submit(author)
        room.decide_now()
    return folder


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "pusat"))


def central(data: Path, *words: str) -> Outcome:
    return command_here("central", *words, "--data", str(data))


def document(answer: Outcome) -> dict[str, Json]:
    assert (answer.code, answer.out.count("\n")) == (ExitCode.OK, 1), answer.err
    assert isinstance(answer.json, dict)
    return answer.json


def refused(answer: Outcome, code: ExitCode, words: str) -> bool:
    return (answer.code, answer.out, words in answer.err) == (code, "", True)


def test_an_opening_says_how_much_it_asks_for(data: Path) -> None:
    said = central(data, *OPEN)
    assert (said.code, said.err) == (0, "Opened: 2 records are asked for until 2099-12-31.\n")


def test_a_target_is_named_by_its_facets(data: Path) -> None:
    words = ("--scheme", "Top 99", "--award-year", "2019", "--hub", "51", "--year", "2024")
    found = document(central(data, *OPEN, *words, "--json"))
    target = {"scheme": ["Top 99"], "award_year": ["2019"], "hub": ["51"], "year": ["2024"]}
    assert (found["state"], found["target"]) == ("open", target)
    numbers = found["numbers"]
    assert isinstance(numbers, dict)
    assert numbers["targeted"] == 1


def test_a_dry_run_counts_and_decides_nothing(data: Path) -> None:
    assert document(central(data, *OPEN, "--dry-run", "--json"))["targeted"] == 2
    assert "2 records; nothing was decided" in central(data, *OPEN, "--dry-run").err
    assert document(central(data, "campaign", "list", "--json"))["items"] == []


def test_what_cannot_be_opened_is_a_sentence(data: Path) -> None:
    empty = central(data, *OPEN, "--year", "1999")
    assert refused(empty, ExitCode.FAILED, "no record in the catalogue fits the target")


def test_a_list_shows_state_and_numbers(data: Path) -> None:
    assert "No campaign yet" in central(data, "campaign", "list").err
    central(data, *OPEN)
    row = central(data, "campaign", "list").out.splitlines()[1].split("\t")
    assert row[:4] == ["2026-top", "Pemutakhiran 2026", "2099-12-31", "open"]
    assert row[4:] == ["2", "0", "0", "2", "0", "2"]


def test_numbers_are_shown_by_what_is_asked(data: Path) -> None:
    central(data, *OPEN)
    shown = central(data, "campaign", "show", "2026-top", "--by", "scheme")
    assert shown.out.splitlines()[-3:] == [
        "scheme\ttargeted\trefreshed\twithdrawn\tleft\tcomplete\tincomplete",
        "Top 99\t1\t0\t0\t1\t0\t1",
        "none\t1\t0\t0\t1\t0\t1",
    ]
    assert "the whole catalogue" in shown.out


def test_every_number_of_a_document_has_its_query(data: Path) -> None:
    central(data, *OPEN)
    [row] = list_of(document(central(data, "campaign", "show", "2026-top", "--json"))["items"])
    assert row["value"] == "51"
    queries = row["queries"]
    assert isinstance(queries, dict)
    assert queries["left"] == "/api/v1/innovations?campaign=2026-top&hub=51&progress=left"


def list_of(items: Json) -> list[dict[str, Json]]:
    assert isinstance(items, list)
    return [item for item in items if isinstance(item, dict)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "2026-top", "--by", "colour"), "No breakdown 'colour'; there are hub, year"),
        (("report", "2026-top", "--format", "pdf"), "No format 'pdf'; there are markdown, csv"),
    ],
)
def test_an_unknown_word_is_answered_by_those_that_there_are(
    data: Path, words: tuple[str, ...], sentence: str
) -> None:
    assert refused(central(data, "campaign", *words), ExitCode.USAGE, sentence)


def test_a_closing_says_what_was_reached_and_where_it_is_reported(data: Path) -> None:
    central(data, *OPEN)
    said = central(data, "campaign", "close", "2026-top", "--reason", "Selesai", *WHO)
    assert "Closed: 0 of 2 records refreshed." in said.err
    assert "central campaign report 2026-top" in said.err
    assert "Selesai" in central(data, "campaign", "show", "2026-top").out
    again = central(data, "campaign", "close", "2026-top", "--reason", "Lagi", *WHO)
    assert refused(again, ExitCode.FAILED, "closed already")


def test_a_closing_can_be_read_by_a_program(data: Path) -> None:
    central(data, *OPEN)
    words = ("campaign", "close", "2026-top", "--reason", "Selesai", *WHO, "--json")
    assert document(central(data, *words))["state"] == "closed"


def test_a_report_comes_in_three_forms(data: Path) -> None:
    central(data, *OPEN)
    report = ("campaign", "report", "2026-top")
    assert central(data, *report).out.startswith("# Pemutakhiran 2026\n")
    assert central(data, *report, "--format", "csv").out.splitlines()[1] == "all,all,2,0,0,2,0,2"
    as_json = document(central(data, *report, "--format", "json"))
    progress = as_json["progress"]
    assert isinstance(progress, dict)
    assert list(progress) == ["hub", "year", "scheme", "day", "group"]
    assert document(central(data, *report, "--json"))["progress"] == progress


@pytest.mark.parametrize(
    "words", [("show", "x"), ("report", "x"), ("close", "x", "--reason", "y", *WHO)]
)
def test_a_campaign_that_nobody_knows_is_named(data: Path, words: tuple[str, ...]) -> None:
    assert refused(central(data, "campaign", *words), ExitCode.FAILED, "there is no campaign x")
