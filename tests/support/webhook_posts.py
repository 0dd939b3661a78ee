"""A receiver of the centre's webhooks that keeps whole requests, and a webhook that leads to it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from central.casework.person import Person
from central.centre import Centre
from central.store import deliveries
from central.store.deliveries import Attempt, Delivery
from central.store.webhooks import WebhookRow
from central.webhooks import subscribing
from central.webhooks.deliverer import Deliverer
from central.webhooks.sending import open_transport
from central.webhooks.subscribing import Owner
from protocol.canonical import Json, parse
from runtime.http.public_addresses import parse_reachable
from tests.support.rooms import Room
from tests.support.servers import bare_app, served

LOOPBACK = parse_reachable(["127.0.0.1"])
NOBODY = parse_reachable([])
OWNER = Owner(person=Person(by="rina", agency="panrb"))
BASE_URL = "https://pusat.test"


@dataclass(frozen=True)
class Post:
    """One request as it came in."""

    method: str
    url: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Json]:
        value = parse(self.body)
        assert isinstance(value, dict)
        return value


@dataclass
class Receiver:
    """What came in, and how the next are answered: each status once, the last for ever."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    """Set unless a test makes the receiver slow."""

    posts: list[Post] = field(default_factory=list)

    @property
    def types(self) -> list[Json]:
        """The types of the events that came in, in their order."""
        return [post.document["type"] for post in self.posts]

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        post = Post(request.method, str(request.url), request.raw_path, headers, body)
        self.posts.append(post)
        await self.may_answer.wait()
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return web.Response(status=status, text=self.text or None, headers=self.headers)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Takes posts on loopback meanwhile."""
    receiver, app = Receiver(), bare_app()
    receiver.may_answer.set()
    app.router.add_post("/jipp", receiver.take)
    async with served(app) as url:
        receiver.url = f"{url}/jipp"
        yield receiver


def hooked(room: Room, url: str, *events: str, owner: Owner = OWNER) -> WebhookRow:
    """A webhook that may lead to loopback."""
    return room.write(
        lambda conn, centre: subscribing.add(
            conn, centre, url=url, events=events, owner=owner, reachable=LOOPBACK
        )
    )


async def delivered(room: Room) -> int:
    """Follows and delivers until nothing is due; returns how much there was to do."""
    done = 0
    async with open_transport(LOOPBACK) as transport:
        deliverer = Deliverer(room.centre, transport, base_url=BASE_URL, target_hours=6)
        while now := await deliverer.run_once():
            done += now
    return done


def told(centre: Centre, webhook: str, count: int, body: bytes = b"{}") -> None:
    """Lets a webhook have been told as many events."""
    at, events = centre.clock.now(), [(f"1-{n}-a", "hub.changed", body) for n in range(count)]
    centre.db.run_sync(
        lambda conn: deliveries.add(conn, webhook, events, at=at, state=deliveries.DELIVERED)
    )


def logged(room: Room, webhook: str) -> Sequence[tuple[Delivery, Sequence[Attempt]]]:
    """The deliveries of a webhook with their attempts, the oldest first."""
    found = room.read(lambda conn, _: deliveries.page(conn, webhook, limit=1_000))[::-1]
    numbers = [it.number for it in found]
    attempts = room.read(lambda conn, _: deliveries.attempts_of(conn, numbers))
    return [(it, attempts[it.number]) for it in found]
