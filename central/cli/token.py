"""`central token`: what lets another system read more than anybody may."""

from typing import TYPE_CHECKING, Annotated

import typer

from central.cli.common import DATA_DEFAULT, AgencyOption, ByOption, DataOption, centre_of
from central.scope import Scope
from runtime.command_line import JsonOption, YesOption, group, helped
from runtime.console import CommandFailed, ExitCode, confirm, emit_json, out, say, table

if TYPE_CHECKING:
    from datetime import datetime

    from central.store.tokens import TokenRow

COLUMNS = ("id", "name", "scopes", "agency", "by", "state", "expires_at", "last_used_at")
DAYS_DEFAULT = 180


def _scope(text: str) -> Scope:
    if text not in list(Scope):
        sentence = f"No scope {text!r}; there are {', '.join(Scope)}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return Scope(text)


ScopeOption = Annotated[
    list[Scope], typer.Option("--scope", parser=_scope, help="What it is for; may be repeated.")
]


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    token = group("token", "Tokens of other systems.", "central token list")
    sentence = "Make a token for a system: prints it once, and it is nowhere kept."
    examples = (
        'central token create "Dasbor Kemendagri" --scope hubs:read --by rina --agency kemendagri'
    )
    token.command("create", help=helped(examples, sentence), short_help=sentence)(create)
    sentence = "List every token: what it is for, who made it, when it was last used."
    token.command("list", help=helped("central token list --json", sentence), short_help=sentence)(
        list_
    )
    sentence = "Revoke a token: it counts no more from now on."
    examples = "central token revoke 5f0c11d2 --by rina --agency panrb"
    token.command("revoke", help=helped(examples, sentence), short_help=sentence)(revoke)
    app.add_typer(token)


def create(
    name: Annotated[str, typer.Argument(help="The system that will use it, as people call it.")],
    *,
    scope: ScopeOption,
    by: ByOption,
    agency: AgencyOption,
    days: Annotated[int, typer.Option(help="How long it counts, at most 366.")] = DAYS_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Prints a new token."""
    from central import tokens  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    person = Person(by=by, agency=agency.value)
    with centre_of(data) as centre:
        row, text = centre.db.run_sync(
            lambda conn: tokens.create(
                conn, centre, name=name, scopes=scope, days=days, person=person
            )
        )
    if json:
        emit_json({"id": row.id, "token": text, "expires_at": row.expires_at.isoformat()})
        return
    say(f"Hand this to whoever runs {name}; it is shown once. Until {row.expires_at:%Y-%m-%d}:")
    out(text)


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints every token; none of their texts is kept."""
    from central.store import tokens as store  # noqa: PLC0415

    with centre_of(data) as centre:
        found = centre.db.read_sync(store.everyone)
        rows = [_shown(row, centre.clock.now()) for row in found]
    if json:
        emit_json({"items": rows})
    elif not rows:
        say("There is no token.")
    else:
        table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])


def revoke(
    token: Annotated[str, typer.Argument(help="Id of the token, as `central token list` has it.")],
    *,
    by: ByOption,
    agency: AgencyOption,
    yes: YesOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Lets a token end."""
    from central import tokens  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    person = Person(by=by, agency=agency.value)
    if not confirm(f"Revoke the token {token}, for ever?", assume_yes=yes):
        raise CommandFailed("Nothing was changed.")
    with centre_of(data) as centre:
        row = centre.db.run_sync(lambda conn: tokens.revoke(conn, centre, token, person))
    if json:
        emit_json({"id": row.id, "name": row.name})
    else:
        say(f"Revoked: {row.name}.")


def _shown(row: "TokenRow", now: "datetime") -> dict[str, object]:
    from central import tokens  # noqa: PLC0415

    return {
        "id": row.id,
        "name": row.name,
        "scopes": row.scopes.split(),
        "agency": row.agency,
        "by": row.by,
        "state": tokens.state_of(row, now=now),
        "created_at": row.created_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "last_used_at": row.last_used_at.isoformat() if row.last_used_at else None,
    }
