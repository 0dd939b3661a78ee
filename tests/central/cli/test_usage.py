"""What `central` says of arguments and settings that it cannot use."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from central.settings import CentralSettings
from runtime.console import ExitCode
from runtime.setting_values import declared_in
from tests.support.admins import central, document, is_refused


@pytest.mark.parametrize("hours", ["0", "-1", "100000"])
def test_an_invitation_for_no_time_or_for_ever_is_refused(papua: Path, hours: str) -> None:
    address = ("--url", "https://pusat.test")
    answer = central(papua, "hub", "invite", "52", *address, "--hours", hours)
    assert is_refused(answer, ExitCode.USAGE, "hours, not ")
    assert "invitation_lifetime" in answer.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("invite", "7 7"), "hub_id_malformed"),
        (("invite", "centre"), "hub_id_malformed"),
        (("invite", "52", "--name", "Provinsi\nBali"), "hub_name_malformed"),
        (("revoke", "91", "--reason", "hilang", "--yes", "--last-good", "99"), "entry_not_held"),
    ],
)
def test_an_argument_that_is_at_fault_is_wrong_usage_with_its_own_code(
    papua: Path, words: tuple[str, ...], code: str
) -> None:
    address = ("--url", "https://pusat.test") if words[0] == "invite" else ()
    assert is_refused(central(papua, "hub", *words, *address), ExitCode.USAGE, f"({code})")


def test_every_setting_is_shown(papua: Path) -> None:
    shown = document(papua, "config", "show")
    assert shown.keys() == declared_in(CentralSettings).keys()


def test_every_setting_is_explained_to_people(papua: Path) -> None:
    answer = central(papua, "config", "show")
    assert answer.code == ExitCode.OK
    assert all(name in answer.out for name in declared_in(CentralSettings))


def test_a_setting_from_the_environment_is_checked_too(
    papua: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIPP_CENTRAL_PORT", "seribu")
    assert is_refused(
        central(papua, "config", "check"), ExitCode.USAGE, "JIPP_CENTRAL_PORT: must be"
    )


def test_an_epoch_that_is_not_the_database_s_cannot_be_used(
    papua: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert central(papua, "config", "check").code == ExitCode.OK
    monkeypatch.setenv("JIPP_CENTRAL_EPOCH", "2")
    answer = central(papua, "config", "check")
    assert is_refused(
        answer, ExitCode.USAGE, "epoch: the database holds a national log, and none of"
    )


def test_a_database_that_nobody_answers_for_cannot_be_used(
    papua: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIPP_CENTRAL_DATABASE_URL", "postgresql://jipp@127.0.0.1:9/jipp")
    assert is_refused(central(papua, "config", "check"), ExitCode.FAILED, "127.0.0.1")


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("", "--by is empty"),
        (" ", "--by is empty"),
        ("panrb/rina", "slash"),
        ("rina s", "one word"),
    ],
)
def test_an_account_is_one_word_that_can_stand_behind_an_agency(
    papua: Path, ids: Sequence[str], by: str, words: str
) -> None:
    answer = central(papua, "record", "curate", ids[0], "--set", "region=51.71", "--by", by)
    assert is_refused(answer, ExitCode.USAGE, words)


def test_a_proof_is_not_written_over_a_file(
    papua: Path, ids: Sequence[str], tmp_path: Path
) -> None:
    file = tmp_path / "bukti.tlog-proof"
    file.write_text("lain", encoding="ascii")
    answer = central(papua, "log", "proof", ids[0], "--out", str(file))
    assert is_refused(answer, ExitCode.USAGE, f"{file} is there already")
    assert file.read_text("ascii") == "lain"
