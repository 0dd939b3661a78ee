"""`central log`: what was signed, and whether it still holds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from central.cli.common import DATA_DEFAULT, DataOption, centre_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, out, say, table

if TYPE_CHECKING:
    from protocol.confirmations import Confirmations


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    log = group("log", "Checkpoints and proofs of the national log.", "central log verify")
    sentence = "Print the latest national checkpoint."
    log.command("checkpoint", help=helped("central log checkpoint", sentence), short_help=sentence)(
        checkpoint
    )
    sentence = "Write the .tlog-proof of the latest decision on a record."
    examples = "central log proof 01942b6e-4c00-7000-8000-000000000001 --out bali.tlog-proof"
    log.command("proof", help=helped(examples, sentence), short_help=sentence)(proof)
    sentence = "Check every log of the centre from its entries up."
    log.command("verify", help=helped("central log verify", sentence), short_help=sentence)(verify)
    app.add_typer(log)


def checkpoint(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints the signed note, and says which hubs confirm it."""
    from central import cosigning  # noqa: PLC0415

    with centre_of(data) as centre:
        note = centre.db.read_sync(
            lambda conn: cosigning.published_checkpoint(conn, centre, centre.national_origin)
        )
        origin = centre.national_origin
        confirmed = centre.db.read_sync(lambda conn: cosigning.confirmations(conn, centre))
        witnessed = centre.db.read_sync(lambda conn: cosigning.witnessed_sizes(conn, centre))
    if note is None:
        raise CommandFailed("Nothing was signed yet: no hub is enrolled.")
    if json:
        hubs = confirmed.document()
        found = {"origin": origin, "checkpoint": note.decode(), "hubs": hubs}
        emit_json({**found, "witnesses": witnessed})
        return
    out(note.decode().removesuffix("\n"))
    _say_confirmed(confirmed)
    for name, size in witnessed.items():
        say(f"{name} has cosigned up to {size}.")


def proof(
    record: Annotated[str, typer.Argument(help="Id of the record.")],
    *,
    to: Annotated[
        Path | None, typer.Option("--out", help="File to write; default is stdout.")
    ] = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Writes a proof that anyone can check without this centre."""
    from central import projection  # noqa: PLC0415

    if to is not None and to.exists():
        sentence = f"{to} is there already; name another file."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    with centre_of(data) as centre:
        text = centre.db.read_sync(lambda conn: projection.proof(conn, centre, record))
    if text is None:
        raise CommandFailed(f"There is no record {record}.")
    if to is not None:
        try:
            to.write_bytes(text)
        except OSError as error:
            sentence = f"The proof cannot be written to {to}: {error.strerror}."
            raise CommandFailed(sentence) from error
    if json:
        emit_json({"record": record, "proof": text.decode(), "file": str(to) if to else None})
    elif to is None:
        out(text.decode().removesuffix("\n"))
    else:
        say(f"Written: {to}")


def verify(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Recomputes every log; leaves with 3 when one does not hold."""
    from central import cosigning  # noqa: PLC0415
    from central.verifying import verify_logs  # noqa: PLC0415

    with centre_of(data) as centre:
        checks = centre.db.read_sync(lambda conn: list(verify_logs(conn, centre)))
        confirmed = centre.db.read_sync(lambda conn: cosigning.confirmations(conn, centre))
    rows = [
        {
            "origin": check.origin,
            "size": check.size,
            "signed_size": check.signed_size,
            "ok": check.is_ok,
            "sentence": check.sentence,
        }
        for check in checks
    ]
    if json:
        emit_json({"items": rows, "hubs": confirmed.document()})
    else:
        table(("origin", "size", "signed", "finding"), [_cells(row) for row in rows])
        _say_confirmed(confirmed)
    if not all(check.is_ok for check in checks):
        raise CommandFailed("A log does not hold. Keep this folder.", exit_code=ExitCode.DOCTOR)


def _say_confirmed(confirmed: "Confirmations") -> None:
    say(f"{confirmed.sentence_en}.")
    for hub, size in confirmed.older.items():
        say(f"  {hub}: up to {size} of {confirmed.size}")
    for hub in confirmed.never:
        say(f"  {hub}: never yet")


def _cells(row: dict[str, object]) -> list[object]:
    return [row["origin"], row["size"], row["signed_size"], row["sentence"]]
