"""Tells whoever is to know: looks at what stands, decides, sends, and remembers.

Each channel remembers for itself what it has told, so one that is down catches up, and the other
says nothing twice. A failure to send is kept for the page Kesehatan and tried again; it is never
raised.
"""

import logging
from functools import partial

from sqlalchemy import Connection

from hubnode.alerts.causes import standing
from hubnode.alerts.mail import mail_of, send_mail
from hubnode.alerts.messages import Message, Sender, message_of
from hubnode.alerts.undelivered import Undelivered
from hubnode.alerts.webhook import post_webhook
from hubnode.news import News, decide, may_send
from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.store import alerts, identity
from hubnode.store.alerts import Sent

MAIL, WEBHOOK = "mail", "webhook"
TOKEN_BYTES = 12

log = logging.getLogger(__name__)


def channels(settings: NodeSettings) -> tuple[str, ...]:
    """The channels that are set up."""
    chosen = ((MAIL, settings.alert_smtp_host), (WEBHOOK, settings.alert_webhook))
    return tuple(name for name, address in chosen if address)


async def tell(node: Node, settings: NodeSettings) -> None:
    """Sends what is news to each channel that may be tried now."""
    if not channels(settings):
        return
    found = await node.db.read(lambda conn: _news(conn, node, settings))
    for channel, news in found.items():
        if await _send(node, settings, channel, news):
            await node.db.run(partial(alerts.keep_told, channel=channel, found=news.told))


async def send_test(node: Node, settings: NodeSettings) -> None:
    """Sends a test to every channel now; how it went is kept for the pages."""
    for channel in channels(settings):
        await _send(node, settings, channel, News())


def _news(conn: Connection, node: Node, settings: NodeSettings) -> dict[str, News]:
    """By channel; not of those that failed a moment ago."""
    now = node.clock.now()
    causes = standing(conn, node, interval_s=settings.interval_s(now))
    failed = {it.channel: it.at for it in alerts.sent(conn) if not it.is_good}
    found = {
        channel: decide(causes, alerts.told(conn, channel), now)
        for channel in channels(settings)
        if may_send(failed.get(channel), now)
    }
    return {channel: news for channel, news in found.items() if news}


async def _send(node: Node, settings: NodeSettings, channel: str, news: News) -> bool:
    """Sends, and keeps how it went; whether it was taken."""
    now = node.clock.now()
    message = message_of(news, await _sender(node), now)
    try:
        detail = await _deliver(node, settings, channel, message)
        sent = Sent(channel=channel, at=now, is_good=True, detail=detail)
        log.info("alert_sent", extra={"channel": channel, "alert": message.event})
    except Undelivered as error:
        sent = Sent(
            channel=channel, at=now, is_good=False, reason=error.reason, detail=error.detail
        )
        log.warning("alert_not_sent", extra={"channel": channel, "reason": error.reason})
    await node.db.run(lambda conn: alerts.keep_sent(conn, sent))
    return sent.is_good


async def _deliver(node: Node, settings: NodeSettings, channel: str, message: Message) -> str:
    """Sends by that channel; returns what there is to say about it.

    Raises:
        Undelivered: it was not taken.
    """
    if channel == WEBHOOK:
        await post_webhook(message, settings)
        return ""
    token = node.entropy.bytes(TOKEN_BYTES).hex()
    mail = mail_of(message, settings, now=node.clock.now(), token=token)
    return await node.db.worker.run(lambda: send_mail(mail, settings))


async def _sender(node: Node) -> Sender:
    who = await node.db.read(identity.get)
    if who is None:
        return Sender(hub="-", name="JIPP", authority="-")
    name = " ".join(who.name.split())  # of the centre, and it stands in a header
    return Sender(hub=who.hub, name=name, authority=who.authority)
