"""Webhooks of a system whose token is for `webhooks:write`: its own, and no other's."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central import tokens
from central.api.bearer import calling_system, only_for_it
from central.api.parts import BRIEFLY, CENTRE, SETTINGS
from central.api.queries import cursor_of, read_list_query, refuse_parameters
from central.casework.person import Person
from central.scope import Scope
from central.store import deliveries
from central.store import webhooks as store
from central.store.deliveries import Attempt, Delivery
from central.store.webhooks import WebhookRow
from central.webhooks import queue, subscribing
from central.webhooks.addresses import WebhookRefused
from central.webhooks.deliverer import send_test
from central.webhooks.sending import open_transport
from central.webhooks.signing import published_keys
from central.webhooks.subjects import Subject, subjects_of
from central.webhooks.subscribing import Owner
from protocol.canonical import Json, parse
from protocol.decimals import parse_decimal
from protocol.limits import LOG_SIZE_MAX
from runtime.http.body import read_body
from runtime.http.problem_responses import Refused

PREFIX = "/api/v1/webhooks"
ONE = PREFIX + "/{webhook}"
BODY_BYTES_MAX = 4_096
KEYS_TYPE = "application/jwk-set+json"
MEMBERS = {"url", "events"}


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get("/api/v1/webhook-keys", keys)
    app.router.add_get(PREFIX, every)
    app.router.add_post(PREFIX, add)
    app.router.add_get(ONE, one)
    app.router.add_delete(ONE, remove)
    app.router.add_post(ONE + "/enable", enable)
    app.router.add_post(ONE + "/test", test)
    app.router.add_get(ONE + "/deliveries", log)
    app.router.add_post(ONE + "/deliveries/{number}/redeliver", redeliver)


async def keys(request: web.Request) -> web.Response:
    """The keys that what is posted is signed with, for everybody."""
    refuse_parameters(request)
    body = orjson.dumps({"keys": published_keys(request.app[CENTRE])})
    headers = {"Cache-Control": BRIEFLY}
    return web.Response(body=body, content_type=KEYS_TYPE, headers=headers)


async def every(request: web.Request) -> web.Response:
    """The webhooks of the token that asks."""
    owner = await _owner(request)
    refuse_parameters(request)
    found = await request.app[CENTRE].db.read(lambda conn: store.everyone(conn, token=owner.token))
    return _json({"items": [shown(row) for row in found]})


async def add(request: web.Request) -> web.Response:
    """Adds one."""
    owner = await _owner(request)
    url, events = _asked(parse(await read_body(request, limit_bytes=BODY_BYTES_MAX)))
    centre, reachable = request.app[CENTRE], request.app[SETTINGS].reachable

    def work(conn: Connection) -> WebhookRow:
        return subscribing.add(
            conn, centre, url=url, events=events, owner=owner, reachable=reachable
        )

    return _json(shown(await centre.db.run(work)), status=201)


async def one(request: web.Request) -> web.Response:
    """One of them, and how it is."""
    owner = await _owner(request)
    refuse_parameters(request)
    return _json(shown(await request.app[CENTRE].db.read(_own(request, owner))))


async def remove(request: web.Request) -> web.Response:
    """Removes one, with its deliveries."""
    owner = await _owner(request)
    centre, own = request.app[CENTRE], _own(request, owner)
    await centre.db.run(lambda conn: subscribing.remove(conn, centre, own(conn), owner))
    return only_for_it(web.Response(status=204))


async def enable(request: web.Request) -> web.Response:
    """Posts to one again that was disabled."""
    owner = await _owner(request)
    centre, own = request.app[CENTRE], _own(request, owner)
    await centre.db.run(lambda conn: subscribing.enable(conn, centre, own(conn), owner))
    return _json(shown(await centre.db.read(own)))


async def test(request: web.Request) -> web.Response:
    """Posts an event of the type `webhook.test` now, once, and says how that went."""
    owner = await _owner(request)
    centre, own, settings = request.app[CENTRE], _own(request, owner), request.app[SETTINGS]

    def work(conn: Connection) -> queue.Claim:
        return queue.add_test(conn, centre, own(conn), base_url=settings.url, by=owner.name)

    claimed = await centre.db.run(work)
    async with open_transport(settings.reachable) as transport:
        attempt = await send_test(centre, transport, claimed)
    return _json({"number": claimed.delivery.number, **_attempt(attempt)})


async def log(request: web.Request) -> web.Response:
    """A page of what one was told, the newest first, with every attempt."""
    owner = await _owner(request)
    centre, asked, own = request.app[CENTRE], read_list_query(request), _own(request, owner)
    before = _number(asked.after, "bad_cursor") if asked.after else None

    def work(conn: Connection) -> dict[str, Json]:
        limit = asked.limit + 1
        found = deliveries.page(conn, own(conn).id, limit=limit, before=before)
        shown_ones = found[: asked.limit]
        attempts = deliveries.attempts_of(conn, [it.number for it in shown_ones])
        subjects = subjects_of(conn, centre, shown_ones)
        items = [_delivery(it, subjects[it.number], attempts[it.number]) for it in shown_ones]
        following = cursor_of(str(shown_ones[-1].number)) if len(found) > asked.limit else None
        return {"items": list[Json](items), "next": following}

    return _json(await centre.db.read(work))


async def redeliver(request: web.Request) -> web.Response:
    """Lets a delivery be tried again."""
    owner = await _owner(request)
    centre, own = request.app[CENTRE], _own(request, owner)
    number = _number(request.match_info["number"], "delivery_unknown")
    by = owner.name
    await centre.db.run(lambda conn: queue.redeliver(conn, centre, own(conn), number, by=by))
    return only_for_it(web.Response(status=202))


def shown(row: WebhookRow) -> dict[str, Json]:
    """A webhook as its owner reads it."""
    return {
        "id": row.id,
        "url": row.url,
        "events": list[Json](row.events.split()),
        "state": row.state,
        "reason": row.reason,
        "created_at": row.created_at.isoformat(),
        "failing_since": row.failing_since.isoformat() if row.failing_since else None,
        "failure_count": row.failure_count,
    }


async def _owner(request: web.Request) -> Owner:
    token = await calling_system(request, Scope.WEBHOOKS_WRITE)
    person = Person(by=token.by, agency=token.agency)
    return Owner(person=person, token=token.id, scopes=tokens.scopes_of(token))


def _own(request: web.Request, owner: Owner) -> Callable[[Connection], WebhookRow]:
    """What finds the webhook of the address, where it is the token's own."""
    name = request.match_info["webhook"]
    if not name.isascii():
        raise WebhookRefused("there is no such webhook", code="webhook_unknown")
    return lambda conn: subscribing.get(conn, name, token=owner.token)


def _asked(body: Json) -> tuple[str, Sequence[str]]:
    """The address and the types of a new webhook."""
    if isinstance(body, dict) and body.keys() == MEMBERS:
        url, events = body["url"], body["events"]
        if isinstance(url, str) and isinstance(events, list):
            return url, [str(it) for it in events]
    raise WebhookRefused("a webhook is an object of `url`, a text, and `events`, a list")


def _number(text: str, code: str) -> int:
    number = parse_decimal(text)
    if number is None or number > LOG_SIZE_MAX:
        raise Refused(code)
    return number


def _delivery(it: Delivery, subject: Subject, attempts: Sequence[Attempt]) -> dict[str, Json]:
    return {
        "number": it.number,
        "event": it.event,
        "type": it.type,
        "record": subject.record or None,
        "title": subject.title or None,
        "hub": subject.hub or None,
        "state": it.state,
        "made_at": it.made_at.isoformat(),
        "attempts": [_attempt(attempt) for attempt in attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, Json]:
    return {**asdict(attempt), "at": attempt.at.isoformat()}


def _json(value: dict[str, Json], *, status: int = 200) -> web.Response:
    body = orjson.dumps(value)
    return only_for_it(web.Response(status=status, body=body, content_type="application/json"))
