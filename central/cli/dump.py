"""`central dump`: the catalogue as files with its checkpoint, made by hand and checked."""

from typing import Annotated

import typer

from central.cli.common import DATA_DEFAULT, DataOption, centre_of, settings_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, out, say, table


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    dump = group("dump", "Dumps of the whole public catalogue.", "central dump verify")
    sentence = "Make a dump now, as the service does every night."
    dump.command("make", help=helped("central dump make", sentence), short_help=sentence)(make)
    sentence = "List the dumps that there are."
    dump.command("list", help=helped("central dump list", sentence), short_help=sentence)(list_)
    sentence = "Check that a dump is exactly the catalogue of its checkpoint."
    examples = "central dump verify\ncentral dump verify 2026-11-29-131"
    dump.command("verify", help=helped(examples, sentence), short_help=sentence)(verify)
    app.add_typer(dump)


def make(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Makes a dump and prints where it is; one that is the same is not made again."""
    from central.dumps.making import NothingToDump, make_dump  # noqa: PLC0415
    from runtime.durable import AlreadyRunning  # noqa: PLC0415

    wanted = settings_of(data).dumps_kept
    kept = max(1, wanted)
    try:
        with centre_of(data) as centre:
            made = make_dump(centre, kept=kept)
    except NothingToDump as error:
        raise CommandFailed("Nothing was decided yet, so there is nothing to dump.") from error
    except AlreadyRunning as error:
        raise CommandFailed("A dump is being made at this moment.") from error
    except OSError as error:
        raise CommandFailed(f"The dump cannot be written: {error.strerror}.") from error
    emit_json(_document(made.name, str(made.path))) if json else out(str(made.path))
    if not wanted:
        say("dumps_kept is 0: copy it; the service removes every dump that it finds.")


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Lists the dumps, the newest first."""
    from central.dumps.files import dumps_in  # noqa: PLC0415

    settings_of(data)
    found = dumps_in(data)
    if json:
        emit_json({"items": [_document(it.name, str(it.path)) for it in found]})
        return
    table(("dump", "day", "decisions"), [(it.name, it.day, it.size) for it in found])


def verify(
    name: Annotated[str, typer.Argument(help="The dump; the newest where none is named.")] = "",
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Folds the national log afresh and compares; leaves with 3 where a dump differs."""
    from central.dumps.checking import check_dump  # noqa: PLC0415
    from central.dumps.files import dump_named, dumps_in  # noqa: PLC0415

    with centre_of(data) as centre:
        dump = dump_named(data, name) if name else next(iter(dumps_in(data)), None)
        if dump is None:
            wanted = f"There is no dump {name}." if name else "There is no dump yet."
            raise CommandFailed(wanted, exit_code=ExitCode.USAGE)
        found = centre.db.read_sync(lambda conn: check_dump(conn, centre, dump))
    if json:
        emit_json(
            {
                "dump": found.name,
                "size": found.size,
                "records": found.records,
                "ok": found.is_ok,
                "sentence": found.sentence,
            }
        )
    else:
        out(f"{found.name}: {found.records} records. {found.sentence}")
    if not found.is_ok:
        raise CommandFailed("Do not hand this dump on.", exit_code=ExitCode.DOCTOR)


def _document(name: str, path: str) -> dict[str, str]:
    return {"dump": name, "path": path}
