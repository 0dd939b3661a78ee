"""`hubnode record`: the hub's own records."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubnode.cli.common import (
    BY_DEFAULT,
    DATA_DEFAULT,
    NOT_ENROLLED,
    ByOption,
    DataOption,
    LimitOption,
    enrolled,
    node_of,
)
from hubnode.cli.fields import CommandWithFields
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, facts, say, table
from runtime.reasons import said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from hubnode.authoring import Desk
    from hubnode.store.records import OwnRecord
    from protocol.canonical import Json

RecordArgument = Annotated[str, typer.Argument(help="Id of the record.")]
ReasonOption = Annotated[
    str, typer.Option("--reason", callback=said, help="Why; everybody can read it.")
]


PUBLISH_EXAMPLES = """
hubnode record publish ID --set title='Judul Baru' --set 'sdgs=[3,16]'
hubnode record publish --set title='Antar Obat' --set started=2024 --set region=51 \\
  --set 'agency={"name":"Dinas Kesehatan","kind":"provinsi"}'
"""


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("record", "The hub's own records.", "hubnode record list --json")
    for name, command, example, sentence in (
        ("list", list_, "hubnode record list", "List the hub's own records."),
        ("show", show, "hubnode record show ID", "Show one record."),
        (
            "history",
            history,
            "hubnode record history ID",
            "Show every own change of a record, what became of it, and what the centre decided.",
        ),
        (
            "publish",
            publish,
            PUBLISH_EXAMPLES,
            "Amend a record, or make a new one; it is signed and sent with the next sync.",
        ),
        (
            "propose",
            propose,
            "hubnode record propose ID --set short_name=ANDAL",
            "Propose an amendment of another hub's record.",
        ),
        (
            "withdraw",
            withdraw,
            "hubnode record withdraw ID --reason 'Sudah berhenti'",
            "Hide a record.",
        ),
        (
            "restore",
            restore,
            "hubnode record restore ID --reason 'Berjalan lagi'",
            "Show a withdrawn record again.",
        ),
        ("attest", attest, "hubnode record attest ID", "State that a record is still true."),
    ):
        kind = CommandWithFields if command in {publish, propose} else None
        part.command(name, cls=kind, help=helped(example, sentence), short_help=sentence)(command)
    app.add_typer(part)


def list_(
    *,
    limit: LimitOption = 1000,
    after: Annotated[str, typer.Option(help="Id to go on after.")] = "",
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Lists own records by id."""
    from hubnode.showing import state_of, unseen_records  # noqa: PLC0415
    from hubnode.store import identity, records  # noqa: PLC0415
    from protocol.innovation.identifiers import is_uuid7  # noqa: PLC0415

    if after and not is_uuid7(after):
        sentence = f"--after takes the `next` of the page before, not {after!r}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    with node_of(data) as node:
        who = node.db.read_sync(identity.get)
        hub = who.hub if who else ""
        unseen = node.db.read_sync(lambda conn: unseen_records(conn, node, hub))
        found = node.db.read_sync(
            lambda conn: records.page(conn, limit=limit + 1, after=after or None)
        )
        total = node.db.read_sync(records.count)
    items = [
        {**_row(record), "state": state_of(record, unseen.get(record.id, ""))}
        for record in found[:limit]
    ]
    following = found[limit - 1].id if len(found) > limit else None
    if json:
        emit_json({"items": items, "next": following, "total": total})
        return
    if not items and after:
        say(f"No record comes after {after}.")
        return
    if not items:
        hint = "Bring some in with: hubnode import commit FILE" if who else NOT_ENROLLED
        say(f"No records yet. {hint}")
        return
    table(("id", "title", "state"), [(i["id"], i["title"], i["state"]) for i in items])
    if following:
        say(f"{len(items)} of {total}; go on with --after {following}")


