"""What is to be told now, given what is wrong and what was told. Pure: the time is an argument.

A cause is told when it begins and once a day while it lasts; with it everything else that is wrong
then, in one message. When all of a kind is over, that is told too. What comes back within a day is
told when the day is over, if it still stands then; until then neither that it is back nor that it
is over again, so that what comes and goes by the hour is two messages a day. What another cause
explains is no news of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

AGAIN = timedelta(days=1)
RETRY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something that is wrong now.

    Attributes:
        kind: what belongs together: causes of one kind are over together.
        code: of the sentence that says what it is.
        since: when it was first seen, or None where nobody knows.
        is_explained: whether another cause that stands explains this one.
    """

    kind: str
    code: str
    since: datetime | None = None
    is_explained: bool = False

    @property
    def key(self) -> str:
        """What tells it from other causes."""
        return f"{self.kind}/{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A cause that somebody was told of.

    Attributes:
        at: the last time.
        is_over: whether its end was told too; if it is back since, nobody knows.
    """

    kind: str
    code: str
    at: datetime
    is_over: bool = False

    @property
    def key(self) -> str:
        """As that of the cause."""
        return f"{self.kind}/{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one message says.

    Attributes:
        wrong: all that is wrong, where some of it has to be told; else nothing.
        fresh: keys of what of it has to be told.
        over: kinds of which nothing is wrong any more.
        told: what is to be remembered once it was sent.
    """

    wrong: tuple[Cause, ...] = ()
    fresh: frozenset[str] = frozenset()
    over: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wrong or self.over)


def decide(standing: Sequence[Cause], told: Sequence[Told], now: datetime) -> News:
    """The news, or nothing.

    Args:
        standing: all that is wrong.
        told: what was told before and is not over, or was told within a day.
        now: by a clock that may have been set back since; what was told then counts as told.
    """
    kinds = {it.kind for it in standing}
    known = {it.key for it in told if abs(now - it.at) < AGAIN}
    shown = tuple(it for it in standing if not it.is_explained)
    fresh = frozenset(it.key for it in shown if it.key not in known)
    wrong = shown if fresh else ()
    over = dict.fromkeys(it.kind for it in told if it.kind not in kinds and not it.is_over)
    written = {it.key: Told(kind=it.kind, code=it.code, at=now) for it in wrong}
    kept = (replace(it, is_over=it.is_over or it.kind in over) for it in told)
    left = [it for it in kept if it.key not in written and (it.key in known or not it.is_over)]
    return News(wrong=wrong, fresh=fresh, over=tuple(over), told=(*left, *written.values()))


def may_send(failed_at: datetime | None, now: datetime) -> bool:
    """Whether to try again, after a sending that failed."""
    return failed_at is None or abs(now - failed_at) >= RETRY
