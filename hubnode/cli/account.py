"""`hubnode account`: who may sign in to this node's pages, and a way back in.

Whoever may write the data folder is the node already; so the terminal on its machine is where the
only operator who forgot a password finds a new one.
"""

import sys

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, node_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, say, table


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("account", "Who may sign in to this node's pages.", "hubnode account list")
    for name, command, example, sentence in (
        ("list", list_, "hubnode account list", "List the accounts."),
        (
            "password",
            password,
            "hubnode account password wayan",
            "Give an account a new password, and sign it out everywhere.",
        ),
    ):
        part.command(name, help=helped(example, sentence), short_help=sentence)(command)
    app.add_typer(part)


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Lists accounts by name."""
    from hubnode.store.accounts import ACCOUNTS  # noqa: PLC0415

    with node_of(data) as node:
        rows = [
            {"name": it.name, "role": it.role, "active": it.is_active}
            for it in node.db.read_sync(ACCOUNTS.every)
        ]
    if json:
        emit_json({"items": rows})
    elif rows:
        table(tuple(rows[0]), [tuple(map(str, it.values())) for it in rows])
    else:
        say("No accounts yet. The first one is made on the node's pages: hubnode serve")


def password(
    name: str = typer.Argument(help="Name of the account."),
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Asks for the new password twice; or reads one line where a script gives it."""
    from hubnode.store.accounts import ACCOUNTS  # noqa: PLC0415
    from runtime.pages.passwords import (  # noqa: PLC0415
        LENGTH_MAX,
        LENGTH_MIN,
        hash_password,
        is_acceptable,
    )

    with node_of(data) as node:
        account = node.db.read_sync(lambda conn: ACCOUNTS.get(conn, name))
        if account is None:
            sentence = f"No account {name!r}. To see them: hubnode account list"
            raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
        new = _new_password()
        if not is_acceptable(new):
            length = f"{LENGTH_MIN} to {LENGTH_MAX} characters"
            sentence = f"A password has {length}, and not one again and again."
            raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
        encoded = hash_password(new)
        node.db.run_sync(lambda conn: ACCOUNTS.change(conn, name, password=encoded))
    if json:
        emit_json({"name": name})
        return
    say(f"{name} has a new password, and is signed out everywhere.")
    if not account.is_active:
        say("The account is switched off; another operator switches it on: Pengaturan, Akun.")


def _new_password() -> str:
    """What is typed twice on a terminal, or the line that a script gives."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    return asked
