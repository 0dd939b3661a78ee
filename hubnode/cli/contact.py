"""`hubnode contact`: whom to ask about a record; on this node only."""

from pathlib import Path
from typing import Annotated

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, node_of, told
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, counted, emit_json, say, table

RecordArgument = Annotated[str, typer.Argument(help="Id of a record of this hub.")]
NameOption = Annotated[str, typer.Option("--name", help="Of the person.")]
FileArgument = Annotated[Path, typer.Argument(help="CSV or XLSX with the columns of an export.")]

EXAMPLES = """
hubnode contact add ID --name 'Ni Wayan' --phone 0361-222333
hubnode contact export kontak.csv
"""


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("contact", "Whom to ask about a record: never signed, never sent.", EXAMPLES)
    for name, command, example, sentence in (
        (
            "add",
            add,
            "hubnode contact add ID --name 'Ni Wayan' --phone 0361-222333",
            "Keep whom to ask about a record; the same name again replaces.",
        ),
        ("list", list_, "hubnode contact list --json", "List the contacts."),
        (
            "remove",
            remove,
            "hubnode contact remove ID --name 'Ni Wayan'",
            "Forget a contact of a record.",
        ),
        (
            "export",
            export,
            "hubnode contact export kontak.csv",
            "Write all contacts into a file, to be kept where nobody else reads it.",
        ),
        (
            "import",
            import_,
            "hubnode contact import kontak.csv",
            "Take the contacts of such a file back, after a loss or into a new node.",
        ),
    ):
        part.command(name, help=helped(example, sentence), short_help=sentence)(command)
    app.add_typer(part)


def add(
    record: RecordArgument,
    *,
    name: NameOption,
    phone: Annotated[str, typer.Option(help="Telephone number.")] = "",
    email: Annotated[str, typer.Option(help="E-mail address.")] = "",
    nip: Annotated[str, typer.Option(help="Civil servant's number.")] = "",
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Keeps one contact."""
    from hubnode.authoring import own_record  # noqa: PLC0415
    from hubnode.contacts import make_contact  # noqa: PLC0415
    from hubnode.store import contacts  # noqa: PLC0415

    with told():
        made = make_contact(record=record, name=name, phone=phone, email=email, nip=nip)
    with node_of(data) as node:
        node.db.read_sync(lambda conn: own_record(conn, record))
        node.db.run_sync(lambda conn: contacts.save_many(conn, [made]))
    if json:
        emit_json({"record": made.record, "name": made.name})
    say(f"Kept on this node only: {made.name}.")


def list_(
    *,
    record: Annotated[str, typer.Option(help="Only those of this record.")] = "",
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Lists contacts."""
    from dataclasses import asdict  # noqa: PLC0415

    from hubnode.contacts import COLUMNS  # noqa: PLC0415
    from hubnode.store import contacts  # noqa: PLC0415

    with node_of(data) as node:
        found = node.db.read_sync(
            lambda conn: contacts.of_record(conn, record) if record else contacts.every(conn)
        )
    rows = [asdict(it) for it in found]
    if json:
        emit_json({"items": rows})
    elif not rows:
        say("No contacts. Keep one with: hubnode contact add ID --name NAME --phone NUMBER")
    else:
        table(COLUMNS, [list(row.values()) for row in rows])


def remove(
    record: RecordArgument,
    *,
    name: NameOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Forgets one contact."""
    from hubnode.store import contacts  # noqa: PLC0415

    with node_of(data) as node:
        was_there = node.db.run_sync(lambda conn: contacts.remove(conn, record, name))
    if not was_there:
        sentence = f"{record} has no contact of the name {name}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    if json:
        emit_json({"record": record, "name": name})
    say(f"Forgotten: {name}.")


def export(
    file: Annotated[Path, typer.Argument(help="CSV file to write.")],
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Writes all contacts; only the owner of the file may read it."""
    from hubnode.contacts import encode_contacts  # noqa: PLC0415
    from hubnode.store import contacts  # noqa: PLC0415
    from runtime.durable import write_durably  # noqa: PLC0415

    with node_of(data) as node:
        found = node.db.read_sync(contacts.every)
        write_durably(file, encode_contacts(found), mode=0o600)
    if json:
        emit_json({"file": str(file), "contacts": len(found)})
    say(f"{file}: {counted(len(found), 'contact')}. Keep it where nobody else reads it.")


def import_(
    file: FileArgument, *, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """Takes contacts from a file; all of them or, where a row is wrong, none."""
    from hubnode.contacts import read_contacts  # noqa: PLC0415
    from hubnode.store import contacts, records  # noqa: PLC0415

    with told():
        found = read_contacts(file)
    with node_of(data) as node:
        known = node.db.read_sync(
            lambda conn: records.get_many(conn, sorted({it.record for it in found}))
        )
        node.db.run_sync(lambda conn: contacts.save_many(conn, found))
    strangers = len({it.record for it in found} - known.keys())
    if json:
        emit_json({"contacts": len(found), "unknown_records": strangers})
    say(f"Kept on this node only: {counted(len(found), 'contact')}.")
    if strangers:
        say(f"Of {counted(strangers, 'record')} this node does not have; sync first to get it.")
