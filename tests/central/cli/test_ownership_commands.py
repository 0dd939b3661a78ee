"""`central record transfer`, `central hub transfer`, `central agency move`."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from runtime.console import ExitCode
from tests.support.admins import WHO, WHY, central, document, is_refused, published

TRANSFER = ("hub", "transfer", "91", "--to", "94", *WHY)
MOVE = ("agency", "move", "Provinsi Bali", *WHO)
NABIRE = '{"name":"Dinas Kesehatan Nabire","kind":"kabupaten"}'


def test_a_record_is_given_and_the_sentence_names_both_hubs(
    papua: Path, ids: Sequence[str]
) -> None:
    answer = central(papua, "record", "transfer", ids[0], "--to", "94", *WHY)
    assert (answer.code, answer.out) == (ExitCode.OK, "")
    assert "belongs to hub 94 now, and no more to hub 91" in answer.err


def test_a_record_that_is_there_already_is_said_to_be_so(papua: Path, ids: Sequence[str]) -> None:
    transfer = ("record", "transfer", ids[0], "--to", "94", *WHY)
    central(papua, *transfer)
    before = published(papua)
    assert "already; nothing was decided" in central(papua, *transfer).err
    assert document(papua, *transfer)["given"] == 0
    assert published(papua) == before


def test_a_region_is_rehearsed_with_its_names_and_counts(papua: Path) -> None:
    before = published(papua)
    answer = central(papua, *TRANSFER, "--region", "94", "--dry-run")
    assert answer.code == ExitCode.OK
    assert "94.01\tKabupaten Nabire\t2" in answer.out
    assert document(papua, *TRANSFER, "--region", "94", "--dry-run") == {
        "giver": "91",
        "to": "94",
        "found": 2,
        "dry_run": True,
        "regions": {"94.01": 2},
        "given": 0,
        "recoded": 0,
        "left": [],
    }
    assert published(papua) == before


def test_without_a_yes_nothing_is_given(papua: Path) -> None:
    before = published(papua)
    answer = central(papua, *TRANSFER)
    assert answer.code == ExitCode.USAGE
    assert "Give 3 records of hub 91 to hub 94? Say --yes" in answer.err
    assert published(papua) == before


def test_a_region_is_given_and_the_rest_stays(papua: Path) -> None:
    answer = central(papua, *TRANSFER, "--region", "94", "--yes")
    assert "Given: 2 records of hub 91 to hub 94." in answer.err
    assert document(papua, *TRANSFER, "--dry-run")["found"] == 1


def test_it_is_given_back_in_the_same_way(papua: Path) -> None:
    central(papua, *TRANSFER, "--yes")
    back = ("hub", "transfer", "94", "--to", "91", *WHY, "--yes")
    assert document(papua, *back)["given"] == 3


def test_nothing_to_give_is_a_sentence_and_no_question(papua: Path) -> None:
    answer = central(papua, *TRANSFER, "--region", "35")
    assert answer.code == ExitCode.OK
    assert "no such records; nothing was decided" in answer.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("hub", "transfer", "91", "--to", "91", *WHY), ExitCode.USAGE, "owns them already"),
        (("hub", "transfer", "91", "--to", "77", *WHY), ExitCode.FAILED, "unknown_hub"),
        (("hub", "transfer", "77", "--to", "91", *WHY), ExitCode.FAILED, "unknown_hub"),
        ((*TRANSFER, "--region", "99"), ExitCode.FAILED, "unknown_region"),
        ((*MOVE, "--to", "Dinas"), ExitCode.USAGE, "JSON"),
        ((*MOVE, "--to", "[1]"), ExitCode.USAGE, "object"),
        ((*MOVE, "--to", '{"name":"Dinas"}'), ExitCode.FAILED, "schema_invalid"),
    ],
)
def test_what_cannot_be_is_said(
    papua: Path, arguments: tuple[str, ...], code: ExitCode, words: str
) -> None:
    assert is_refused(central(papua, *arguments), code, words)


def test_a_reason_with_personal_data_is_refused(papua: Path, ids: Sequence[str]) -> None:
    reason = ("--reason", "Telepon 0812-3456-7890", *WHO)
    for words in (("record", "transfer", ids[0], "--to", "94"), ("record", "hide", ids[0])):
        assert is_refused(central(papua, *words, *reason), ExitCode.FAILED, "privacy_finding")


def test_an_agency_is_moved_after_a_rehearsal(papua: Path) -> None:
    rehearsed = document(papua, *MOVE, "--to", NABIRE, "--dry-run")
    assert rehearsed == {"found": 3, "moved": 0, "left": [], "dry_run": True}
    assert document(papua, *MOVE, "--to", NABIRE, "--yes")["moved"] == 3
    again = central(papua, *MOVE, "--to", NABIRE, "--yes")
    assert "Records of Provinsi Bali: 0.\nNothing was decided." in again.err


def test_an_agency_is_moved_at_one_hub_alone(papua: Path) -> None:
    assert document(papua, *MOVE, "--to", NABIRE, "--hub", "94", "--yes")["found"] == 0


def test_an_agency_is_not_moved_without_a_yes(papua: Path) -> None:
    answer = central(papua, *MOVE, "--to", NABIRE)
    assert answer.code == ExitCode.USAGE
    assert "Curate the agency of 3 records? Say --yes" in answer.err
