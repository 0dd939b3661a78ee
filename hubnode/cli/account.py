"""`hubnode account`: who may sign in to this node's pages, and a way back in.

Whoever may write the data folder is the node already; so the terminal on its machine is where the
only operator who forgot a password finds a new one.
"""

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, node_of
from runtime.asked_password import asked_password
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
    from runtime.pages.passwords import hash_password  # noqa: PLC0415

    with node_of(data) as node:
        account = node.db.read_sync(lambda conn: ACCOUNTS.get(conn, name))
        if account is None:
            sentence = f"No account {name!r}. To see them: hubnode account list"
            raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
        encoded = hash_password(asked_password())
        node.db.run_sync(lambda conn: ACCOUNTS.change(conn, name, password=encoded))
    if json:
        emit_json({"name": name})
        return
    say(f"{name} has a new password, and is signed out everywhere.")
    if not account.is_active:
        say("The account is switched off; another operator switches it on: Pengaturan, Akun.")
