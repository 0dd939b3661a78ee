"""Reasons and accounts: what both command lines ask for and everybody will read, for ever."""

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


def named(by: str) -> str:
    """The account, if it names anybody: what the option `--by` calls back.

    Raises:
        CommandFailed: it is empty, or blank.
    """
    if not by.strip():
        sentence = "--by is empty: name the account that does this; no personal data."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return by
