"""What an admin types at a centre, and what the tests ask of the answer."""

from pathlib import Path

from protocol.canonical import Json
from runtime.console import ExitCode
from tests.support.commands import Outcome, command_here

WHO = ("--by", "rina", "--agency", "panrb")
WHY = (*WHO, "--reason", "UU 15/2022")


def central(data: Path, *arguments: str) -> Outcome:
    return command_here("central", *arguments, "--data", str(data))


def document(data: Path, *arguments: str) -> dict[str, Json]:
    """The one JSON document of a command that went well."""
    answer = central(data, *arguments, "--json")
    assert (answer.code, answer.out.count("\n")) == (ExitCode.OK, 1), answer.err
    assert isinstance(answer.json, dict)
    return answer.json


def published(data: Path) -> Json:
    """The national checkpoint, in which every decision shows."""
    return document(data, "log", "checkpoint")["checkpoint"]


def is_refused(answer: Outcome, code: ExitCode, words: str) -> bool:
    """Whether a command ended with a sentence, and nothing on stdout."""
    is_sentence = words in answer.err and "Traceback" not in answer.err
    return (answer.code, answer.out, is_sentence) == (code, "", True)
