"""`central record hide`, `central record publish`: what readers see."""

import typer

from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    ReasonOption,
    RecordArgument,
    centre_of,
)
from runtime.command_line import JsonOption, helped
from runtime.console import emit_json, say


def add_to(record: typer.Typer) -> None:
    """Adds the commands."""
    who = "--by rina --agency panrb"
    sentence = "Keep a record from readers, whoever owns it; its hub is told why."
    examples = f'central record hide ID --reason "Ada data pribadi" {who}'
    record.command("hide", help=helped(examples, sentence), short_help=sentence)(hide)
    sentence = "Show a hidden record to readers again."
    examples = f'central record publish ID --reason "Sudah diperbaiki" {who}'
    record.command("publish", help=helped(examples, sentence), short_help=sentence)(publish)


def hide(
    record: RecordArgument,
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the decision to the national log."""
    from central.casework import publication  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    person = Person(by=by, agency=agency.value, reason=reason)
    with centre_of(data) as centre:
        changed = centre.db.run_sync(
            lambda conn: publication.set_publication(conn, centre, record, "hidden", person)
        )
    _tell(record, "hidden", changed=changed, json=json)


def publish(
    record: RecordArgument,
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the decision to the national log."""
    from central.casework import publication  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    person = Person(by=by, agency=agency.value, reason=reason)
    with centre_of(data) as centre:
        changed = centre.db.run_sync(
            lambda conn: publication.set_publication(conn, centre, record, "public", person)
        )
    _tell(record, "public", changed=changed, json=json)


def _tell(record: str, state: str, *, changed: bool, json: bool) -> None:
    if json:
        emit_json({"record": record, "publication": state, "changed": changed})
    elif changed:
        say(f"{record} is {state} now.")
    else:
        say(f"{record} is {state} already; nothing was decided.")
