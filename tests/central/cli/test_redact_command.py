"""`central redact`: two people, a look before, and a file without the text afterwards."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from runtime.console import ExitCode
from tests.support.admins import central, document, published

TITLE = "Antrean daring puskesmas"
GROUND = ("--ground", "UU 27/2022 pasal 8", "--reason", "Permohonan warga")
WHO = (*GROUND, "--by", "rina", "--second-by", "budi", "--agency", "panrb")
ENTRY = ("--entry", "jippnas.test/hub/91/1:1")


def is_in_a_file(folder: Path, text: str) -> bool:
    return any(
        form.encode() in file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
        for form in (text, text.lower())
    )


def test_a_rehearsal_names_every_entry_and_changes_nothing(papua: Path, ids: Sequence[str]) -> None:
    before = published(papua)
    answer = document(papua, "redact", ids[0], *ENTRY, "--field", "region", "--dry-run", *WHO)
    assert answer == {
        "record": ids[0],
        "redacted": False,
        "entries": [
            {"origin": "jippnas.test/hub/91/1", "index": 1, "kind": None},
            {"origin": "jippnas.test/national/1", "index": 3, "kind": "change.applied"},
        ],
        "fields": ["region"],
        "others": [],
    }
    assert published(papua) == before


def test_without_a_yes_nothing_is_destroyed(papua: Path, ids: Sequence[str]) -> None:
    before = published(papua)
    answer = central(papua, "redact", ids[0], *ENTRY, *WHO)
    assert answer.code == ExitCode.USAGE
    assert "Destroy the bytes of 2 entries for ever? Say --yes" in answer.err
    assert published(papua) == before


def test_no_file_of_the_centre_has_the_text_afterwards(papua: Path, ids: Sequence[str]) -> None:
    for index, record in enumerate(ids, 1):
        entry = ("--entry", f"jippnas.test/hub/91/1:{index}")
        assert is_in_a_file(papua, TITLE)
        answer = central(papua, "redact", record, *entry, "--field", "title", "--yes", *WHO)
        assert (answer.code, answer.err.splitlines()[-1]) == (
            ExitCode.OK,
            f"Redacted: 2 entries of {record}.",
        )
    assert not is_in_a_file(papua, TITLE)
    assert central(papua, "log", "verify").code == ExitCode.OK
    assert central(papua, "rebuild").code == ExitCode.OK


@pytest.mark.parametrize(
    "aim", [(), ("--place", "3", *ENTRY), ("--entry", "x"), ("--entry", "x:y"), ("--entry", ":3")]
)
def test_it_is_said_either_where_it_was_decided_or_where_it_was_written(
    papua: Path, ids: Sequence[str], aim: tuple[str, ...]
) -> None:
    answer = central(papua, "redact", ids[0], *aim, *WHO)
    assert answer.code == ExitCode.USAGE
    assert "Say either --place PLACE or --entry ORIGIN:INDEX." in answer.err


def test_one_person_alone_is_refused(papua: Path, ids: Sequence[str]) -> None:
    alone = (*GROUND, "--by", "rina", "--second-by", "rina", "--agency", "panrb")
    answer = central(papua, "redact", ids[0], *ENTRY, *alone)
    assert answer.code == ExitCode.FAILED
    assert "a second person has to agree (two_people_needed)" in answer.err
