"""Alerts of the centre as they arrive: at a real mail server, a webhook and a chat."""

import re
from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy import Connection

from central import presence, registry
from central.casework import hub_states
from central.casework.person import Person
from central.centre import Centre
from central.monitoring.service_state import FREE_BYTES_MIN, ServiceState
from central.monitoring.telling import send_test, tell
from central.monitoring.watch import Watch
from central.reconciler import Reconciler
from central.settings import CentralSettings
from central.store.alerts import ALERT_STORE
from runtime.setting_values import document_of
from runtime.settings import make_settings
from tests.support.author import Author
from tests.support.mail_servers import mail_server
from tests.support.rooms import AUTHORITY, Room
from tests.support.telegrams import TOKEN, telegram_receiver
from tests.support.webhooks import Receiver, webhook_receiver

HOUR_S, DAY_S = 3_600, 86_400
WELL = ServiceState(free_bytes=FREE_BYTES_MIN)


def settings(**more: object) -> CentralSettings:
    return make_settings(CentralSettings, {"authority": AUTHORITY, **more})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with webhook_receiver() as opened:
        yield opened


@pytest.fixture
def ten(room: Room) -> list[str]:
    """Ten hubs that have just synced."""
    hubs = [str(number) for number in range(11, 21)]
    for number, hub in enumerate(hubs):
        room.enrol(Author(hub=hub, seed=number + 1))
    sync(room, *hubs)
    return hubs


def sync(room: Room, *hubs: str) -> None:
    """Each of them reports a good run."""
    for hub in hubs:
        room.write(partial(_report, hub=hub))


def _report(conn: Connection, centre: Centre, hub: str) -> None:
    presence.note_report(conn, centre, registry.get_hub(conn, hub), {"state": "ok"})


def watch_of(room: Room, **chosen: object) -> Watch:
    return Watch(room.centre, Reconciler(room.centre), settings(**chosen))


async def look(room: Room, receiver: Receiver, service: ServiceState = WELL) -> None:
    """One round of the watch."""
    await tell(room.centre, settings(alert_webhook=receiver.url), service, {})


