"""One alert as JSON to the address that an operator chose."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from protocol.canonical import Json, canonicalise
from runtime.addresses import is_loopback
from runtime.alerts.undelivered import DETAIL_CHARACTERS_MAX, Undelivered
from runtime.http.client import HttpTransport
from runtime.ports import Request, Unreachable

TIMEOUT_S = 20.0
"""For all of it."""

ANSWER_BYTES_MAX = 64 * 1024
SUCCESSES = range(200, 300)


async def post_webhook(url: str, body: Mapping[str, Json], *, proxy: str = "") -> None:
    """Posts it; what is on this machine is reached without the proxy.

    Raises:
        Undelivered: it was not taken, or nobody knows.
    """
    used = "" if is_loopback(urlsplit(url).hostname or "") else proxy
    headers = {"Content-Type": "application/json"}
    request = Request(method="POST", url=url, headers=headers, body=canonicalise(dict(body)))
    transport = HttpTransport(proxy=used, read_s=TIMEOUT_S, response_bytes_max=ANSWER_BYTES_MAX)
    try:
        async with asyncio.timeout(TIMEOUT_S), transport:
            response = await transport.request(request)
    except TimeoutError as error:
        raise Undelivered("timeout") from error
    except Unreachable as error:
        raise Undelivered(error.reason, error.detail[:DETAIL_CHARACTERS_MAX]) from error
    if response.status not in SUCCESSES:
        raise Undelivered("webhook_refused", f"HTTP {response.status}")