def show(
    record: RecordArgument, *, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """Shows one record with its completeness, and what the centre says of it."""
    from hubnode.showing import record_page  # noqa: PLC0415
    from protocol.innovation.fields import labels  # noqa: PLC0415

    with node_of(data) as node:
        page = node.db.read_sync(lambda conn: record_page(conn, node, record))
    if json:
        emit_json(page)
        return
    shown = {name: page[name] for name in ("id", "state", "number")}
    fields = {**page["record"], "awards": page["awards"]} if page["awards"] else page["record"]
    facts(shown | {_labelled(name, labels()): value for name, value in fields.items()})
    if newer := sorted(page["record"].keys() - labels().keys()):
        say(f"Only a newer program can edit: {', '.join(newer)}. They stay as they are.")
    percents = page["completeness"].items()
    say("Kelengkapan: " + ", ".join(f"{name} {percent} %" for name, percent in percents))
    if page["hidden"]:
        say("The centre keeps it from readers since {at}: {reason}".format(**page["hidden"]))
    if page["merged_into"]:
        say("It is one innovation with {merged_into}, which readers see instead.".format(**page))
    if page["given"]:
        say("It went to hub {to} on {at}: {reason}".format(**page["given"]))
        if page["given"]["owner"] != page["given"]["to"]:
            say("Today it belongs to hub {owner}.".format(**page["given"]))


def _labelled(name: str, labels: "Mapping[str, str]") -> str:
    """A field as people know it and as `--set` takes it, such as "Tujuan (objective)"."""
    return f"{labels[name]} ({name})" if name in labels else name


def history(
    record: RecordArgument, *, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """Shows every own change of a record, what became of it, and what the centre decided."""
    from hubnode.review import record_history  # noqa: PLC0415
    from hubnode.showing import record_page  # noqa: PLC0415

    with node_of(data) as node:
        identity = enrolled(node)
        node.db.read_sync(lambda conn: record_page(conn, node, record))
        items = node.db.read_sync(lambda conn: record_history(conn, node, identity, record))
    if json:
        emit_json({"items": items})
        return
    if not items:
        say("Nobody has changed it.")
        return
    table(tuple(items[0]), [tuple(item.values()) for item in items])


def publish(
    record: Annotated[
        str | None, typer.Argument(help="Id of the record; without one, a new record is made.")
    ] = None,
    *,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE; text as it is, else JSON.")
    ] = None,
    unset: Annotated[list[str] | None, typer.Option(help="FIELD to empty.")] = None,
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Amends or makes a record."""
    from hubnode.editing import amend  # noqa: PLC0415

    if not set_ and not unset:
        raise CommandFailed("Nothing to publish: give --set or --unset.", exit_code=ExitCode.USAGE)
    changed, emptied = _edited_fields(set_ or [], unset or [])

    def edit(conn: "Connection", desk: "Desk", own: "OwnRecord | None") -> str:
        if own is None:
            made = desk.new_id()
            desk.put(None, made, changed)
            return made
        kept = {name: value for name, value in own.fields.items() if name not in emptied}
        amend(conn, desk, own, {**kept, **changed}, touched={*changed, *emptied})
        return own.id

    _edit(record, edit, by=by, data=data, json=json)


def propose(
    record: RecordArgument,
    *,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE; text as it is, else JSON.")
    ] = None,
    unset: Annotated[list[str] | None, typer.Option(help="FIELD to empty.")] = None,
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Proposes an amendment; it counts once the centre has released it."""
    from hubnode.authoring import Desk  # noqa: PLC0415
    from hubnode.showing import foreign_record  # noqa: PLC0415

    if not set_ and not unset:
        raise CommandFailed("Nothing to propose: give --set or --unset.", exit_code=ExitCode.USAGE)
    changed, emptied = _edited_fields(set_ or [], unset or [])
    with node_of(data) as node:
        identity = enrolled(node)

        def work(conn: "Connection") -> str:
            owner, shown = foreign_record(conn, node, record, hub=identity.hub)
            desk = Desk.open(conn, node, identity, by=by)
            desk.propose(record, shown, changed, emptied)
            desk.save(conn)
            return owner

        owner = node.db.run_sync(work)
    if json:
        emit_json({"record": record, "owner": owner, "saved": 1})
        return
    say(
        f"Saved: a proposal for hub {owner}. It is sent with the next sync; the centre rules on it."
    )


def _edited_fields(set_: list[str], unset: list[str]) -> "tuple[dict[str, Json], list[str]]":
    """What the options say: values by field, and the fields to empty."""
    from protocol.innovation.fields import assignment, field_to_fill  # noqa: PLC0415

    try:
        assigned = [assignment(text) for text in set_]
        emptied = [field_to_fill(name).name for name in unset]
    except ValueError as error:
        raise CommandFailed(str(error), exit_code=ExitCode.USAGE) from error
    names = [*(name for name, _ in assigned), *emptied]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        sentence = f"{repeated} is named twice; say once what becomes of it."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return dict(assigned), emptied


def withdraw(
    record: RecordArgument,
    *,
    reason: ReasonOption,
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Hides a record."""

    def change(desk: "Desk", own: "OwnRecord") -> None:
        if own.withdrawn:
            raise CommandFailed("It is withdrawn already; nothing was changed.")
        desk.withdraw(own, reason)

    _change(record, change, by=by, data=data, json=json)


def restore(
    record: RecordArgument,
    *,
    reason: ReasonOption,
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Shows a withdrawn record again."""

    def change(desk: "Desk", own: "OwnRecord") -> None:
        if not own.withdrawn:
            raise CommandFailed("It is not withdrawn; nothing was changed.")
        desk.restore(own, reason)

    _change(record, change, by=by, data=data, json=json)


def attest(
    record: RecordArgument,
    *,
    campaign: Annotated[str | None, typer.Option(help="The campaign that asked.")] = None,
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """States that a record is still true."""
    from hubnode import editing  # noqa: PLC0415

    def edit(conn: "Connection", desk: "Desk", own: "OwnRecord | None") -> str:
        if own is not None:
            editing.attest(campaign)(conn, desk, own)
        return record

    _edit(record, edit, by=by, data=data, json=json)


def _change(
    record: str, change: "Callable[[Desk, OwnRecord], None]", *, by: str, data: Any, json: bool
) -> None:
    """An edit of a record that there is."""

    def edit(_conn: "Connection", desk: "Desk", own: "OwnRecord | None") -> str:
        if own is not None:
            change(desk, own)
        return record

    _edit(record, edit, by=by, data=data, json=json)


def _edit(
    record: str | None,
    edit: "Callable[[Connection, Desk, OwnRecord | None], str]",
    *,
    by: str,
    data: Any,
    json: bool,
) -> None:
    from hubnode.authoring import Desk, own_record  # noqa: PLC0415

    with node_of(data) as node:
        identity = enrolled(node)

        def work(conn: "Connection") -> "tuple[OwnRecord, int]":
            desk = Desk.open(conn, node, identity, by=by)
            edited = edit(conn, desk, own_record(conn, record) if record else None)
            saved = desk.save(conn)
            return own_record(conn, edited), saved

        edited, saved = node.db.run_sync(work)
    if json:
        emit_json({"record": edited.id, "saved": saved, "state": _row(edited)["state"]})
    elif not saved:
        say(f"{edited.id} says that already; nothing was saved.")
    else:
        say(f"Saved: {edited.id}. It is signed and sent with the next sync.")
    if edited.withdrawn:
        say("It is withdrawn, so readers do not see it; `hubnode record restore` shows it again.")


def _row(record: "OwnRecord") -> dict[str, Any]:
    return {
        "id": record.id,
        "title": record.fields.get("title", ""),
        "state": "withdrawn" if record.withdrawn else "active",
    }
