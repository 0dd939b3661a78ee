"""`hubnode catalogue`: the national catalogue, from this node's own copy, without a network."""

from typing import Annotated, Any

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, enrolled, node_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, facts, out, say, table


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group(
        "catalogue", "The national catalogue, offline.", "hubnode catalogue search puskesmas"
    )
    sentence = "Search the catalogue."
    part.command(
        "search",
        help=helped("hubnode catalogue search antrean --facet province=51", sentence),
        short_help=sentence,
    )(search)
    sentence = "Show one innovation of the catalogue with its family tree and its spread."
    part.command("show", help=helped("hubnode catalogue show ID", sentence), short_help=sentence)(
        show
    )
    app.add_typer(part)


def search(
    query: Annotated[str, typer.Argument(help="Words; every one must occur.")] = "",
    *,
    facet: Annotated[list[str] | None, typer.Option(help="FACET=VALUE, such as hub=51.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Items a page.")] = 20,
    after: Annotated[str, typer.Option(help="`next` of the page before.")] = "",
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Searches the replica."""
    from hubnode.reading_catalogue import search_catalogue  # noqa: PLC0415
    from hubnode.replica import applied_size  # noqa: PLC0415
    from runtime.finding import Place  # noqa: PLC0415

    filters, place = _filters(facet or []), Place.parse(after)
    if after and place is None:
        sentence = f"--after takes the `next` of the page before, not {after!r}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    with node_of(data) as node:
        who = enrolled(node)
        national_size = node.db.read_sync(lambda conn: applied_size(conn, node, who))
        page = node.db.read_sync(
            lambda conn: search_catalogue(
                conn, node, query=query, filters=filters, limit=limit, after=place
            )
        )
    items = list(page.items)
    if json:
        emit_json(
            {
                "items": items,
                "next": page.next,
                "total": page.total,
                "corrected": page.corrected or None,
            }
        )
        return
    if not national_size:
        say("Nothing was fetched from the centre yet. Start with: hubnode sync now")
        return
    if not items:
        say("Nothing found. Fewer words find more; the copy is as old as the last sync.")
        return
    if page.corrected:
        say(f"Nothing has these words as they were typed; these have: {page.corrected}")
    rows = [
        (it["id"], it["hub"], it["record"]["title"])  # type: ignore[index,call-overload]
        for it in items
    ]
    table(("id", "hub", "title"), rows, title=f"{page.total} found")
    if page.next:
        say(f"{len(items)} of {page.total}; go on with --after {page.next}")


def _filters(texts: list[str]) -> dict[str, str]:
    """What the options `--facet` say: facet to value."""
    named = [_filter(text) for text in texts]
    names = [name for name, _ in named]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        sentence = f"--facet {repeated} is there twice; give one value."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return dict(named)


def _filter(text: str) -> tuple[str, str]:
    from protocol.innovation.searching import FACETS, misfit  # noqa: PLC0415

    name, _, value = text.partition("=")
    sentence = misfit(name, value)
    if not value:
        sentence = f"--facet takes FACET=VALUE, not {text!r}."
    elif name not in FACETS:
        sentence = f"No facet {name!r}; there are {', '.join(FACETS)}."
    if sentence:
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return name, value


def show(
    record: Annotated[str, typer.Argument(help="Id of the innovation.")],
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Shows one innovation with its lineage."""
    from hubnode.reading_catalogue import read_innovation  # noqa: PLC0415

    with node_of(data) as node:
        value = node.db.read_sync(lambda conn: read_innovation(conn, node, record))
    if value is None:
        raise CommandFailed(f"The catalogue has no innovation {record}.")
    if json:
        emit_json(value)
        return
    beside = {name: value.pop(name) for name in ("replications", "family", "spread")}
    content = value.pop("record")
    facts(value | {name: it for name, it in content.items() if name not in value})
    _show_lineage(**beside)


def _show_lineage(
    *, replications: list[dict[str, Any]], family: dict[str, Any], spread: dict[str, Any]
) -> None:
    """What there is of a record's lineage, part by part; nothing of a part that is empty."""
    if family["originals"]:
        out("")
        rows = [_relative(it, it["record"]) for it in family["originals"]]
        table((*_RELATIVE, "confirmed"), rows, title="Originals, the nearest first")
    if family["replications"]:
        out("")
        rows = [(*_relative(it, _branch(it)), it["count"]) for it in family["replications"]]
        title = "Replications: {direct} directly, {all} in all".format(**family["counts"])
        table((*_RELATIVE, "confirmed", "count"), rows, title=title)
    if replications:
        out("")
        rows = [tuple(it.values()) for it in replications]
        table(tuple(replications[0]), rows, title="Hubs that want it, by their last step")
    if spread["places"]:
        out("")
        rows = [tuple(it.values()) for it in spread["places"]]
        title = "At work in {regions} regions in {provinces} provinces, {agencies} agencies".format(
            **spread
        )
        table(tuple(spread["places"][0]), rows, title=title)


_RELATIVE = ("record", "hub", "title", "state")


def _relative(it: dict[str, Any], name: str) -> tuple[Any, ...]:
    return name, it["hub"], it["title"], it["state"], it["confirmed"]


def _branch(it: dict[str, Any]) -> str:
    """The id, further to the right the further it is from the record that is shown."""
    return f"{'- ' * it['generation']}{it['record']}"
