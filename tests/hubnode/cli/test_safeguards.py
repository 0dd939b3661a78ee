"""`hubnode doctor` notices a backup and a kit that nobody ever made, until somebody does."""

from pathlib import Path

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
