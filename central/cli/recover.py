"""`central recover`: the centre was restored from an old backup, or lost its database."""

from contextlib import AbstractContextManager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from central.agency import Agency
from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    DataOption,
    account_if_named,
    refusals,
    settings_of,
)
from runtime.command_line import JsonOption, YesOption, helped
from runtime.console import CommandFailed, ExitCode, confirm, emit_json, facts, say

if TYPE_CHECKING:
    from central.centre import Centre
    from central.recovering import Finding, Wish


def add_commands(app: typer.Typer) -> None:
    """Adds this file's command."""
    sentence = "Go on after an old backup was restored: take back what hubs hold, then declare."
    examples = (
        "central recover\n"
        'central recover --declare --reason "Diska rusak" --by rina --second-by budi'
    )
    app.command("recover", help=helped(examples, sentence), short_help=sentence)(recover)


def recover(
    *,
    declare: Annotated[
        bool, typer.Option("--declare", help="Close the national log and open the next epoch.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why; stands in the national log.")] = "",
    by: Annotated[
        str, typer.Option(callback=account_if_named, help="Account of the first admin.")
    ] = "",
    second_by: Annotated[
        str, typer.Option(callback=account_if_named, help="Account of the second admin.")
    ] = "",
    agency: AgencyOption = Agency.PANRB,
    data: DataOption = DATA_DEFAULT,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Shows what is missing, and begins to take it back; or declares the next epoch."""
    from central.recovering import (  # noqa: PLC0415
        Wish,
        find,
        finish,
        is_declared,
        next_centre,
        recovering_centre,
    )

    if declare and not (reason and by and second_by):
        sentence = "--declare needs --reason, --by and --second-by: two admins answer for it."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    settings = settings_of(data)
    with refusals(), recovering_centre(data, settings) as centre:
        if centre.db.read_sync(lambda conn: is_declared(conn, centre)):
            finish(next_centre(centre))  # of a declaration that was killed before its end
            _tell_declared(next_centre(centre), data, json=json)
            return
        found = centre.db.read_sync(lambda conn: find(conn, centre))
        if not json:
            facts(_document(found))
        if declare:
            wish = Wish(reason=reason, by=by, second_by=second_by, agency=agency)
            _declare(centre, found, wish, data, yes=yes, json=json)
            return
        found = _begin(centre, found, data, yes=yes)
        if json:
            emit_json(_document(found))


def _begin(centre: "Centre", found: "Finding", data: Path, *, yes: bool) -> "Finding":
    from central.recovering import begin, find  # noqa: PLC0415

    if found.is_other:
        raise CommandFailed(
            "This database has signed other decisions since it was restored. Restore the same "
            "backup again, and run central recover before central serve."
        )
    if found.began_at is None and found.is_whole:
        say("Nothing is missing: this database holds all that this centre has signed.")
        say("Nothing was changed.")
        return found
    if found.began_at is None:
        _explain(found)
        if not confirm("Sign nothing more, and take back what hubs hold?", assume_yes=yes):
            raise CommandFailed("Nothing was changed.")
        with _not_serving(data):
            centre.db.run_sync(lambda conn: begin(conn, centre))
        found = centre.db.read_sync(lambda conn: find(conn, centre))
    _say_next(found, data)
    return found


def _declare(
    centre: "Centre", found: "Finding", wish: "Wish", data: Path, *, yes: bool, json: bool
) -> None:
    from central.recovering import declare, finish  # noqa: PLC0415

    _explain(found)
    question = f"Close {found.origin} at {found.size} decisions for ever and open the next epoch?"
    if not confirm(question, assume_yes=yes):
        raise CommandFailed("Nothing was changed.")
    with _not_serving(data):
        following = centre.db.run_sync(lambda conn: declare(conn, centre, wish))
        finish(following)
    _tell_declared(following, data, json=json)


def _tell_declared(centre: "Centre", data: Path, *, json: bool) -> None:
    shown = {
        "epoch": centre.epoch,
        "origin": centre.national_origin,
        "national_key": centre.keys.national.verifier_key.text,
        "fingerprint": " ".join(centre.fingerprint_words),
    }
    emit_json(shown) if json else facts(shown)
    if settings_of(data).epoch != centre.epoch:
        sentence = f"The environment says another epoch: set JIPP_CENTRAL_EPOCH={centre.epoch}."
        raise CommandFailed(sentence)
    say(f"Epoch {centre.epoch} is open. Hubs follow at their next sync, and send what is missing.")
    say("Give the key above to every agency that cosigns: each log is watched under its own name.")
    say(f"Go on with: central serve --data {quote(str(data))}")


def _not_serving(data: Path) -> AbstractContextManager[object]:
    """Held while nobody serves this folder.

    Raises:
        CommandFailed: somebody does.
    """
    from runtime.durable import FolderLock  # noqa: PLC0415

    if FolderLock.is_held(data):
        raise CommandFailed("A centre is serving this folder. Stop central serve first.")
    return FolderLock(data)


def _explain(found: "Finding") -> None:
    if found.missing:
        say(
            f"{found.missing} decisions that were signed are not in this database. Beyond what "
            f"hubs hand back, they are lost: what hubs sent is decided again, what people at the "
            f"centre decided has to be decided again by them."
        )
    else:
        say("Nothing is known to be missing. If hubs hold more, they say so at their next sync.")


def _say_next(found: "Finding", data: Path) -> None:
    where = quote(str(data))
    if found.awaited:
        say(f"Not heard of since: {', '.join(found.awaited)}. Ask them for hubnode sync now.")
    say(f"Hubs hand back while this runs: central serve --data {where}")
    say(
        f"When enough is back: central recover --data {where} --declare --reason WHY "
        f"--by ACCOUNT --second-by ACCOUNT"
    )


def _document(found: "Finding") -> dict[str, object]:
    return {
        "origin": found.origin,
        "size": found.size,
        "known_size": found.known_size,
        "missing": found.missing,
        "began_at": found.began_at.isoformat() if found.began_at else None,
        "heard": list(found.heard),
        "awaited": list(found.awaited),
    }
