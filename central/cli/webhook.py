"""`central webhook`: where other systems are told of what happens."""

from typing import TYPE_CHECKING, Annotated

import typer

from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    centre_of,
    settings_of,
)
from runtime.command_line import JsonOption, YesOption, group, helped
from runtime.console import CommandFailed, ExitCode, confirm, emit_json, out, say, table

if TYPE_CHECKING:
    from central.store.deliveries import Attempt, Delivery
    from central.store.webhooks import WebhookRow
    from central.webhooks.subjects import Subject

COLUMNS = ("id", "url", "events", "state", "failure_count", "reason", "owner")
LOG_COLUMNS = ("number", "type", "about", "state", "made_at", "attempts", "last")
LIMIT_DEFAULT, LIMIT_MAX = 50, 1_000

WebhookArgument = Annotated[
    str, typer.Argument(help="Id of the webhook, as `central webhook list` has it.")
]


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("webhook", "Tell other systems what happens.", "central webhook list")
    sentence = "Add a webhook: it is told of what happens from now on."
    examples = (
        "central webhook add https://data.contoh.go.id/jipp --event innovation.published \\\n"
        "  --event innovation.withdrawn --by rina --agency panrb"
    )
    part.command("add", help=helped(examples, sentence), short_help=sentence)(add)
    sentence = "List every webhook, and how it is."
    part.command("list", help=helped("central webhook list --json", sentence), short_help=sentence)(
        list_
    )
    sentence = "Remove a webhook with its deliveries."
    examples = "central webhook remove 5f0c11d2 --by rina --agency panrb"
    part.command("remove", help=helped(examples, sentence), short_help=sentence)(remove)
    sentence = "Post again to one that was disabled."
    examples = "central webhook enable 5f0c11d2 --by rina --agency panrb"
    part.command("enable", help=helped(examples, sentence), short_help=sentence)(enable)
    sentence = "Show what a webhook was told, and how each attempt went."
    examples = "central webhook deliveries 5f0c11d2 --limit 10"
    part.command("deliveries", help=helped(examples, sentence), short_help=sentence)(deliveries)
    sentence = "Let a delivery be tried again, by the service that runs."
    examples = "central webhook redeliver 5f0c11d2 118"
    part.command("redeliver", help=helped(examples, sentence), short_help=sentence)(redeliver)
    sentence = "Post an event of the type webhook.test now, once."
    part.command(
        "test", help=helped("central webhook test 5f0c11d2", sentence), short_help=sentence
    )(try_out)
    app.add_typer(part)


