"""`central evidence`: files that anybody can check without this centre."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from central.cli.common import DATA_DEFAULT, DataOption, centre_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, emit_json, out, say

OutOption = Annotated[Path | None, typer.Option("--out", help="File to write; default is stdout.")]


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("evidence", "Files that anybody can check.", "central evidence record ID")
    sentence = "Write what was decided about a record, with every change behind it."
    examples = "central evidence record 01942b6e-4c00-7000-8000-000000000001 --out bukti.json"
    part.command("record", help=helped(examples, sentence), short_help=sentence)(record)
    sentence = "Write the proof that a hub signed two histories."
    examples = "central evidence dispute 51 --out sengketa.json"
    part.command("dispute", help=helped(examples, sentence), short_help=sentence)(dispute)
    app.add_typer(part)


def record(
    record: Annotated[str, typer.Argument(help="Id of the record.")],
    *,
    to: OutOption = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Writes the file about a record."""
    from central import evidence  # noqa: PLC0415
    from protocol.evidence import encode_record_evidence  # noqa: PLC0415

    with centre_of(data) as centre:
        found = centre.db.read_sync(lambda conn: evidence.record_evidence(conn, centre, record))
    if found is None:
        raise CommandFailed(f"There is no record {record}.")
    _write(encode_record_evidence(found), to, {"record": record}, json=json)


def dispute(
    hub: Annotated[str, typer.Argument(help="Id of the hub.")],
    *,
    to: OutOption = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Writes the first contradiction of a hub's log; one proves enough."""
    from central import evidence, registry  # noqa: PLC0415
    from protocol.disputes import encode_dispute  # noqa: PLC0415

    with centre_of(data) as centre:
        row = centre.db.read_sync(lambda conn: registry.get_hub(conn, hub))
        found = centre.db.read_sync(lambda conn: evidence.disputes_of(conn, centre, row))
    if not found:
        raise CommandFailed(f"Hub {hub} is not known to have signed two histories.")
    _write(encode_dispute(found[0]), to, {"hub": hub}, json=json)


def _write(text: bytes, to: Path | None, about: Mapping[str, str], *, json: bool) -> None:
    if to is not None:
        try:
            to.write_bytes(text)
        except OSError as error:
            sentence = f"The evidence cannot be written to {to}: {error.strerror}."
            raise CommandFailed(sentence) from error
    if json:
        emit_json({**about, "evidence": text.decode(), "file": str(to) if to else None})
    elif to is None:
        out(text.decode())
    else:
        say(f"Written: {to}")
