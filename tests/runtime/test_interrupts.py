"""Ctrl-C: quiet while a program starts, kept back where something has to come to its end."""

import os
import signal
import subprocess
import sys
import tomllib

import pytest

from runtime.interrupts import interrupt_from_here, interrupts_held, leave_at_once
from tests.support.commands import ROOT

INTERRUPTED_WHILE_IMPORTING = """
import os, signal, sys

class Meddler:
    def find_spec(self, name, path=None, target=None):
        if name == "{name}.cli":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Meddler())
from {name}.__main__ import main
main()
"""


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("name", ["hubnode", "central"])
def test_a_program_that_is_interrupted_while_it_starts_leaves_without_a_word(name: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own lines
        [sys.executable, "-c", INTERRUPTED_WHILE_IMPORTING.format(name=name)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize("name", ["hubnode", "central"])
def test_the_console_script_begins_where_that_is_arranged(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"][name] == f"{name}.__main__:main"


def test_what_has_begun_is_interrupted_as_ever() -> None:
    leave_at_once()
    interrupt_from_here()
    with pytest.raises(KeyboardInterrupt):
        press()


def test_a_program_that_hears_no_interrupt_from_its_start_hears_none() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        leave_at_once()
        interrupt_from_here()
        with interrupts_held() as release:
            press()
            release()
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupt_waits_for_the_good_moment() -> None:
    with interrupts_held() as release:
        release()
        press()
        with pytest.raises(KeyboardInterrupt):
            release()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_interrupt_is_heard_at_once() -> None:
    with interrupts_held():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()
