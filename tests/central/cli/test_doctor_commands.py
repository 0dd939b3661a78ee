"""`central doctor`."""

from pathlib import Path

from central.opening import KEY_FILE
from runtime.console import ExitCode
from runtime.durable import FolderLock
from tests.support.admins import central, document


def points(folder: Path, *words: str) -> dict[str, str]:
    """How each point is."""
    found = document(folder, "doctor", *words)["findings"]
    assert isinstance(found, list)
    return {str(it["point"]): str(it["health"]) for it in found if isinstance(it, dict)}


def test_every_point_is_said_in_a_line(papua: Path) -> None:
    papua.chmod(0o700)
    answer = central(papua, "doctor")
    assert answer.code == ExitCode.OK
    assert "database\tgood\tThe database answers." in answer.out


def test_files_that_others_can_read_keep_it_closed_until_they_are_mended(papua: Path) -> None:
    (papua / KEY_FILE).chmod(0o644)
    answer = central(papua, "doctor")
    assert answer.code == ExitCode.DOCTOR
    assert "chmod 600" in answer.out
    assert "Try: central doctor --fix" in answer.err
    assert points(papua, "--fix")["files"] == "good"
    assert central(papua, "doctor").code == ExitCode.OK


def test_a_centre_that_is_not_served_says_so(papua: Path) -> None:
    papua.chmod(0o700)
    assert points(papua)["service"] == "notice"


def test_a_service_that_does_not_answer_is_a_problem(papua: Path) -> None:
    (papua / "address").write_text("http://127.0.0.1:1")
    with FolderLock(papua):
        answer = central(papua, "doctor")
    assert answer.code == ExitCode.DOCTOR
    assert "The service runs and does not answer." in answer.out
