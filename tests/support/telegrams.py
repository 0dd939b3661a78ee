"""A real receiver of chat messages on loopback, shaped as Telegram's `sendMessage`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.servers import bare_app, served
from tests.support.webhooks import Receiver

TOKEN = "123456:rahasia"


@asynccontextmanager
async def telegram_receiver() -> AsyncIterator[Receiver]:
    """Takes chat messages meanwhile."""
    receiver, app = Receiver(status=200), bare_app()
    app.router.add_post(f"/bot{TOKEN}/sendMessage", receiver.take)
    async with served(app) as url:
        receiver.url = f"{url}/bot{TOKEN}/sendMessage"
        yield receiver
