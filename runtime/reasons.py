"""Reasons: what both command lines ask for because everybody will read it, for ever."""

from runtime.console import CommandFailed, ExitCode


def said(reason: str) -> str:
    """The reason, if it says anything: what the option `--reason` calls back.

    Raises:
        CommandFailed: it is empty, or blank.
    """
    if not reason.strip():
        sentence = "--reason is empty: say why, in words that everybody may read."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return reason
