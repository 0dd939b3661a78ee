"""A real receiver of webhooks on loopback, and what it was given."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from protocol.canonical import parse
from tests.support.servers import bare_app, served


@dataclass
class Receiver:
    """What came in, and how the next is answered."""

    url: str = ""
    status: int = 204
    bodies: list[Any] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(parse(await request.read()))
        return web.Response(status=self.status)


@asynccontextmanager
async def webhook_receiver() -> AsyncIterator[Receiver]:
    """Takes webhooks meanwhile."""
    receiver, app = Receiver(), bare_app()
    app.router.add_post("/jipp", receiver.take)
    async with served(app) as url:
        receiver.url = f"{url}/jipp"
        yield receiver