async def test_ten_hubs_that_fall_silent_at_once_are_one_message(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    await look(room, receiver)
    assert receiver.bodies == []
    room.clock.advance(13 * HOUR_S)
    await look(room, receiver)
    [body] = receiver.bodies
    assert [it["hub"] for it in body["causes"]] == ten
    assert "BARU: Hub terlambat tersinkron (10)" in body["text"]


async def test_the_same_silence_is_told_once_and_again_after_a_day(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    room.clock.advance(13 * HOUR_S)
    for _ in range(2 * 24 + 1):
        await look(room, receiver)
        room.clock.advance(HOUR_S)
    assert len(receiver.bodies) == 3
    assert len(ten) == len(receiver.bodies[2]["causes"])


async def test_a_hub_that_comes_back_is_told_of_and_the_others_stay(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    room.clock.advance(13 * HOUR_S)
    await look(room, receiver)
    room.clock.advance(HOUR_S)
    sync(room, ten[0])
    for _ in range(2):
        await look(room, receiver)
        room.clock.advance(HOUR_S)
    _, body = receiver.bodies
    assert (body["event"], body["over"], body["causes"]) == ("resolved", ["silent/11"], [])


async def test_a_hub_that_comes_and_goes_is_told_of_once_a_day_and_its_end_once(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    for _ in range(4):
        room.clock.advance(13 * HOUR_S)
        sync(room, *ten[1:])
        await look(room, receiver)
        room.clock.advance(HOUR_S)
        sync(room, ten[0])
        await look(room, receiver)
    events = [it["event"] for it in receiver.bodies]
    assert events == ["problem", "resolved", "problem", "resolved"]  # at 13, 14, 41 and 42 hours
    assert room.read(lambda conn, _: ALERT_STORE.told(conn, "webhook")) == ()


async def test_another_hub_is_new_and_those_before_it_are_named_as_lasting(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    room.clock.advance(6 * HOUR_S)
    sync(room, ten[0])
    room.clock.advance(7 * HOUR_S)
    await look(room, receiver)
    room.clock.advance(6 * HOUR_S)
    await look(room, receiver)
    body = receiver.bodies[-1]
    assert [it["hub"] for it in body["causes"] if it["new"]] == ["11"]
    assert "BARU: Hub terlambat tersinkron (1)" in body["text"]
    assert "MASIH BERLANGSUNG: Hub terlambat tersinkron (9)" in body["text"]


async def test_what_comes_right_behind_a_message_waits_for_a_quarter_of_an_hour(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    room.clock.advance(60)
    sync(room, *ten[1:])
    room.clock.advance(12 * HOUR_S - 59)
    await look(room, receiver)
    room.clock.advance(60)
    await look(room, receiver)
    assert len(receiver.bodies) == 1
    room.clock.advance(15 * 60)
    await look(room, receiver)
    assert [it["hub"] for it in receiver.bodies[1]["causes"] if it["new"]] == ten[1:]


async def test_in_quiet_hours_nothing_is_sent_and_what_is_still_true_comes_after_them(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    watch = watch_of(room, alert_webhook=receiver.url, alert_quiet_hours="22-6")
    room.clock.advance(13 * HOUR_S)  # 03.00 in Jakarta
    await watch.once()
    sync(room, *ten[1:])
    await watch.once()
    assert receiver.bodies == []
    room.clock.advance(3 * HOUR_S)
    await watch.once()
    [body] = receiver.bodies
    assert [it["hub"] for it in body["causes"]] == ten[:1]


async def test_what_began_and_ended_in_quiet_hours_is_never_told(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    watch = watch_of(room, alert_webhook=receiver.url, alert_quiet_hours="22-6")
    room.clock.advance(13 * HOUR_S)
    await watch.once()
    sync(room, *ten)
    room.clock.advance(3 * HOUR_S)
    await watch.once()
    assert receiver.bodies == []


async def test_the_silence_of_a_hub_that_is_suspended_is_over(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    room.clock.advance(13 * HOUR_S)
    await look(room, receiver)
    person = Person(by="rina", agency="panrb", reason="server disita")
    room.write(lambda conn, it: hub_states.suspend(conn, it, ten[0], person))
    room.clock.advance(HOUR_S)
    await look(room, receiver)
    assert receiver.bodies[1]["over"] == [f"silent/{ten[0]}"]


async def test_the_centres_own_matters_come_first(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    room.clock.advance(13 * HOUR_S)
    await look(room, receiver, ServiceState(free_bytes=0))
    [body] = receiver.bodies
    assert [it["kind"] for it in body["causes"]] == ["disk/", *(f"silent/{it}" for it in ten)]


@pytest.mark.usefixtures("ten")
async def test_a_mail_says_it_in_both_languages(room: Room) -> None:
    room.clock.advance(13 * HOUR_S)
    with mail_server() as mailbox:
        by_mail = settings(
            alert_smtp_host="127.0.0.1",
            alert_smtp_port=mailbox.port,
            alert_smtp_security="none",
            alert_from="pusat@contoh.go.id",
            alert_to=("admin@contoh.go.id",),
        )
        await tell(room.centre, by_mail, WELL, {})
    assert mailbox.subjects == ["[JIPPNas] 10 x Hub terlambat tersinkron"]
    indonesian, english = mailbox.texts[0].split("--- English ---")
    assert (
        "- 11 Hub 11: tidak ada kabar, sejak 23 November 2026 14.00 WIB (hub_silent)" in indonesian
    )
    assert "What to do: Call the hub's operator" in english


@pytest.mark.usefixtures("ten")
async def test_a_chat_gets_the_indonesian_text_and_its_name(room: Room) -> None:
    room.clock.advance(13 * HOUR_S)
    async with telegram_receiver() as chat:
        by_chat = settings(alert_telegram_url=chat.url, alert_telegram_chat="-100123")
        await tell(room.centre, by_chat, WELL, {})
    [body] = chat.bodies
    assert body.keys() == {"chat_id", "text"}
    assert body["chat_id"] == "-100123"
    assert "10 x Hub terlambat" in body["text"]
    assert "English" not in body["text"]


async def test_a_test_goes_to_every_channel_also_in_quiet_hours(
    room: Room, receiver: Receiver
) -> None:
    room.clock.advance(10 * HOUR_S)
    async with telegram_receiver() as chat:
        both = settings(
            alert_webhook=receiver.url,
            alert_telegram_url=chat.url,
            alert_telegram_chat="-1",
            alert_quiet_hours="22-6",
        )
        await send_test(room.centre, both)
    assert [it["event"] for it in receiver.bodies] == ["test"]
    assert "Ini pesan uji" in chat.bodies[0]["text"]


async def test_a_channel_that_is_down_catches_up_and_its_address_is_told_nobody(
    room: Room, ten: list[str], receiver: Receiver
) -> None:
    receiver.status = 500
    room.clock.advance(13 * HOUR_S)
    await look(room, receiver)
    [sent] = room.read(lambda conn, _: ALERT_STORE.sent(conn))
    assert (sent.is_good, sent.reason) == (False, "webhook_refused")
    receiver.status = 204
    room.clock.advance(601)
    await look(room, receiver)
    assert len(receiver.bodies[-1]["causes"]) == len(ten)


async def test_the_token_of_a_chat_is_in_no_text_of_the_settings() -> None:
    chosen = settings(
        alert_telegram_url=f"https://chat.test/bot{TOKEN}/sendMessage", alert_telegram_chat="1"
    )
    assert not re.search(TOKEN, f"{chosen!r}{document_of(chosen)}")
