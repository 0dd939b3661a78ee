"""What a page says of a run that is under way. In memory: a run that died says nothing here."""

from dataclasses import dataclass

from hubnode.sync.endings import RunStopped
from hubnode.sync.plan import Known, Step
from runtime.ports import Clock, Request, Response, Transport


@dataclass(slots=True)
class LiveRun:
    """Progress of the run that this process performs.

    Attributes:
        clock: for the time left.
        is_running: whether there is one.
        total: changes to send and decisions to fetch and apply, as far as is known.
        left: those still to do.
        sent_bytes, received_bytes: bodies that went over the line, compressed as they went.
        is_stopping: somebody asked it to end; it does so after the step that it is in.
    """

    clock: Clock
    is_running: bool = False
    total: int = 0
    left: int = 0
    since_s: float = 0.0
    is_stopping: bool = False
    sent_bytes: int = 0
    received_bytes: int = 0

    def begin(self) -> None:
        """A run begins."""
        self.is_running, self.is_stopping, self.total, self.left = True, False, 0, 0
        self.sent_bytes = self.received_bytes = 0
        self.since_s = self.clock.monotonic()

    def progress(self, _step: Step, known: Known) -> None:
        """A step of it begins.

        Raises:
            RunStopped: somebody asked for it.
        """
        if self.is_stopping:
            raise RunStopped
        to_send = known.own.size + known.pending_count - known.centre_size if known.asked else 0
        to_apply = known.target.size - known.applied_size
        self.left = max(0, to_send) + max(0, to_apply)
        self.total = max(self.total, self.left)

    def stop(self) -> None:
        """Asks the run to end."""
        self.is_stopping = self.is_running

    def end(self) -> None:
        """It is over."""
        self.is_running = False

    @property
    def done(self) -> int:
        """What is done of the total."""
        return self.total - self.left

    @property
    def left_s(self) -> int:
        """Seconds that the rest takes at the pace so far; 0 where nobody can say."""
        elapsed_s = self.clock.monotonic() - self.since_s
        return round(elapsed_s / self.done * self.left) if self.done else 0


@dataclass(frozen=True, slots=True)
class CountingTransport:
    """A transport whose bodies a live run counts."""

    transport: Transport
    live: LiveRun

    async def request(self, request: Request) -> Response:
        """See `runtime.ports.Transport`."""
        self.live.sent_bytes += len(request.body)
        response = await self.transport.request(request)
        self.live.received_bytes += len(response.body)
        return response
