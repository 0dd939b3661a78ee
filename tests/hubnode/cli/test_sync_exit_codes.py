"""How `hubnode sync now` ends for the shell: 0 only when nothing stopped it."""

from pathlib import Path

import pytest

from hubnode.cli.sync import exit_code_of
from hubnode.store.runs import RunState
from runtime.console import ExitCode
from tests.support.operators import node

ENDS_WELL = {RunState.OK, RunState.ATTENTION}


@pytest.mark.parametrize("state", sorted(set(RunState) - ENDS_WELL))
def test_what_stopped_a_run_is_never_success(state: RunState) -> None:
    assert exit_code_of(state, "any") != ExitCode.OK


@pytest.mark.parametrize("state", sorted(ENDS_WELL))
def test_a_run_that_came_to_its_end_is_success(state: RunState) -> None:
    assert exit_code_of(state, "") == ExitCode.OK


def test_a_node_that_is_not_enrolled_was_not_refused_by_anybody(tmp_path: Path) -> None:
    assert node(tmp_path / "bali", "init").code == ExitCode.OK
    assert node(tmp_path / "bali", "sync", "now").code == ExitCode.ATTENTION


def test_a_key_file_that_others_may_read_fails_here_and_not_at_the_centre(alone: Path) -> None:
    (alone / "keys.pem").chmod(0o644)
    answer = node(alone, "sync", "now")
    assert answer.code == ExitCode.FAILED
    assert "chmod 600" in answer.out + answer.err


@pytest.mark.parametrize("command", ["status", "sync history"])
def test_a_run_that_its_keys_stopped_is_seen_afterwards(alone: Path, command: str) -> None:
    (alone / "keys.pem").unlink()
    node(alone, "sync", "now")
    answer = node(alone, *command.split())
    assert f"{alone / 'keys.pem'}: No such file" in answer.out + answer.err
