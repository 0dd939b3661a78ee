"""`central user`: who may sign in to the centre's pages, and a way back in.

Whoever may write the data folder is the centre already; so the terminal on its machine is where the
first account is made, and where the only administrator who forgot a password finds a new one.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from central.agency import Agency
from central.cli.common import DATA_DEFAULT, AgencyOption, DataOption, account, centre_of
from central.role import Role
from runtime.asked_password import asked_password
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, say, table

if TYPE_CHECKING:
    from central.centre import Centre
    from central.staff import Colleague

NameArgument = Annotated[str, typer.Argument(help="Name of the account.", callback=account)]

ROLES = tuple(it.value for it in Role)


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group(
        "user",
        "Who may sign in to the centre's pages.",
        "central user add rina --role administrator --agency panrb\ncentral user list",
    )
    for name, command, example, sentence in (
        (
            "add",
            add,
            "central user add rina --role administrator --agency panrb",
            "Make an account; asks for its password.",
        ),
        ("list", list_, "central user list", "List the accounts."),
        (
            "password",
            password,
            "central user password rina",
            "Give an account a new password, and sign it out everywhere.",
        ),
        (
            "forget-second-factor",
            forget_second_factor,
            "central user forget-second-factor rina",
            "Take the second factor of somebody who lost the phone and the recovery codes.",
        ),
    ):
        part.command(name, help=helped(example, sentence), short_help=sentence)(command)
    app.add_typer(part)


def add(
    name: NameArgument,
    *,
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")],
    agency: AgencyOption = Agency.PANRB,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Asks for the password twice; or reads one line where a script gives it."""
    from central import staff  # noqa: PLC0415
    from runtime.pages.new_account import name_fault  # noqa: PLC0415
    from runtime.pages.passwords import hash_password  # noqa: PLC0415

    if role not in ROLES:
        sentence = f"No role {role!r}; there are {', '.join(ROLES)}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    if name_fault(name, str):
        sentence = "An account has 1 to 64 printable signs, and no personal data: it is published."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    with centre_of(data) as centre:
        encoded = hash_password(asked_password())
        centre.db.run_sync(
            lambda conn: staff.add(
                conn,
                centre,
                name=name,
                role=role,
                agency=agency,
                password=encoded,
                by=staff.COMMAND_LINE,
            )
        )
    emit_json({"name": name, "role": role, "agency": agency.value}) if json else say(
        f"{name} may sign in as {role} of {agency.value}: /masuk on the centre's pages."
    )


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Lists accounts by name."""
    from central import staff  # noqa: PLC0415

    with centre_of(data) as centre:
        rows = [_row(it) for it in centre.db.read_sync(staff.everybody)]
    if json:
        emit_json({"items": rows})
    elif rows:
        table(tuple(rows[0]), [tuple(map(str, it.values())) for it in rows])
    else:
        say("No accounts yet: central user add NAME --role administrator --agency panrb")


def password(
    name: NameArgument, *, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """Asks for the new password twice; or reads one line where a script gives it."""
    from central import staff  # noqa: PLC0415
    from runtime.pages.passwords import hash_password  # noqa: PLC0415

    with centre_of(data) as centre:
        found = _existing(centre, name)
        encoded = hash_password(asked_password())
        centre.db.run_sync(
            lambda conn: staff.give_password(conn, centre, name, encoded, by=staff.COMMAND_LINE)
        )
    if json:
        emit_json({"name": name})
        return
    say(f"{name} has a new password, and is signed out everywhere.")
    if not found.account.is_active:
        say("The account is switched off; an administrator switches it on: Pengguna.")


def forget_second_factor(
    name: NameArgument, *, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """The next time they sign in, they set up another."""
    from central import second_factor, staff  # noqa: PLC0415

    with centre_of(data) as centre:
        _existing(centre, name)
        centre.db.run_sync(
            lambda conn: second_factor.give_up(conn, centre, name, by=staff.COMMAND_LINE)
        )
    emit_json({"name": name}) if json else say(f"{name} has no second factor any more.")


def _existing(centre: "Centre", name: str) -> "Colleague":
    from central import staff  # noqa: PLC0415

    found = centre.db.read_sync(lambda conn: staff.colleague(conn, name))
    if found is None:
        sentence = f"No account {name!r}. To see them: central user list"
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return found


def _row(it: "Colleague") -> dict[str, str | bool]:
    return {
        "name": it.account.name,
        "role": it.account.role,
        "agency": it.member.agency,
        "second_factor": it.member.has_second_factor,
        "active": it.account.is_active,
    }