def add(
    url: Annotated[str, typer.Argument(help="Where to post to; begins with https://.")],
    *,
    event: Annotated[list[str], typer.Option("--event", help="Of what; may be repeated.")],
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Adds a webhook in the name of a person."""
    from central.casework.person import Person  # noqa: PLC0415
    from central.webhooks import subscribing  # noqa: PLC0415

    owner = subscribing.Owner(person=Person(by=by, agency=agency.value))
    reachable = settings_of(data).reachable
    with centre_of(data) as centre:
        row = centre.db.run_sync(
            lambda conn: subscribing.add(
                conn, centre, url=url, events=event, owner=owner, reachable=reachable
            )
        )
    if json:
        emit_json(_shown(row))
    else:
        out(row.id)
        say(f"Try it with: central webhook test {row.id} --data {data}")


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints every webhook; leaves with 4 when one is disabled."""
    from central.store import webhooks as store  # noqa: PLC0415

    with centre_of(data) as centre:
        rows = [_shown(row) for row in centre.db.read_sync(store.everyone)]
    if json:
        emit_json({"items": rows})
    elif not rows:
        say("There is no webhook.")
    else:
        table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
    if any(row["state"] == "disabled" for row in rows):
        raise CommandFailed("A webhook is disabled.", exit_code=ExitCode.ATTENTION)


def remove(
    webhook: WebhookArgument,
    *,
    by: ByOption,
    agency: AgencyOption,
    yes: YesOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Removes a webhook."""
    from central.casework.person import Person  # noqa: PLC0415
    from central.webhooks import subscribing  # noqa: PLC0415

    owner = subscribing.Owner(person=Person(by=by, agency=agency.value))
    with centre_of(data) as centre:
        row = centre.db.read_sync(lambda conn: subscribing.get(conn, webhook))
        if not confirm(f"Remove the webhook to {row.url}?", assume_yes=yes):
            raise CommandFailed("Nothing was changed.")
        centre.db.run_sync(lambda conn: subscribing.remove(conn, centre, row, owner))
    if json:
        emit_json({"id": row.id, "url": row.url})
    else:
        say(f"Removed: {row.url}.")


def enable(
    webhook: WebhookArgument,
    *,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Enables a webhook."""
    from central.casework.person import Person  # noqa: PLC0415
    from central.webhooks import subscribing  # noqa: PLC0415

    owner = subscribing.Owner(person=Person(by=by, agency=agency.value))
    with centre_of(data) as centre:
        row = centre.db.read_sync(lambda conn: subscribing.get(conn, webhook))
        centre.db.run_sync(lambda conn: subscribing.enable(conn, centre, row, owner))
        row = centre.db.read_sync(lambda conn: subscribing.get(conn, webhook))
    if json:
        emit_json(_shown(row))
    else:
        say("It is posted to again. What happened meanwhile it is not told.")


def deliveries(
    webhook: WebhookArgument,
    *,
    limit: Annotated[int, typer.Option(min=1, max=LIMIT_MAX, help="How many.")] = LIMIT_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Prints the newest deliveries first."""
    from central.store import deliveries as store  # noqa: PLC0415
    from central.webhooks import subscribing  # noqa: PLC0415
    from central.webhooks.subjects import subjects_of  # noqa: PLC0415

    with centre_of(data) as centre:
        row = centre.db.read_sync(lambda conn: subscribing.get(conn, webhook))
        found = centre.db.read_sync(lambda conn: store.page(conn, row.id, limit=limit))
        numbers = [it.number for it in found]
        attempts = centre.db.read_sync(lambda conn: store.attempts_of(conn, numbers))
        subjects = centre.db.read_sync(lambda conn: subjects_of(conn, centre, found))
    told = [(it, subjects[it.number], attempts[it.number]) for it in found]
    if json:
        emit_json({"items": [_logged(*it) for it in told]})
    elif not found:
        say("It was told nothing yet.")
    else:
        table(LOG_COLUMNS, [_line(*it) for it in told])


def redeliver(
    webhook: WebhookArgument,
    number: Annotated[int, typer.Argument(help="Number of the delivery.")],
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Lets a delivery wait again."""
    from central.staff import COMMAND_LINE  # noqa: PLC0415
    from central.webhooks import queue, subscribing  # noqa: PLC0415

    with centre_of(data) as centre:
        row = centre.db.read_sync(lambda conn: subscribing.get(conn, webhook))
        centre.db.run_sync(lambda conn: queue.redeliver(conn, centre, row, number, by=COMMAND_LINE))
    if json:
        emit_json({"webhook": row.id, "number": number})
    else:
        say("It is tried again as soon as the service runs.")


def try_out(
    webhook: WebhookArgument, *, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """Posts a test; leaves with 5 when nobody took it."""
    import asyncio  # noqa: PLC0415

    from central.staff import COMMAND_LINE  # noqa: PLC0415
    from central.webhooks import queue, subscribing  # noqa: PLC0415
    from central.webhooks.deliverer import send_test  # noqa: PLC0415
    from central.webhooks.sending import open_transport  # noqa: PLC0415

    settings = settings_of(data)

    async def send() -> "Attempt":
        async with open_transport(settings.reachable) as transport:
            return await send_test(centre, transport, claimed)

    with centre_of(data) as centre:
        row = centre.db.read_sync(lambda conn: subscribing.get(conn, webhook))
        claimed = centre.db.run_sync(
            lambda conn: queue.add_test(conn, centre, row, base_url=settings.url, by=COMMAND_LINE)
        )
        attempt = asyncio.run(send())
    if json:
        emit_json({"number": claimed.delivery.number, **_tried(attempt)})
    else:
        out(f"{_said(attempt)}, after {attempt.took_ms} ms")
    if not queue.is_success(attempt):
        raise CommandFailed("Nobody took it.", exit_code=ExitCode.UNREACHABLE)


def _shown(row: "WebhookRow") -> dict[str, object]:
    return {
        "id": row.id,
        "url": row.url,
        "events": row.events.split(),
        "state": row.state,
        "reason": row.reason,
        "failure_count": row.failure_count,
        "failing_since": row.failing_since.isoformat() if row.failing_since else None,
        "owner": f"token {row.token}" if row.token else f"{row.agency}/{row.by}",
    }


def _logged(it: "Delivery", subject: "Subject", attempts: "list[Attempt]") -> dict[str, object]:
    return {
        "number": it.number,
        "type": it.type,
        "event": it.event,
        "record": subject.record or None,
        "title": subject.title or None,
        "hub": subject.hub or None,
        "state": it.state,
        "made_at": it.made_at.isoformat(),
        "attempts": [_tried(attempt) for attempt in attempts],
    }


def _line(it: "Delivery", subject: "Subject", attempts: "list[Attempt]") -> list[object]:
    last = _said(attempts[-1]) if attempts else ""
    made_at = f"{it.made_at:%Y-%m-%d %H:%M}"
    about = subject.title or subject.record or (f"hub {subject.hub}" if subject.hub else "")
    return [it.number, it.type, about, it.state, made_at, len(attempts), last]


def _tried(attempt: "Attempt") -> dict[str, object]:
    return {
        "at": attempt.at.isoformat(),
        "took_ms": attempt.took_ms,
        "status": attempt.status,
        "reason": attempt.reason,
        "answer": attempt.answer,
    }


def _said(attempt: "Attempt") -> str:
    return f"HTTP {attempt.status}" if attempt.status is not None else attempt.reason
