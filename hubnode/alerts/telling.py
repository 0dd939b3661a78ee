"""Tells whoever is to know: what is wrong with this node, by the channels of its settings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from hubnode.alerts.causes import standing
from hubnode.alerts.messages import Sender, message_of
from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.store import identity
from hubnode.store.alerts import ALERT_STORE
from runtime.alerts.message import Message
from runtime.alerts.news import Cause, News, may_send
from runtime.alerts.store import Sent
from runtime.alerts.telling import Deliver, Teller, Unkept, by_mail
from runtime.alerts.webhook import post_webhook

MAIL, WEBHOOK = "mail", "webhook"


def channels(settings: NodeSettings) -> tuple[str, ...]:
    """The channels that are set up."""
    chosen = ((MAIL, settings.alert_smtp_host), (WEBHOOK, settings.alert_webhook))
    return tuple(name for name, address in chosen if address)


async def tell(node: Node, settings: NodeSettings, unkept: Unkept) -> None:
    """Sends what is news to each channel that may be tried now, as `Teller.tell` does."""

    def found(conn: Connection) -> Sequence[Cause]:
        return standing(conn, node, interval_s=settings.interval_s(node.clock.now()))

    sender = await _sender(node)

    def write(news: News, now: datetime) -> Message:
        return message_of(news, sender, now)

    await _teller(node, settings).tell(found, write, may_send=_may_send, unkept=unkept)


async def send_test(node: Node, settings: NodeSettings) -> None:
    """Sends a test to every channel now; how it went is kept for the pages."""
    message = message_of(News(), await _sender(node), node.clock.now())
    await _teller(node, settings).send_everywhere(message)


def _teller(node: Node, settings: NodeSettings) -> Teller:
    found: dict[str, Deliver] = {}
    if settings.alert_smtp_host:
        way = settings.mail_way()
        found[MAIL] = by_mail(way, db=node.db, clock=node.clock, entropy=node.entropy)
    if settings.alert_webhook:
        found[WEBHOOK] = _by_webhook(settings)
    return Teller(db=node.db, store=ALERT_STORE, clock=node.clock, channels=found)


def _by_webhook(settings: NodeSettings) -> Deliver:
    async def deliver(message: Message) -> str:
        await post_webhook(settings.alert_webhook, message.body, proxy=settings.proxy)
        return ""

    return deliver


def _may_send(last: Sent | None, now: datetime) -> bool:
    """Not by a channel that failed a moment ago."""
    return may_send(last.at if last is not None and not last.is_good else None, now)


async def _sender(node: Node) -> Sender:
    who = await node.db.read(identity.get)
    if who is None:
        return Sender(hub="-", name="JIPP", authority="-")
    name = " ".join(who.name.split())  # of the centre, and it stands in a header
    return Sender(hub=who.hub, name=name, authority=who.authority)
