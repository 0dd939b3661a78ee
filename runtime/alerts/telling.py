"""Tells whoever is to know: decides what is news for each channel, sends it, and remembers.

Each channel remembers for itself what it has told, so one that is down catches up, and the others
say nothing twice. A failure to send is kept for the pages and tried again; it is never raised.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from runtime.alerts.mail import mail_of, send_mail
from runtime.alerts.message import Message
from runtime.alerts.news import Cause, News, decide
from runtime.alerts.settings import MailWay
from runtime.alerts.store import AlertStore, Sent
from runtime.alerts.undelivered import Undelivered
from runtime.database import Database
from runtime.ports import Clock, Entropy

TOKEN_BYTES = 12

Deliver = Callable[[Message], Awaitable[str]]
"""Sends a message; returns what there is to say about it, or raises `Undelivered`."""

MaySend = Callable[[Sent | None, datetime], bool]
"""Whether a channel may be tried now, given how its last sending went."""

Keep = Callable[[Connection], None]
"""Keeps that something was sent."""

Unkept = dict[str, Keep]
"""By channel what was sent and is not kept yet, because the database took nothing.

The process remembers it: until it is kept nothing else is sent, or it were sent again every minute.
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """The channels of one service, and its memory of what they told."""

    db: Database
    store: AlertStore
    clock: Clock
    channels: Mapping[str, Deliver]

    async def tell(
        self,
        standing: Callable[[Connection], Sequence[Cause]],
        write: Callable[[News, datetime], Message],
        *,
        may_send: MaySend,
        unkept: Unkept,
    ) -> None:
        """Sends what is news to each channel that may be tried now.

        Args:
            standing: finds all that is wrong.
            write: makes the message that says some news.
            may_send: which channels are tried.
            unkept: what the round before left; this one leaves here what it cannot keep.

        Raises:
            DatabaseError: nothing could be read, or what was sent could not be kept.
        """
        if not self.channels:
            return
        for channel, keep in list(unkept.items()):
            await self._keep(channel, keep, unkept)
        for channel, news in (await self._news(standing, may_send)).items():
            sent = await self._send(channel, write(news, self.clock.now()))
            await self._keep(channel, partial(self._as_sent, sent=sent, news=news), unkept)

    async def _send(self, channel: str, message: Message) -> Sent:
        """Sends by one channel; how that went."""
        now = self.clock.now()
        try:
            detail = await self.channels[channel](message)
            sent = Sent(channel=channel, at=now, is_good=True, detail=detail)
            log.info("alert_sent", extra={"channel": channel, "alert": message.event})
        except Undelivered as error:
            sent = Sent(
                channel=channel, at=now, is_good=False, reason=error.reason, detail=error.detail
            )
            log.warning("alert_not_sent", extra={"channel": channel, "reason": error.reason})
        return sent

    async def send_everywhere(self, message: Message) -> None:
        """Sends one message by every channel now, such as a test."""
        for channel in self.channels:
            sent = await self._send(channel, message)
            await self.db.run(partial(self.store.keep_sent, found=sent))

    async def _keep(self, channel: str, keep: Keep, unkept: Unkept) -> None:
        unkept[channel] = keep
        await self.db.run(keep)
        del unkept[channel]

    def _as_sent(self, conn: Connection, sent: Sent, news: News) -> None:
        self.store.keep_sent(conn, sent)
        if sent.is_good:
            self.store.keep_told(conn, sent.channel, news.told)

    async def _news(
        self, standing: Callable[[Connection], Sequence[Cause]], may_send: MaySend
    ) -> dict[str, News]:
        """By channel, where there is some."""
        now = self.clock.now()

        def read(conn: Connection) -> dict[str, News]:
            causes, last = standing(conn), {it.channel: it for it in self.store.sent(conn)}
            return {
                channel: decide(causes, self.store.remembered(conn, channel), now)
                for channel in self.channels
                if may_send(last.get(channel), now)
            }

        found = await self.db.read(read)
        return {channel: news for channel, news in found.items() if news}


def by_mail(way: MailWay, *, db: Database, clock: Clock, entropy: Entropy) -> Deliver:
    """The channel that sends mail, from a worker thread."""

    async def deliver(message: Message) -> str:
        token = entropy.bytes(TOKEN_BYTES).hex()
        mail = mail_of(message, way, now=clock.now(), token=token)
        return await db.worker.run(lambda: send_mail(mail, way))

    return deliver
