"""`central recover`: what an admin sees and types after an old backup was restored."""

import shutil
from pathlib import Path

import pytest

from protocol.canonical import Json
from runtime.console import ExitCode
from runtime.durable import FolderLock
from tests.central.cli.conftest import IDS
from tests.support.admins import WHO, central, document, is_refused
from tests.support.commands import Outcome

TWO = ("--by", "rina", "--second-by", "budi", "--reason", "Diska rusak")


@pytest.fixture
def restored(papua: Path, tmp_path: Path) -> Path:
    """A centre whose database is from before a registration number was given."""
    central(papua, "number", "assign", IDS[0], *WHO, "--yes")
    backup = shutil.copy(papua / "centre.sqlite", tmp_path / "backup")
    central(papua, "number", "assign", IDS[1], *WHO, "--yes")
    for file in papua.glob("centre.sqlite*"):
        file.unlink()
    shutil.copy(backup, papua / "centre.sqlite")
    return papua


def declared(data: Path, *more: str) -> Outcome:
    return central(data, "recover", "--declare", *TWO, "--yes", *more)


def found(data: Path) -> dict[str, Json]:
    return document(data, "recover", "--yes")


def test_every_other_command_refuses_and_names_it(restored: Path) -> None:
    answer = central(restored, "log", "verify")
    assert is_refused(answer, ExitCode.FAILED, "central recover")


def test_it_shows_what_is_missing_before_it_asks(restored: Path) -> None:
    answer = central(restored, "recover")
    assert "missing" in answer.out
    assert answer.code == ExitCode.USAGE
    assert found(restored)["missing"] == 1


def test_where_nothing_is_missing_nothing_begins(papua: Path) -> None:
    central(papua, "number", "assign", IDS[0], *WHO, "--yes")
    assert found(papua)["began_at"] is None
    assert central(papua, "number", "assign", IDS[1], *WHO, "--yes").code == ExitCode.OK


def test_nothing_is_signed_on_a_log_that_is_being_recovered(restored: Path) -> None:
    assert found(restored)["began_at"]
    answer = central(restored, "number", "assign", IDS[0], *WHO, "--yes")
    assert is_refused(answer, ExitCode.FAILED, "is being recovered")


def test_hubs_that_have_not_called_since_are_named(restored: Path) -> None:
    assert found(restored)["awaited"] == ["91", "94"]


def test_the_next_epoch_needs_a_recovery_that_began(restored: Path) -> None:
    assert "no recovery is under way" in declared(restored).err


def test_it_needs_two_admins(restored: Path) -> None:
    found(restored)
    answer = central(restored, "recover", "--declare", "--reason", "x", "--by", "rina", "--yes")
    assert is_refused(answer, ExitCode.USAGE, "two admins")
    alone = ("--by", "rina", "--second-by", "rina", "--reason", "Diska rusak")
    assert "second_admin_needed" in central(restored, "recover", "--declare", *alone, "--yes").err


def test_one_admin_in_two_spellings_is_one(restored: Path) -> None:
    found(restored)
    words = ("--by", "rina", "--second-by", "Rina", "--reason", "Diska rusak", "--yes")
    answer = central(restored, "recover", "--declare", *words)
    assert (answer.code, "second_admin_needed" in answer.err) == (ExitCode.FAILED, True)


def test_a_declared_epoch_is_the_one_that_is_used(restored: Path) -> None:
    found(restored)
    answer = declared(restored, "--json")
    assert isinstance(answer.json, dict)
    assert (answer.code, answer.json["epoch"]) == (ExitCode.OK, 2)
    assert "epoch = 2" in (restored / "central.toml").read_text()
    assert central(restored, "log", "verify").code == ExitCode.OK
    assert central(restored, "rebuild").code == ExitCode.OK
    assert central(restored, "number", "assign", IDS[1], *WHO, "--yes").code == ExitCode.OK


def test_a_declaration_that_was_killed_is_finished(
    restored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(restored)
    with monkeypatch.context() as patched:
        patched.setattr("central.recovering.finish", lambda _centre: None)
        declared(restored)
    assert "epoch" not in (restored / "central.toml").read_text()
    assert document(restored, "recover")["epoch"] == 2
    assert central(restored, "log", "verify").code == ExitCode.OK


def test_a_centre_that_is_served_is_left_alone(restored: Path) -> None:
    with FolderLock(restored):
        answer = central(restored, "recover", "--yes")
    assert "Stop central serve first" in answer.err
    assert not (restored / "recovery.json").exists()


def test_settings_of_an_earlier_epoch_do_not_begin_a_second_log(restored: Path) -> None:
    found(restored)
    declared(restored)
    settings = restored / "central.toml"
    settings.write_text(settings.read_text().replace("epoch = 2\n", ""))
    assert central(restored, "log", "verify").code == ExitCode.FAILED
