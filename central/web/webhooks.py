"""Webhook: where other systems are told, how that goes, and what can be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from central.store import deliveries
from central.store import webhooks as store
from central.store.deliveries import Attempt, Delivery
from central.store.webhooks import WebhookRow
from central.web import webhook_words
from central.web.agencies import AGENCY_WORDS
from central.web.serving import DESK
from central.web.visit import Visit
from central.webhooks import queue, subscribing
from central.webhooks.addresses import WebhookRefused
from central.webhooks.deliverer import send_test
from central.webhooks.events import SCOPE_OF
from central.webhooks.sending import open_transport
from central.webhooks.subjects import Subject, subjects_of
from central.webhooks.subscribing import Owner
from protocol.decimals import parse_decimal
from protocol.limits import LOG_SIZE_MAX
from runtime.http.problem_responses import Refused
from runtime.pages.translating import msg

WEBHOOKS = f"{DESK}/webhook"
PAGE_ROWS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A delivery as the pages show it.

    Attributes:
        delivery: itself.
        attempts: the first first.
        outcome: how the last one went, in words.
        subject: what it is about; None in a list that does not say so.
    """

    delivery: Delivery
    attempts: Sequence[Attempt]
    outcome: str
    subject: Subject | None


async def webhooks_page(visit: Visit) -> web.Response:
    """Every webhook, and the form for another one."""
    return await _list_page(visit, faults={})


async def add(visit: Visit) -> web.Response:
    """Adds a webhook in the reader's name."""
    centre, owner = visit.centre, Owner(person=visit.person())
    url, reachable = visit.text("url"), visit.site.settings.reachable
    chosen = [str(it) for it in visit.form.getall("events", [])]
    try:
        row = await centre.db.run(
            lambda conn: subscribing.add(
                conn, centre, url=url, events=chosen, owner=owner, reachable=reachable
            )
        )
    except WebhookRefused as refused:
        if refused.pointer not in _FIELDS:
            raise
        field = refused.pointer.removeprefix("/")
        sentence = _INSIDE if refused.code == "webhook_address_refused" else _FIELDS[f"/{field}"]
        return await _list_page(visit, faults={field: visit.say(sentence)}, status=422)
    return visit.go(f"{WEBHOOKS}/{row.id}", told="webhook_added")


async def webhook_page(visit: Visit) -> web.Response:
    """One webhook with what it was told."""
    row = await _asked_for(visit)
    before = _before(visit)

    def read(conn: Connection) -> tuple[list[Told], bool, int]:
        found = deliveries.page(conn, row.id, limit=PAGE_ROWS + 1, before=before)
        shown = found[:PAGE_ROWS]
        attempts = deliveries.attempts_of(conn, [it.number for it in shown])
        subjects = subjects_of(conn, visit.centre, shown)
        told = [_told(visit, it, attempts[it.number], subjects[it.number]) for it in shown]
        return told, len(found) > PAGE_ROWS, deliveries.waiting_count(conn, row.id)

    shown, has_more, waiting = await visit.centre.db.read(read)
    following = f"?sebelum={shown[-1].delivery.number}" if has_more else ""
    return await visit.desk_page(
        "webhook.html",
        here="webhooks",
        row=row,
        waiting=waiting,
        told_ones=shown,
        next_page=following,
        is_first=before is None,
        agencies=AGENCY_WORDS,
        words=webhook_words,
    )


async def try_out(visit: Visit) -> web.Response:
    """Posts a test now, once."""
    row, centre, settings = await _asked_for(visit), visit.centre, visit.site.settings
    by = Owner(person=visit.person()).name
    claimed = await centre.db.run(
        lambda conn: queue.add_test(conn, centre, row, base_url=settings.url, by=by)
    )
    async with open_transport(settings.reachable) as transport:
        attempt = await send_test(centre, transport, claimed)
    told = "webhook_taken" if queue.is_success(attempt) else "webhook_not_taken"
    return visit.go(f"{WEBHOOKS}/{row.id}", told=told)


async def enable(visit: Visit) -> web.Response:
    """Posts to it again."""
    row, centre, owner = await _asked_for(visit), visit.centre, Owner(person=visit.person())
    await centre.db.run(lambda conn: subscribing.enable(conn, centre, row, owner))
    return visit.go(f"{WEBHOOKS}/{row.id}", told="webhook_enabled")


async def redeliver(visit: Visit) -> web.Response:
    """Lets a delivery be tried again."""
    row, centre, by = await _asked_for(visit), visit.centre, Owner(person=visit.person()).name
    number = _number(visit.request.match_info["number"])
    await centre.db.run(lambda conn: queue.redeliver(conn, centre, row, number, by=by))
    return visit.go(f"{WEBHOOKS}/{row.id}", told="webhook_again")


async def remove(visit: Visit) -> web.Response:
    """Removes it with its deliveries."""
    row, centre, owner = await _asked_for(visit), visit.centre, Owner(person=visit.person())
    await centre.db.run(lambda conn: subscribing.remove(conn, centre, row, owner))
    return visit.go(WEBHOOKS, told="webhook_removed")


_FIELDS: Mapping[str, str] = {
    "/url": msg(
        "Tulis alamat yang diawali https:// dengan nama lengkap, misalnya "
        "https://data.contoh.go.id/jipp; porta 443 atau 8443."
    ),
    "/events": msg("Pilih sedikitnya satu peristiwa."),
}
_INSIDE = msg(
    "Alamat itu menuju ke dalam jaringan. Pakai alamat umum, atau minta pengelola pusat "
    "menyebutnya dalam setelan webhook_allow."
)


async def _list_page(visit: Visit, *, faults: Mapping[str, str], status: int = 200) -> web.Response:
    def read(conn: Connection) -> list[tuple[WebhookRow, Told | None]]:
        newest = deliveries.newest_of_each(conn)
        attempts = deliveries.attempts_of(conn, [it.number for it in newest.values()])
        told = {it.webhook: _told(visit, it, attempts[it.number]) for it in newest.values()}
        return [(row, told.get(row.id)) for row in store.everyone(conn)]

    return await visit.desk_page(
        "webhooks.html",
        here="webhooks",
        status=status,
        rows=await visit.centre.db.read(read),
        words=webhook_words,
        agencies=AGENCY_WORDS,
        types=list(SCOPE_OF),
        url=visit.text("url"),
        ticked=visit.form.getall("events", []),
        faults=faults,
    )


def _told(
    visit: Visit, delivery: Delivery, attempts: Sequence[Attempt], subject: Subject | None = None
) -> Told:
    outcome = webhook_words.outcome_words(attempts[-1], visit.say) if attempts else ""
    return Told(delivery=delivery, attempts=attempts, outcome=outcome, subject=subject)


async def _asked_for(visit: Visit) -> WebhookRow:
    """The webhook that the address names; one that there is not is refused."""
    name = visit.request.match_info["webhook"]
    return await visit.centre.db.read(lambda conn: subscribing.get(conn, name))


def _before(visit: Visit) -> int | None:
    text = visit.text("sebelum")
    return _number(text) if text else None


def _number(text: str) -> int:
    number = parse_decimal(text)
    if number is None or number > LOG_SIZE_MAX:
        raise Refused("delivery_unknown")
    return number
