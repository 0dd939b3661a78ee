"""Ports: what the houses need of the world, as contracts. `runtime.system` has the real ones.

Everything that reads a clock, draws randomness, starts a thread, sleeps or talks to a network does
it through one of these, so that a simulation can run both sides in one thread under one seed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    """Time. Never used to order changes: a wall-clock time is a claim."""

    def now(self) -> datetime:
        """The wall-clock time, aware, in UTC. May jump in either direction between calls."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back. For time limits and rates only."""


class Entropy(Protocol):
    """Randomness fit for keys and secrets."""

    def bytes(self, count: int) -> bytes:
        """`count` bytes, never the same twice. Safe to call from any thread."""


class Sleeper(Protocol):
    """Waiting."""

    async def sleep(self, seconds: float) -> None:
        """Returns after at least `seconds`; can be cancelled."""


class Worker(Protocol):
    """Where blocking or heavy work runs."""

    async def run(self, work: Callable[[], T]) -> T:
        """Runs `work` off the event loop, once, and returns or raises what it did.

        Cancelling the caller does not stop work that has begun.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An HTTP request.

    Attributes:
        method: upper case.
        url: absolute, with its query.
        headers: names in any case.
        body: the whole body, encoded as its Content-Encoding header says.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An HTTP response.

    Attributes:
        status: the status code.
        headers: names in lower case.
        body: decoded of its Content-Encoding, whole.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unreachable(Exception):
    """The world's fault: no usable answer came. Whether the other side acted is unknown.

    Attributes:
        reason: short, for the screens: `dns`, `refused`, `timeout`, `tls`, ... or a sentence.
        detail: what the layer below said, for the log.
        retry_after_s: how long the other side asks to be left alone, where it said so.
    """

    def __init__(self, reason: str, detail: str = "", *, retry_after_s: int = 0) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.retry_after_s = retry_after_s


class Transport(Protocol):
    """HTTP, as a client."""

    async def request(self, request: Request) -> Response:
        """Sends once and returns the whole response; no redirect is followed, nothing retried.

        Raises:
            Unreachable: no answer, a cut answer, or one beyond the limits. Every request of this
                project may be repeated safely.
        """
