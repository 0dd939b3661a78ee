"""`hubnode doctor` notices a backup and a kit that nobody ever made, until somebody does."""

from pathlib import Path
from shutil import copy

import pytest

from hubnode.keys import KEY_FILE, KEY_NAMES
from protocol.emergency_kit import EmergencyKit, format_kit
from runtime.console import ExitCode
from runtime.keyfile import load_keys
from tests.support.commands import command
from tests.support.operators import document, node


def health(folder: Path) -> dict[str, str]:
    """How each point is, as the doctor says."""
    findings = document(node(folder, "doctor", "--json"))["findings"]
    assert isinstance(findings, list)
    return {str(it["point"]): str(it["health"]) for it in findings if isinstance(it, dict)}


def test_a_backup_and_a_printed_kit_are_noticed_by_the_doctor(alone: Path) -> None:
    before = health(alone)
    assert (before["backup"], before["kit"]) == ("notice", "notice")
    node(alone, "backup", "create", "--json")
    node(alone, "key", "kit", "--yes", "--json")
    after = health(alone)
    assert (after["backup"], after["kit"]) == ("good", "good")


@pytest.mark.parametrize(("by_kit", "kit"), [(True, "good"), (False, "notice")])
def test_a_node_that_was_restored_knows_of_its_backup_and_of_a_kit_that_was_typed(
    alone: Path, tmp_path: Path, *, by_kit: bool, kit: str
) -> None:
    backup, new = str(tmp_path / "bali.jipp-backup"), tmp_path / "new"
    keys = load_keys(alone / KEY_FILE, KEY_NAMES)
    text = format_kit(EmergencyKit(log=keys["log"], witness=keys["witness"]))
    node(alone, "backup", "create", backup, "--json")
    words = ["--kit"]
    if not by_kit:
        new.mkdir(mode=0o700)
        copy(alone / KEY_FILE, new / KEY_FILE)
        words = []
    answer = command(
        "hubnode", "backup", "restore", backup, *words, "--data", str(new), typed=f"{text}\n"
    )
    assert answer.code == ExitCode.OK, answer
    after = health(new)
    assert (after["backup"], after["kit"]) == ("good", kit)
