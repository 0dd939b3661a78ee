"""The tour is typed as it stands, and shows what it says."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOUR = ROOT / "docs" / "tour.md"
PORTS = ("8080", "8802")
PROMPT, CONTINUED, CODE, GAP = "    $ ", "    > ", "    ", "…"
WAIT_S = 120
FINE = (0, 4)
"""Exit codes of what went well; 4 says that something waits for a person."""
REFUSED = re.compile(r"\([a-z]+(_[a-z]+)+\)\s*$")
"""How a refusal ends that the tour shows: with its code."""


@dataclass
class Typed:
    """A command of the tour, and the lines that it shows below it."""

    command: str
    shown: list[str]


def typed(page: str) -> Iterator[Typed]:
    """Every command of a page, in order."""
    current: Typed | None = None
    for line in page.splitlines():
        if line.startswith(PROMPT):
            if current:
                yield current
            current = Typed(line.removeprefix(PROMPT), [])
        elif line.startswith(CONTINUED) and current:
            current.command += "\n" + line.removeprefix(CONTINUED)
        elif line.startswith(CODE) and current:
            current.shown.append(line.strip())
    if current:
        yield current


def is_as_shown(output: str, shown: list[str]) -> bool:
    """Whether the output is the shown lines, where `…` stands for anything."""
    parts = " ".join(" ".join(shown).split()).split(GAP)
    pattern = ".*".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern.replace(r"\ .*", r"\s*.*"), " ".join(output.split())) is not None


def free_ports(count: int) -> list[int]:
    """Ports on which nobody listens."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for it in sockets:
            it.bind(("127.0.0.1", 0))
        return [it.getsockname()[1] for it in sockets]


def is_served(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Shell:
    """One bash for the whole tour, so that its variables, functions and jobs stay."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self._ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._bash = subprocess.Popen(
            ["/bin/bash", "--noprofile", "--norc", "-m"],
            stdin=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "PATH": path, "COLUMNS": "200"},
            text=True,
        )

    def type(self, command: str) -> tuple[int, str]:
        """The exit code of a command, and all that it printed."""
        self._count += 1
        told = self._folder.parent / f"{self._count}"
        served = [port for shown, port in self._ports.items() if f"--port {shown}" in command]
        for shown, port in self._ports.items():
            command = command.replace(shown, str(port))
        assert self._bash.stdin
        self._bash.stdin.write(f"{{ {command}\n}} > {told}.out 2>&1 < /dev/null\n")
        self._bash.stdin.write(f"echo $? > {told}.new; mv {told}.new {told}.code\n")
        self._bash.stdin.flush()
        self._wait_for(lambda: Path(f"{told}.code").exists(), command)
        for port in served:
            self._wait_for(partial(is_served, port), command)
        return int(Path(f"{told}.code").read_text()), Path(f"{told}.out").read_text()

    def close(self) -> None:
        """Ends it and what it started."""
        assert self._bash.stdin
        self._bash.stdin.write("kill $(jobs -p) 2> /dev/null; wait\n")
        self._bash.stdin.close()
        self._bash.wait(WAIT_S)

    def _wait_for(self, is_so: Callable[[], bool], command: str) -> None:
        until = time.monotonic() + WAIT_S
        while not is_so():
            assert time.monotonic() < until, f"no end: {command}"
            time.sleep(0.02)


@contextmanager
def opened_shell(folder: Path) -> Iterator[Shell]:
    (folder / "deploy").mkdir(parents=True)
    shutil.copytree(ROOT / "deploy" / "demo" / "data", folder / "deploy" / "demo" / "data")
    shell = Shell(folder)
    try:
        yield shell
    finally:
        shell.close()


def test_the_tour_shows_what_happens(tmp_path: Path) -> None:
    wrong = []
    with opened_shell(tmp_path / "tour") as shell:
        for it in typed(TOUR.read_text()):
            code, output = shell.type(it.command)
            if not is_as_shown(output, it.shown):
                wrong.append(f"{it.command}\nshows {it.shown}\nand printed\n{output}")
            elif code not in FINE and not REFUSED.search(output):
                wrong.append(f"{it.command} left with {code}")
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize(
    ("output", "shown", "is_so"),
    [
        ("a b\n", ["a b"], True),
        ("a\tb\n", ["a b"], True),
        ("a b c\n", ["a b"], False),
        ("a 7 c\nd\n", ["a … c", "…"], True),
        ("", ["…"], True),
        ("b", ["a", "…"], False),
    ],
)
def test_a_gap_stands_for_anything(output: str, shown: list[str], *, is_so: bool) -> None:
    assert is_as_shown(output, shown) is is_so
