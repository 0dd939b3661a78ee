"""How long a node waits for its next run. Pure: from how the last one ended, and two clocks."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Self

from protocol.limits import CALL_AGAIN_S_MAX
from runtime.ports import Clock

BACKOFF_FIRST_S = 30
BACKOFF_MAX_S = 3600
RETRY_AFTER_S_MAX = 3600
"""Whatever a refusal asks for, a hub is not kept away for longer than this and its back-off."""


class RunResult(Enum):
    """What the schedule needs to know of a finished run."""

    SUCCEEDED = "succeeded"
    UNREACHABLE = "unreachable"
    STOPPED = "stopped"
    """Refused by the centre or frozen: only a person can help, so no retry is made early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended.

    Attributes:
        retry_after_s: how long the centre asked to be left alone when it refused, or 0.
        call_again_s: how long it would like not to be called again after a success, or 0.
    """

    result: RunResult
    retry_after_s: int = 0
    call_again_s: int = 0

    @property
    def is_put_off(self) -> bool:
        """Whether the centre could not take this run now, and may take a later one."""
        is_refused = self.result is not RunResult.SUCCEEDED
        return self.result is RunResult.UNREACHABLE or (is_refused and self.retry_after_s > 0)


def count_failures(before: int, end: RunEnd) -> int:
    """Runs in a row that were put off; only a success ends the row."""
    if end.result is RunResult.SUCCEEDED:
        return 0
    return before + end.is_put_off


def backoff_s(failures_count: int, fraction: float) -> float:
    """How long to wait after the nth failure in a row, in seconds: full jitter, 30 s to 1 h.

    Args:
        failures_count: failures in a row, at least 1.
        fraction: a uniform draw from [0, 1).
    """
    ceiling = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2.0 ** min(failures_count - 1, 20))
    return max(1.0, fraction * ceiling)


def pause_s(
    end: RunEnd, *, failures_count: int, regular_s: float, jitter_s: float, fraction: float
) -> float:
    """Seconds from the end of a run to the next.

    Args:
        end: how the run ended.
        failures_count: failures in a row, this one included.
        regular_s: until the schedule wants a run, were all well.
        jitter_s: by how much that may be later.
        fraction: a uniform draw from [0, 1).
    """
    jitter = fraction * jitter_s
    if end.result is RunResult.SUCCEEDED:
        return max(regular_s, min(end.call_again_s, CALL_AGAIN_S_MAX)) + jitter
    if not end.is_put_off:
        return regular_s + jitter
    put_off = min(end.retry_after_s, RETRY_AFTER_S_MAX) + backoff_s(failures_count, fraction)
    if end.result is RunResult.STOPPED:
        return max(regular_s + jitter, put_off)
    return put_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A wait as both clocks saw it begin.

    The wall clock may be set back, and the monotonic one may stand while the machine sleeps; so
    whichever says that more time has passed counts, and a hub is early rather than silent.
    """

    seconds: float
    began_at: datetime
    began_monotonic: float

    @classmethod
    def begin(cls, clock: Clock, seconds: float) -> Self:
        """A wait of so many seconds from now."""
        return cls(seconds=seconds, began_at=clock.now(), began_monotonic=clock.monotonic())

    def left_s(self, clock: Clock) -> float:
        """Seconds that are still to be waited; 0 when it is over."""
        by_wall = (clock.now() - self.began_at).total_seconds()
        by_monotonic = clock.monotonic() - self.began_monotonic
        return max(0.0, self.seconds - max(by_wall, by_monotonic))
