"""`central hub reinvite`: a hub that lost its keys."""

from typing import Annotated

import typer

from central.agency import Agency
from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    ReasonOption,
    account_if_named,
    address_of,
    centre_of,
    settings_of,
)
from runtime.command_line import JsonOption, YesOption, helped
from runtime.console import CommandFailed, confirm, emit_json, out, say


def add_to(hub: typer.Typer) -> None:
    """Adds the command to `central hub`."""
    sentence = "Close the log of a hub that lost its keys, and invite it again: two admins."
    examples = (
        'central hub reinvite 51 --reason "Kebakaran" --by rina\n'
        'central hub reinvite 51 --reason "Kebakaran" --by rina --second-by budi'
    )
    hub.command("reinvite", help=helped(examples, sentence), short_help=sentence)(reinvite)


def reinvite(
    hub: Annotated[str, typer.Argument(help="Hub id, such as 51 or kemenkes.")],
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption = Agency.PANRB,
    second_by: Annotated[
        str,
        typer.Option(
            callback=account_if_named,
            help="Account of a second admin who is there; else that one asks later.",
        ),
    ] = "",
    last_good: Annotated[
        int | None,
        typer.Option(help="Index of the last entry that counts; default is all that is held."),
    ] = None,
    hours: Annotated[int | None, typer.Option(help="How long the invitation can be used.")] = None,
    url: Annotated[str, typer.Option(help="The centre's address; default from settings.")] = "",
    data: DataOption = DATA_DEFAULT,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Asks for it, or does it where another admin has asked."""
    from central import reinviting  # noqa: PLC0415

    settings, address = settings_of(data), address_of(data, url)
    if not confirm(f"Close the log of hub {hub} for ever and invite it again?", assume_yes=yes):
        raise CommandFailed("Nothing was changed.")
    wish = reinviting.Wish(
        reason=reason, by=by, agency=agency, second_by=second_by, last_good_index=last_good
    )
    lifetime = settings.invitation_hours if hours is None else hours
    with centre_of(data) as centre:
        text = centre.db.run_sync(
            lambda conn: reinviting.reinvite(conn, centre, hub, wish, hours=lifetime, url=address)
        )
        centre_words = " ".join(centre.fingerprint_words)
    if json:
        emit_json({"hub": hub, "invitation": text, "centre_words": centre_words})
    elif text is None:
        say(f"Asked. A second admin says the same: central hub reinvite {hub} --by ACCOUNT ...")
    else:
        say(f"Hand this to the operator of {hub}. The centre's keys read: {centre_words}")
        out(text)
