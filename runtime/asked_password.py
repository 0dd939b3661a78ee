"""A new password at the command line: typed twice on a terminal, or a line that a script gives."""

import sys

import typer

from runtime.console import CommandFailed, ExitCode


def asked_password() -> str:
    """A password that people may choose.

    Raises:
        CommandFailed: it is too short, or one character again and again.
    """
    from runtime.pages.passwords import (  # noqa: PLC0415 - heavy
        LENGTH_MAX,
        LENGTH_MIN,
        is_acceptable,
    )

    new = _typed()
    if not is_acceptable(new):
        length = f"{LENGTH_MIN} to {LENGTH_MAX} characters"
        sentence = f"A password has {length}, and not one again and again."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return new


def _typed() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    return asked
