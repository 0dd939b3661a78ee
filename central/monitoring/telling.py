"""Tells whoever is to know, by the channels of the settings, and not in the quiet hours."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from central import registry
from central.centre import Centre
from central.monitoring import hub_health
from central.monitoring.causes import standing
from central.monitoring.messages import Sender, message_of
from central.monitoring.service_state import ServiceState
from central.quiet_hours import is_quiet, parse_quiet_hours
from central.settings import CentralSettings
from central.store.alerts import ALERT_STORE
from runtime.alerts.message import Message, in_indonesian
from runtime.alerts.news import Cause, News, may_send
from runtime.alerts.store import Sent
from runtime.alerts.telling import Deliver, Teller, Unkept, by_mail
from runtime.alerts.webhook import post_webhook

MAIL, WEBHOOK, TELEGRAM = "mail", "webhook", "telegram"

GATHERED = timedelta(minutes=15)
"""Between two messages of a channel: hubs that fall silent one after another share the second."""

CHAT_CHARACTERS_MAX = 4_000
"""Of a chat's message; Telegram takes 4,096 (Bot API, "sendMessage")."""


def channels(settings: CentralSettings) -> tuple[str, ...]:
    """The channels that are set up."""
    chosen = (
        (MAIL, settings.alert_smtp_host),
        (WEBHOOK, settings.alert_webhook),
        (TELEGRAM, settings.alert_telegram_url.text),
    )
    return tuple(name for name, address in chosen if address)


def is_silent(settings: CentralSettings, now: datetime) -> bool:
    """Whether nothing is sent now: no channel is set up, or these are the quiet hours."""
    return not channels(settings) or is_quiet(parse_quiet_hours(settings.alert_quiet_hours), now)


async def tell(
    centre: Centre, settings: CentralSettings, service: ServiceState, unkept: Unkept
) -> None:
    """Sends what is news to each channel that may be tried now, as `Teller.tell` does."""
    sender = await _sender(centre, settings)

    def found(conn: Connection) -> Sequence[Cause]:
        hours = settings.freshness_target_hours
        hubs = hub_health.of_everyone(conn, centre, default_hours=hours)
        return standing(conn, centre, service, hubs)

    def write(news: News, now: datetime) -> Message:
        return message_of(news, sender, now)

    await _teller(centre, settings).tell(found, write, may_send=_may_send, unkept=unkept)


async def send_test(centre: Centre, settings: CentralSettings) -> None:
    """Sends a test to every channel now, also in quiet hours; how it went is kept."""
    message = message_of(News(), await _sender(centre, settings), centre.clock.now())
    await _teller(centre, settings).send_everywhere(message)


def deliverers(centre: Centre, settings: CentralSettings) -> dict[str, Deliver]:
    """What sends by each channel that is set up."""
    db, clock, entropy = centre.db, centre.clock, centre.entropy
    found: dict[str, Deliver] = {}
    if settings.alert_smtp_host:
        found[MAIL] = by_mail(settings.mail_way(), db=db, clock=clock, entropy=entropy)
    if settings.alert_webhook:
        found[WEBHOOK] = _by_webhook(settings.alert_webhook)
    if url := settings.alert_telegram_url.text:
        found[TELEGRAM] = _by_telegram(url, settings.alert_telegram_chat)
    return found


def _teller(centre: Centre, settings: CentralSettings) -> Teller:
    found = deliverers(centre, settings)
    return Teller(db=centre.db, store=ALERT_STORE, clock=centre.clock, channels=found)


def _by_webhook(url: str) -> Deliver:
    async def deliver(message: Message) -> str:
        await post_webhook(url, message.body)
        return ""

    return deliver


def _by_telegram(url: str, chat: str) -> Deliver:
    async def deliver(message: Message) -> str:
        text = f"{message.subject}\n\n{in_indonesian(message, characters_max=CHAT_CHARACTERS_MAX)}"
        await post_webhook(url, {"chat_id": chat, "text": text[:CHAT_CHARACTERS_MAX]})
        return ""

    return deliver


def _may_send(last: Sent | None, now: datetime) -> bool:
    """Neither by a channel that failed a moment ago, nor right behind another message."""
    if last is None:
        return True
    return abs(now - last.at) >= GATHERED if last.is_good else may_send(last.at, now)


async def _sender(centre: Centre, settings: CentralSettings) -> Sender:
    hubs = await centre.db.read(registry.list_hubs)
    names = {it.hub: it.name for it in hubs}
    return Sender(name=settings.name, authority=centre.authority, hubs=names)
