"""Command lines as a shell runs them: real processes, their output and exit code."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest

from protocol.canonical import Json, parse

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Json:
        """The one document on stdout."""
        return parse(self.out.encode())


def command(
    name: str, *arguments: str, env: Mapping[str, str] | None = None, typed: str = ""
) -> Outcome:
    """Runs `central` or `hubnode` to its end; `typed` is its standard input."""
    done = subprocess.run(  # noqa: S603 - our own program
        _line(name, arguments),
        capture_output=True,
        input=typed,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
    )
    return Outcome(code=done.returncode, out=done.stdout, err=done.stderr)


def command_here(name: str, *arguments: str) -> Outcome:
    """The same within this process: ten times faster, and a mistake of the code is the test's."""
    main: Callable[[], None] = importlib.import_module(f"{name}.cli").main
    said, told = StringIO(), StringIO()
    with (
        patch.object(sys, "argv", [name, *arguments]),
        redirect_stdout(said),
        redirect_stderr(told),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return Outcome(code=int(ended.value.code or 0), out=said.getvalue(), err=told.getvalue())


@contextmanager
def service(name: str, *arguments: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A `serve --json` process; its address is the first line it says."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        _line(name, arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first, process.stderr.read() if process.stderr else ""
        document = parse(first.encode())
        assert isinstance(document, dict)
        yield str(document["url"]), process
    finally:
        process.terminate()
        process.communicate(timeout=TIMEOUT_S)


def _line(name: str, arguments: tuple[str, ...]) -> list[str]:
    program = f"from {name}.cli import main; main()"
    return [sys.executable, "-c", program, *arguments]
