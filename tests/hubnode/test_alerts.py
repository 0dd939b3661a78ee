"""Alerts as they arrive: at a real mail server and a real receiver of webhooks."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from hubnode.alerts.telling import send_test, tell
from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.store import runs, verifications
from hubnode.store.alerts import ALERT_STORE
from hubnode.store.runs import RunState
from hubnode.store.verifications import Verification
from hubnode.sync.run import sync
from runtime.alerts.telling import Unkept
from runtime.database import DatabaseUnavailable
from runtime.settings import make_settings
from tests.support.certificates import loopback_certificate, server_context
from tests.support.mail_servers import PASSWORD, USER, mail_server
from tests.support.ports import ManualClock
from tests.support.webhooks import Receiver, webhook_receiver

INTERVAL_S = 900
TO = ("dinas@contoh.go.id", "bagian@contoh.go.id")


def by_mail(port: int, **more: object) -> NodeSettings:
    chosen: dict[str, object] = {
        "alert_smtp_host": "127.0.0.1",
        "alert_smtp_port": port,
        "alert_smtp_security": "none",
        "alert_from": "node@contoh.go.id",
        "alert_to": TO,
    }
    return make_settings(NodeSettings, {**chosen, **more})


def by_webhook(receiver: Receiver) -> NodeSettings:
    return NodeSettings(alert_webhook=receiver.url)


def end_run(hub: Node, state: RunState, code: str = "", *, detail: str = "") -> None:
    """A run that ended so, now."""

    def work(conn: Connection) -> None:
        values = {"state": state.value, "code": code, "detail": detail, "sentence": detail}
        now = hub.clock.now()
        runs.note(conn, runs.start(conn, now), {**values, "ended_at": now})

    hub.db.run_sync(work)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with webhook_receiver() as opened:
        yield opened


async def test_a_refused_hub_is_told_by_mail_what_happened_what_is_safe_and_what_to_do(
    hub: Node,
) -> None:
    end_run(hub, RunState.BLOCKED, "hub_suspended", detail="Ketut, 0812-3456-7890")
    with mail_server() as mailbox:
        await tell(hub, by_mail(mailbox.port), {})
    [mail] = mailbox.mails
    assert mail["Subject"].startswith("[JIPP] 51 ")
    assert "(hub_suspended)" in mail["Subject"]
    assert (mail["To"], mail["Auto-Submitted"]) == (", ".join(TO), "auto-generated")
    [text] = mailbox.texts
    indonesian, english = text.split("--- English ---")
    for part, words in (
        (indonesian, ("Penyebab:", "Yang aman:", "Yang perlu dilakukan:", "WITA")),
        (english, ("Cause:", "What is safe:", "What to do:")),
    ):
        assert all(it in part for it in (*words, "hub_suspended"))


async def test_nothing_that_a_person_typed_is_in_an_alert(hub: Node, receiver: Receiver) -> None:
    end_run(hub, RunState.BLOCKED, "hub_suspended", detail="Ketut, 0812-3456-7890")
    await tell(hub, by_webhook(receiver), {})
    assert not re.search("Ketut|0812", str(receiver.bodies))


async def test_where_nothing_can_be_kept_an_alert_is_sent_once(
    hub: Node, receiver: Receiver
) -> None:
    end_run(hub, RunState.BLOCKED, "hub_suspended")
    hub.db.broken = "the disk failed"
    unkept: Unkept = {}
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable):
            await tell(hub, by_webhook(receiver), unkept)
    hub.db.broken = ""
    await tell(hub, by_webhook(receiver), unkept)
    assert [it["event"] for it in receiver.bodies] == ["problem"]
    assert unkept == {}


async def test_the_webhook_says_the_same_as_json(hub: Node, receiver: Receiver) -> None:
    end_run(hub, RunState.ALARM, "national_log_forked")
    await tell(hub, by_webhook(receiver), {})
    [body] = receiver.bodies
    assert (body["event"], body["hub"], body["format"]) == ("problem", "51", 1)
    [cause] = body["causes"]
    assert (cause["kind"], cause["code"]) == ("sync", "national_log_forked")
    assert cause["sentence"].keys() == cause["advice"].keys() == {"id", "en"}
    assert "national_log_forked" in body["text"]


async def test_the_same_cause_is_told_once_and_its_end_once(
    hub: Node, receiver: Receiver, clock: ManualClock
) -> None:
    settings = by_webhook(receiver)
    for _ in range(3):
        end_run(hub, RunState.FAILED, "no_progress")
        await tell(hub, settings, {})
        clock.advance(INTERVAL_S)
    end_run(hub, RunState.OK)
    for _ in range(2):
        await tell(hub, settings, {})
    assert [it["event"] for it in receiver.bodies] == ["problem", "resolved"]
    assert receiver.bodies[1]["over"] == ["sync"]


async def test_what_lasts_is_told_again_after_a_day(
    hub: Node, receiver: Receiver, clock: ManualClock
) -> None:
    end_run(hub, RunState.BLOCKED, "hub_suspended")
    for _ in range(49):
        await tell(hub, by_webhook(receiver), {})
        clock.advance(3_600)
        end_run(hub, RunState.BLOCKED, "hub_suspended")
    assert len(receiver.bodies) == 3
    assert len({it["causes"][0]["since"] for it in receiver.bodies}) == 1, "since the first of them"


async def test_silence_is_told_where_no_run_comes(
    hub: Node, receiver: Receiver, clock: ManualClock
) -> None:
    await sync(hub)
    await tell(hub, by_webhook(receiver), {})
    assert receiver.bodies == []
    clock.advance(2 * INTERVAL_S + 1)
    await tell(hub, by_webhook(receiver), {})
    [body] = receiver.bodies
    assert [it["code"] for it in body["causes"]] == ["sync_silent"]


async def test_a_silence_that_a_failure_explains_is_not_told(
    hub: Node, receiver: Receiver, clock: ManualClock
) -> None:
    await sync(hub)
    clock.advance(2 * INTERVAL_S + 1)
    end_run(hub, RunState.FAILED, "no_progress")
    await tell(hub, by_webhook(receiver), {})
    [body] = receiver.bodies
    assert [it["code"] for it in body["causes"]] == ["no_progress"]


async def test_a_run_under_way_is_no_silence(
    hub: Node, receiver: Receiver, clock: ManualClock
) -> None:
    await sync(hub)
    clock.advance(3 * INTERVAL_S)
    hub.db.run_sync(lambda conn: runs.start(conn, clock.now()))
    await tell(hub, by_webhook(receiver), {})
    assert receiver.bodies == []


async def test_runs_without_a_network_end_no_alarm(
    hub: Node, receiver: Receiver, clock: ManualClock
) -> None:
    end_run(hub, RunState.BLOCKED, "hub_suspended")
    await tell(hub, by_webhook(receiver), {})
    clock.advance(60)
    end_run(hub, RunState.OFFLINE, "unreachable")
    await tell(hub, by_webhook(receiver), {})
    assert [it["event"] for it in receiver.bodies] == ["problem"]


async def test_damage_and_a_refusal_are_one_message(
    hub: Node, receiver: Receiver, clock: ManualClock
) -> None:
    end_run(hub, RunState.BLOCKED, "hub_suspended")
    found = Verification(at=clock.now(), message="entry 3")
    hub.db.run_sync(lambda conn: verifications.keep(conn, found))
    await tell(hub, by_webhook(receiver), {})
    [body] = receiver.bodies
    assert [it["kind"] for it in body["causes"]] == ["sync", "damage"]


async def test_a_channel_that_was_down_catches_up_and_the_other_says_nothing_twice(
    hub: Node, receiver: Receiver, clock: ManualClock
) -> None:
    end_run(hub, RunState.BLOCKED, "hub_suspended")
    with mail_server() as mailbox:
        settings = by_mail(mailbox.port, alert_webhook=receiver.url)
        receiver.status = 500
        await tell(hub, settings, {})
        await tell(hub, settings, {})
        assert len(receiver.bodies) == 1, "it is left alone for a while"
        receiver.status = 204
        clock.advance(601)
        await tell(hub, settings, {})
        await tell(hub, settings, {})
    assert (len(receiver.bodies), len(mailbox.mails)) == (2, 1)


async def test_a_server_that_does_not_answer_is_a_word_and_no_error(hub: Node) -> None:
    with mail_server() as mailbox:
        gone = mailbox.port
    end_run(hub, RunState.BLOCKED, "hub_suspended")
    await tell(hub, by_mail(gone), {})
    [sent] = hub.db.read_sync(ALERT_STORE.sent)
    assert (sent.is_good, sent.reason) == (False, "refused")


async def test_a_mail_goes_over_starttls_with_a_password(
    hub: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = loopback_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(tls=server_context(certificate), asks=True) as mailbox:
        secret = {"alert_smtp_user": USER, "alert_smtp_password": PASSWORD}
        await send_test(hub, by_mail(mailbox.port, alert_smtp_security="starttls", **secret))
    assert [it.rpartition(": ")[2] for it in mailbox.subjects] == ["Uji pemberitahuan"]
    assert hub.db.read_sync(ALERT_STORE.sent)[0].is_good


async def test_a_certificate_that_nobody_vouches_for_is_refused(hub: Node, tmp_path: Path) -> None:
    certificate = loopback_certificate(tmp_path)
    with mail_server(tls=server_context(certificate), asks=True) as mailbox:
        secret = {"alert_smtp_user": USER, "alert_smtp_password": PASSWORD}
        await send_test(hub, by_mail(mailbox.port, alert_smtp_security="starttls", **secret))
    assert (mailbox.mails, hub.db.read_sync(ALERT_STORE.sent)[0].reason) == ([], "tls")


async def test_a_wrong_password_is_said_to_be_one(
    hub: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = loopback_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(tls=server_context(certificate), asks=True) as mailbox:
        secret = {"alert_smtp_user": USER, "alert_smtp_password": "salah"}
        await send_test(hub, by_mail(mailbox.port, alert_smtp_security="starttls", **secret))
    sent = hub.db.read_sync(ALERT_STORE.sent)[0]
    assert (sent.reason, mailbox.mails) == ("login", [])
    assert "salah" not in sent.detail


async def test_recipients_that_are_refused_are_counted_and_not_named(hub: Node) -> None:
    with mail_server() as mailbox:
        mailbox.refused = {TO[1]}
        await send_test(hub, by_mail(mailbox.port))
        mailbox.refused = set(TO)
        partly = hub.db.read_sync(ALERT_STORE.sent)[0]
        await send_test(hub, by_mail(mailbox.port))
    nobody = hub.db.read_sync(ALERT_STORE.sent)[0]
    assert (partly.is_good, partly.detail) == (True, "1/2")
    assert (nobody.reason, nobody.detail) == ("recipients", "2/2")


async def test_a_node_that_is_not_enrolled_has_nothing_to_tell(
    node: Node, receiver: Receiver
) -> None:
    await tell(node, by_webhook(receiver), {})
    assert receiver.bodies == []
