"""`central user`: the first account, and a way back in from the machine of the centre."""

from pathlib import Path

import pytest

from runtime.console import ExitCode
from tests.support.commands import Outcome, command

NEW = "tiga gajah di pasar"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A fresh centre's folder."""
    folder = tmp_path / "pusat"
    command("central", "init", "--data", str(folder), "--authority", "contoh.go.id")
    return folder


def user(data: Path, *words: str, typed: str = NEW) -> Outcome:
    """Types `central user WORDS`, and a password."""
    return command("central", "user", *words, "--data", str(data), typed=f"{typed}\n")


def add(data: Path, name: str = "rina", role: str = "administrator", typed: str = NEW) -> Outcome:
    """Types `central user add`."""
    return user(data, "add", name, "--role", role, "--agency", "lan", typed=typed)


def test_the_first_account_is_made_at_the_machine_of_the_centre(data: Path) -> None:
    assert add(data).code == ExitCode.OK
    assert user(data, "list", "--json").json == {
        "items": [
            {
                "name": "rina",
                "role": "administrator",
                "agency": "lan",
                "second_factor": False,
                "active": True,
            }
        ]
    }


def test_a_name_that_is_taken_is_refused(data: Path) -> None:
    add(data)
    again = add(data)
    assert again.code == ExitCode.FAILED
    assert "account_taken" in again.err


@pytest.mark.parametrize(
    ("name", "role", "typed", "said"),
    [
        ("rina", "emperor", NEW, "viewer, curator, hub_admin, administrator"),
        ("rina", "viewer", "rahasia", "12 to 200 characters"),
        ("rina@contoh.go.id", "viewer", NEW, "no personal data"),
        ("rina tuti", "viewer", NEW, "one word"),
    ],
)
def test_what_cannot_be_is_said(data: Path, name: str, role: str, typed: str, said: str) -> None:
    answer = add(data, name, role, typed)
    assert answer.code == ExitCode.USAGE
    assert said in answer.err


def test_a_forgotten_password_is_replaced(data: Path) -> None:
    add(data)
    assert user(data, "password", "rina", typed="empat kuda di sawah").code == ExitCode.OK


def test_a_lost_phone_is_forgotten(data: Path) -> None:
    add(data)
    assert user(data, "forget-second-factor", "rina").code == ExitCode.OK


@pytest.mark.parametrize("verb", ["password", "forget-second-factor"])
def test_an_account_that_is_not_there_is_named(data: Path, verb: str) -> None:
    answer = user(data, verb, "nobody")
    assert answer.code == ExitCode.USAGE
    assert "central user list" in answer.err
