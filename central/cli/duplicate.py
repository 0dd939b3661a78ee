"""`central duplicate`: pairs of records that may be one innovation."""

from typing import TYPE_CHECKING, Annotated

import typer

from central.cli import verdict
from central.cli.common import DATA_DEFAULT, DataOption, centre_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, counted, emit_json, out, say, table

if TYPE_CHECKING:
    from central.casework.duplicates import Look, Page
    from protocol.matching.candidates import Candidate

LIMIT_DEFAULT = 50
LIMIT_MAX = 1_000

RecordArgument = Annotated[str, typer.Argument(help="Id of a record.")]


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    example = "central duplicate list"
    duplicate = group("duplicate", "Look at records that may be one innovation.", example)
    sentence = "List the pairs that nobody has judged, the likeliest first."
    duplicate.command(
        "list", help=helped("central duplicate list --json", sentence), short_help=sentence
    )(list_)
    sentence = "Show two records side by side, and what speaks for one innovation."
    examples = (
        "central duplicate show 01942b6e-4c00-7000-8000-000000000001 "
        "01942b6e-4c00-7000-8000-000000000002"
    )
    duplicate.command("show", help=helped(examples, sentence), short_help=sentence)(show)
    sentence = "Compare all records again now; the service does it once a day."
    duplicate.command(
        "rescan", help=helped("central duplicate rescan", sentence), short_help=sentence
    )(rescan)
    verdict.add_to(duplicate)
    app.add_typer(duplicate)


def list_(
    *,
    limit: Annotated[int, typer.Option(min=1, max=LIMIT_MAX, help="Pairs a page.")] = LIMIT_DEFAULT,
    after: Annotated[str, typer.Option(help="Where the page before ended.")] = "",
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Prints open pairs; leaves with 4 when there are any."""
    from central.casework import duplicates  # noqa: PLC0415

    with centre_of(data) as centre:
        page = centre.db.read_sync(
            lambda conn: duplicates.list_open(conn, centre, limit=limit, after=after)
        )
    if json:
        items = [duplicates.document_of(*item) for item in page.items]
        emit_json({"items": items, "next": page.next, "total": page.total})
    elif not page.items:
        say("No pair waits for a verdict.")
    else:
        _print_page(page)
    if page.total:
        sentence = f"Pairs that wait for a verdict: {page.total}."
        raise CommandFailed(sentence, exit_code=ExitCode.ATTENTION)


def show(
    a: RecordArgument,
    b: RecordArgument,
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Prints both records field by field."""
    from dataclasses import asdict  # noqa: PLC0415

    from central.casework import duplicates  # noqa: PLC0415

    with centre_of(data) as centre:
        seen = centre.db.read_sync(lambda conn: duplicates.look(conn, centre, a, b))
    if json:
        emit_json(asdict(seen))
        return
    _print_sides(seen)
    if seen.candidate is None:
        say("The rules see nothing that speaks for one innovation.")
    else:
        out(f"{_suggested(seen.candidate)} ({seen.candidate.score})")
        for reason in seen.candidate.reasons:
            out(f"- {reason.en}")
    if seen.verdict is not None:
        say(f"Judged: {seen.verdict.verdict}, at place {seen.verdict.place}.")


def rescan(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Compares all records; may be typed while the service runs."""
    from central import matching  # noqa: PLC0415
    from central.store import candidates  # noqa: PLC0415

    with centre_of(data) as centre:
        records = matching.rescan_all(centre)
        total = centre.db.read_sync(candidates.open_count)
    if json:
        emit_json({"records": records, "total": total})
    else:
        waiting = counted(total, "pair waits", "pairs wait")
        out(f"{counted(records, 'record')} compared; {waiting} for a verdict.")


def _print_page(page: "Page") -> None:
    rows = [
        [
            found.candidate.score,
            found.candidate.suggestion,
            found.candidate.a,
            found.candidate.b,
            first,
            second,
            " ".join(reason.en for reason in found.candidate.reasons),
        ]
        for found, first, second in page.items
    ]
    table(("score", "suggestion", "a", "b", "title_a", "title_b", "why"), rows)
    if page.next:
        say(f"More: --after {page.next}")


def _print_sides(seen: "Look") -> None:
    first, second = seen.sides
    rows: list[list[object]] = [
        ["record", first.record, second.record],
        ["hub", first.hub, second.hub],
        ["state", first.state, second.state],
    ]
    names = dict.fromkeys((*first.fields, *second.fields))
    rows += [[name, first.fields.get(name), second.fields.get(name)] for name in names]
    table(("field", "a", "b"), rows)


def _suggested(candidate: "Candidate") -> str:
    return {
        "same": "Suggestion: the same innovation entered twice.",
        "replication": "Suggestion: one replicates the other.",
        None: "No suggestion: similar, and the rules do not decide.",
    }[candidate.suggestion]
