"""`central duplicate same|replication|distinct|undo`: a person's word about a pair of records."""

from typing import TYPE_CHECKING, Annotated

import typer

from central.agency import Agency
from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    ReasonOption,
    centre_of,
)
from runtime.command_line import JsonOption, helped
from runtime.console import CommandFailed, ExitCode, emit_json, say

if TYPE_CHECKING:
    from central.casework.person import Person

RecordArgument = Annotated[str, typer.Argument(help="Id of a record.")]
OtherArgument = Annotated[str, typer.Argument(help="Id of the other.")]

_WHO = "--by rina --agency panrb --reason 'Surat 12/2026'"


def add_to(duplicate: typer.Typer) -> None:
    """Adds this file's commands to the group `duplicate`."""
    sentence = "Decide that two records are one innovation: the first stays."
    examples = f"central duplicate same ID OTHER --take summary --take impact {_WHO}"
    duplicate.command("same", help=helped(examples, sentence), short_help=sentence)(same)
    sentence = "Decide that a record replicates another."
    examples = f"central duplicate replication ID ORIGINAL {_WHO}"
    duplicate.command("replication", help=helped(examples, sentence), short_help=sentence)(
        replication
    )
    sentence = "Decide that two records have nothing to do with each other."
    examples = f"central duplicate distinct ID OTHER {_WHO}"
    duplicate.command("distinct", help=helped(examples, sentence), short_help=sentence)(distinct)
    sentence = "Take back what was decided about a pair; both are as before."
    examples = f"central duplicate undo ID OTHER {_WHO}"
    duplicate.command("undo", help=helped(examples, sentence), short_help=sentence)(undo)


def same(
    record: RecordArgument,
    other: OtherArgument,
    *,
    take: Annotated[
        list[str] | None, typer.Option(help="FIELD whose value comes from the other.")
    ] = None,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption = Agency.PANRB,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Merges the other into the first."""
    from central.casework import identity  # noqa: PLC0415
    from protocol.innovation.fields import field_to_fill  # noqa: PLC0415

    try:
        fields = [field_to_fill(name).name for name in take or []]
    except ValueError as error:
        raise CommandFailed(str(error), exit_code=ExitCode.USAGE) from error
    person = _person(by, agency, reason)
    with centre_of(data) as centre:
        taken = centre.db.run_sync(
            lambda conn: identity.merge(
                conn, centre, record=record, absorbed=other, take=fields, person=person
            )
        )
    if json:
        emit_json({"record": record, "absorbed": other, "fields": taken})
        return
    say(f"{other} leads to {record} now. Taken over: {', '.join(taken) or 'nothing'}.")


def replication(
    record: RecordArgument,
    original: Annotated[str, typer.Argument(help="Id of the record that it replicates.")],
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption = Agency.PANRB,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Links a record to its original."""
    from central.casework import identity  # noqa: PLC0415

    person = _person(by, agency, reason)
    with centre_of(data) as centre:
        centre.db.run_sync(
            lambda conn: identity.link(
                conn, centre, record=record, original=original, person=person
            )
        )
    if json:
        emit_json({"record": record, "original": original})
        return
    say(f"{record} replicates {original}.")


def distinct(
    record: RecordArgument,
    other: OtherArgument,
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption = Agency.PANRB,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Keeps two records apart for good."""
    from central.casework import identity  # noqa: PLC0415

    person = _person(by, agency, reason)
    with centre_of(data) as centre:
        centre.db.run_sync(
            lambda conn: identity.keep_apart(
                conn, centre, record=record, other=other, person=person
            )
        )
    if json:
        emit_json({"record": record, "other": other})
        return
    say("Two innovations; this pair is not asked about again.")


def undo(
    record: RecordArgument,
    other: OtherArgument,
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption = Agency.PANRB,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Takes back a merge, a link, or that two are distinct."""
    from central.casework import identity  # noqa: PLC0415

    person = _person(by, agency, reason)
    with centre_of(data) as centre:
        undone, fields = centre.db.run_sync(
            lambda conn: identity.undo(conn, centre, record=record, other=other, person=person)
        )
    if json:
        emit_json({"record": record, "other": other, "undone": undone, "fields": fields})
        return
    back = f" Given back: {', '.join(fields)}." if fields else ""
    say(f"Taken back: {undone}.{back}")


def _person(by: str, agency: Agency, reason: str) -> "Person":
    from central.casework.person import Person  # noqa: PLC0415

    return Person(by=by, agency=agency.value, reason=reason)
