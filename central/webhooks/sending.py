"""One attempt: an event is signed and posted, and the answer is looked at, not believed.

Whatever answers is a stranger: it gets fifteen seconds and 64 KiB, no redirect is followed, and its
words are kept only as far as they can be printed.
"""

import asyncio
import re
from dataclasses import dataclass

from central.centre import Centre
from central.store.deliveries import ANSWER_CHARACTERS_MAX, Attempt
from central.webhooks.queue import Claim
from central.webhooks.signing import sign, webhook_key
from runtime.http.client import HttpTransport
from runtime.http.guard import Guard
from runtime.http.public_addresses import Reachable
from runtime.http.retry_after import retry_after_s
from runtime.ports import Request, Response, Transport, Unreachable

ATTEMPT_S = 15.0
UNDER_WAY_MAX = 32
"""Webhooks that are posted to at one time, each on a connection of its own."""

ANSWER_BYTES_MAX = 64 * 1024
REASON_CHARACTERS_MAX = 32

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How an attempt went, and for how long the receiver asks to be left alone."""

    attempt: Attempt
    asked_s: int


def open_transport(reachable: Reachable) -> HttpTransport:
    """A client that connects to nothing but what is reachable."""
    return HttpTransport(
        connect_s=ATTEMPT_S,
        read_s=ATTEMPT_S,
        response_bytes_max=ANSWER_BYTES_MAX,
        connections_max=UNDER_WAY_MAX,
        guard=Guard(reachable),
    )


async def attempt(centre: Centre, transport: Transport, claimed: Claim) -> Tried:
    """Posts an event once; whatever happens is how it went."""
    at, began = centre.clock.now(), centre.clock.monotonic()
    request = Request(
        method="POST",
        url=claimed.webhook.url,
        headers={"Content-Type": "application/json"},
        body=claimed.delivery.body,
    )
    answer, reason = await _posted(transport, sign(request, key=webhook_key(centre), now=at))
    return Tried(
        attempt=Attempt(
            at=at,
            took_ms=round(1_000 * (centre.clock.monotonic() - began)),
            status=answer.status if answer else None,
            reason=reason[:REASON_CHARACTERS_MAX],
            answer=_printable(answer.body) if answer else "",
        ),
        asked_s=_asked_s(answer) if answer else 0,
    )


async def _posted(transport: Transport, request: Request) -> tuple[Response | None, str]:
    """The answer, or why there is none."""
    try:
        async with asyncio.timeout(ATTEMPT_S):
            return await transport.request(request), ""
    except TimeoutError:
        return None, "timeout"
    except Unreachable as error:
        return None, error.reason


def _printable(body: bytes) -> str:
    text = body[: 4 * ANSWER_CHARACTERS_MAX].decode("utf-8", "replace")
    return _UNPRINTABLE.sub(" ", text)[:ANSWER_CHARACTERS_MAX].strip()


def _asked_s(answer: Response) -> int:
    return retry_after_s(answer.headers.get("retry-after", ""), sent=answer.headers.get("date", ""))
