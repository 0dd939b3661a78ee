"""A real receiver of chat messages on loopback, shaped as Telegram's `sendMessage`."""

import socketserver
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

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


class _Nonsense(socketserver.StreamRequestHandler):
    """Answers with what is no HTTP."""

    def handle(self) -> None:
        self.rfile.readline()
        self.wfile.write(b"HTTP/9.x nonsense\r\n\r\n")


@contextmanager
def nonsense_receiver() -> Iterator[str]:
    """The address of a chat at which something else answers, from a thread of its own."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Nonsense) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/bot{TOKEN}/sendMessage"
        finally:
            server.shutdown()
            thread.join()
