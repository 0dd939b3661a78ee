"""What is told while the database cannot be used: nothing else is known then, and nothing is kept.

So the process alone remembers what it told: one that is started again meanwhile tells it again.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from central.centre import Centre
from central.monitoring.causes import DATABASE_AWAY, Matter, kind_of
from central.monitoring.messages import Sender, message_of
from central.settings import CentralSettings
from runtime.alerts.news import Cause, News, Told, decide, may_send
from runtime.alerts.telling import Deliver
from runtime.alerts.undelivered import Undelivered

PATIENCE = timedelta(minutes=10)
"""A database that is restarted is back before."""

log = logging.getLogger(__name__)


class Blackout:
    """Remembers since when the database cannot be used, and which channel was told."""

    def __init__(
        self, centre: Centre, settings: CentralSettings, channels: Mapping[str, Deliver]
    ) -> None:
        self._clock = centre.clock
        self._sender = Sender(name=settings.name, authority=centre.authority, hubs={})
        self._channels = channels
        self._since: datetime | None = None
        self._told: dict[str, Sequence[Told]] = {}
        self._failed_at: dict[str, datetime] = {}

    def note(self, *, is_away: bool) -> None:
        """Takes note of whether the database could not be used just now."""
        self._since = (self._since or self._clock.now()) if is_away else None

    async def tell(self) -> None:
        """Tells each channel what is news to it."""
        now = self._clock.now()
        for channel in self._channels:
            news = decide(self._causes(now), self._told.get(channel, ()), now)
            if news and may_send(self._failed_at.get(channel), now):
                await self._send(channel, news, now)

    def _causes(self, now: datetime) -> Sequence[Cause]:
        if self._since is None or now - self._since < PATIENCE:
            return ()
        return (Cause(kind=kind_of(Matter.DATABASE), code=DATABASE_AWAY, since=self._since),)

    async def _send(self, channel: str, news: News, now: datetime) -> None:
        self._failed_at[channel] = now
        try:
            await self._channels[channel](message_of(news, self._sender, now))
        except Undelivered as error:
            log.warning("alert_not_sent", extra={"channel": channel, "reason": error.reason})
            return
        log.info("alert_sent", extra={"channel": channel, "alert": DATABASE_AWAY})
        del self._failed_at[channel]
        self._told[channel] = news.told
