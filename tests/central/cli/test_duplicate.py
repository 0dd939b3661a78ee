"""`central duplicate`: what an admin sees of pairs that may be one innovation."""

from pathlib import Path
from typing import Any

import pytest

from runtime.console import ExitCode
from runtime.system import SystemClock
from tests.support.author import Author
from tests.support.commands import Outcome, command_here, service
from tests.support.rooms import opened_room
from tests.support.similar import GIANYAR, publish

BALI = Author(hub="51")
A, B = BALI.record(1), BALI.record(2)


WAIT_S = 30


def filled(folder: Path) -> Path:
    """The folder of a centre with two records of one title and two owners, not yet compared."""
    author = Author(hub="51")
    with opened_room(folder, "") as room:
        room.enrol(author)
        publish(room, author, 1)
        publish(room, author, 2, **GIANYAR)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, compared."""
    folder = filled(tmp_path_factory.mktemp("duplicate") / "pusat")
    assert central(folder, "duplicate", "rescan").code == ExitCode.OK
    return folder


def document(answer: Outcome) -> Any:
    """The one JSON document on stdout."""
    return answer.json


def central(data: Path, *arguments: str) -> Outcome:
    return command_here("central", *arguments, "--data", str(data))


def test_open_pairs_are_listed_with_reasons_in_both_languages(data: Path) -> None:
    answer = central(data, "duplicate", "list", "--json")
    assert answer.code == ExitCode.ATTENTION
    (item,) = document(answer)["items"]
    assert (item["a"], item["b"], item["suggestion"], item["state"]) == (
        A,
        B,
        "replication",
        "open",
    )
    assert {"code": "same_title", "id": "Judul sama.", "en": "The same title."} in item["reasons"]
    assert (document(answer)["next"], document(answer)["total"]) == (None, 1)


def test_open_pairs_are_listed_for_people(data: Path) -> None:
    answer = central(data, "duplicate", "list")
    assert answer.code == ExitCode.ATTENTION
    assert "The same title. Another agency." in " ".join(answer.out.split())


def test_a_centre_without_pairs_says_so(tmp_path: Path) -> None:
    with opened_room(tmp_path / "pusat", ""):
        pass
    answer = central(tmp_path / "pusat", "duplicate", "list")
    assert (answer.code, answer.out) == (ExitCode.OK, "")
    assert "No pair waits" in answer.err


def test_a_pair_is_shown_side_by_side(data: Path) -> None:
    answer = central(data, "duplicate", "show", B, A, "--json")
    assert answer.code == ExitCode.OK
    assert [side["record"] for side in document(answer)["sides"]] == [A, B]
    assert document(answer)["candidate"]["suggestion"] == "replication"
    assert document(answer)["verdict"] is None


def test_a_pair_is_shown_for_people(data: Path) -> None:
    answer = central(data, "duplicate", "show", A, B)
    assert "Suggestion: one replicates the other." in answer.out
    assert "- The same title.\n" in answer.out


def test_an_unknown_record_is_refused_with_a_sentence(data: Path) -> None:
    answer = central(data, "duplicate", "show", A, "nobody")
    assert (answer.code, answer.out) == (ExitCode.FAILED, "")
    assert "unknown_record" in answer.err


def test_a_rescan_says_how_much_it_compared(data: Path) -> None:
    answer = central(data, "duplicate", "rescan", "--json")
    assert document(answer) == {"records": 2, "total": 1}


def test_the_service_finds_pairs_by_itself(tmp_path: Path) -> None:
    data = filled(tmp_path / "pusat")
    with service("central", "serve", "--data", str(data), "--port", "0", "--json"):
        until = SystemClock().monotonic() + WAIT_S
        while central(data, "duplicate", "list").code != ExitCode.ATTENTION:
            assert SystemClock().monotonic() < until
