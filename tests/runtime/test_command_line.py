"""What both command lines answer before any command."""

from importlib.metadata import version

import pytest

from runtime.console import ExitCode
from tests.support.commands import command_here


@pytest.mark.parametrize("program", ["hubnode", "central"])
def test_the_version_is_asked_for_without_a_command(program: str) -> None:
    answer = command_here(program, "--version")
    assert (answer.code, answer.out) == (ExitCode.OK, version("jipp-federation") + "\n")


@pytest.mark.parametrize("program", ["hubnode", "central"])
def test_an_argument_that_is_no_text_is_a_usage_error(program: str) -> None:
    answer = command_here(program, "--data", "bal\udce9")
    assert (answer.code, answer.err) == (ExitCode.USAGE, "Argument 2 is not UTF-8.\n")
