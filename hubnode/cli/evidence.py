"""`hubnode evidence`: files that anybody can check without this node and without the centre."""

from pathlib import Path
from typing import Annotated

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, enrolled, node_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, emit_json, out, say


def add_commands(app: typer.Typer) -> None:
    """Adds this file's command."""
    part = group("evidence", "Files that anybody can check.", "hubnode evidence record ID")
    sentence = "Write what was decided about a record, with this hub's changes behind it."
    examples = "hubnode evidence record 01942b6e-4c00-7000-8000-000000000001 --out bukti.json"
    part.command("record", help=helped(examples, sentence), short_help=sentence)(record)
    app.add_typer(part)


def record(
    record: Annotated[str, typer.Argument(help="Id of the record.")],
    *,
    to: Annotated[
        Path | None, typer.Option("--out", help="File to write; default is stdout.")
    ] = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Writes the file about a record."""
    from hubnode.evidence import record_evidence  # noqa: PLC0415
    from protocol.evidence import encode_record_evidence  # noqa: PLC0415

    with node_of(data) as node:
        who = enrolled(node)
        found = node.db.read_sync(lambda conn: record_evidence(conn, node, who, record))
        if found is None:
            raise CommandFailed(f"Nothing was decided about a record {record}, as far as is here.")
        text = encode_record_evidence(found)
        if to is not None:
            to.write_bytes(text)
    if json:
        emit_json({"record": record, "evidence": text.decode(), "file": str(to) if to else None})
    elif to is None:
        out(text.decode())
    else:
        say(f"Written: {to}")
