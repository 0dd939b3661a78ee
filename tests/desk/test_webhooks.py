"""Webhook: added, tried, told, disabled and removed at the desk."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event, select

from central.store import deliveries, hubs
from central.store import webhooks as store
from central.store.audit import AUDIT
from central.store.webhooks import WebhookRow
from central.web.rights import Role
from central.web.webhook_words import DISABLED_BECAUSE, EVENTS
from central.webhooks import queue, subscribing
from central.webhooks.events import (
    CHANGE_WAITING,
    CHANGED,
    HUB_SILENT,
    PUBLISHED,
    SCOPE_OF,
    TEST,
    Event,
    body_of,
)
from protocol.canonical import Json
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import enter, signed_in
from tests.support.desk_cases import new_hub, write
from tests.support.screens import assert_readable
from tests.support.webhook_posts import LOOPBACK, OWNER, told

FORM = {"url": "https://data.contoh.go.id/jipp", "events": "hub.changed"}
BY_TUTI = "{0} penerima.invalid, by panrb/tuti"
NOWHERE = "https://penerima.invalid/jipp"
"""Names under `.invalid` never exist (RFC 6761)."""


def every(running: RunningCentre) -> list[WebhookRow]:
    return running.centre.db.read_sync(store.everyone)


def audited(running: RunningCentre, what: str) -> list[str]:
    found = select(AUDIT.c.detail).where(AUDIT.c.what == what)
    return running.centre.db.read_sync(lambda conn: list(conn.execute(found).scalars()))


def added(running: RunningCentre, url: str = NOWHERE) -> WebhookRow:
    centre = running.centre
    return centre.db.run_sync(
        lambda conn: subscribing.add(
            conn, centre, url=url, events=["hub.changed"], owner=OWNER, reachable=LOOPBACK
        )
    )


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the databases of this process are asked meanwhile."""
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def disabled(running: RunningCentre, row: WebhookRow, reason: str) -> None:
    centre = running.centre
    centre.db.run_sync(lambda conn: subscribing.disable(conn, centre, row, reason=reason))


async def test_a_webhook_is_added_and_leads_to_its_page(running_on_either: RunningCentre) -> None:
    centre, url = running_on_either.centre, running_on_either.url
    async with signed_in(centre, url, name="tuti") as somebody:
        said = await somebody.post("/pusat/webhook", **FORM)
        page = await somebody.get(said.place)
    [row] = every(running_on_either)
    assert (said.status, said.place) == (303, f"/pusat/webhook/{row.id}")
    assert (row.by, row.events, page.status) == ("tuti", "hub.changed", 200)


async def test_what_no_webhook_can_be_is_said_beside_the_field(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        plain = await somebody.post("/pusat/webhook", **{**FORM, "url": "http://data.go.id"})
        inside = await somebody.post("/pusat/webhook", **{**FORM, "url": "https://10.0.0.1/"})
        nothing = await somebody.post("/pusat/webhook", url=FORM["url"])
    assert (plain.status, "diawali https://" in plain.text) == (422, True)
    assert (inside.status, "ke dalam jaringan" in inside.text) == (422, True)
    assert (nothing.status, "sedikitnya satu peristiwa" in nothing.text) == (422, True)
    assert every(running) == []


async def test_a_test_that_nobody_took_says_so_and_why(running: RunningCentre) -> None:
    row = added(running)
    async with signed_in(running.centre, running.url, name="tuti") as somebody:
        said = await somebody.post(f"/pusat/webhook/{row.id}/coba")
        page = await somebody.get(f"/pusat/webhook/{row.id}")
    assert said.told == "webhook_not_taken"
    assert audited(running, "webhook.tested") == [BY_TUTI.format(row.id)]
    assert "nama alamatnya tidak dikenal" in page.text


async def test_a_disabled_one_says_why_and_is_enabled(running: RunningCentre) -> None:
    row = added(running)
    disabled(running, row, subscribing.NO_SUCCESS)
    async with signed_in(running.centre, running.url) as somebody:
        page = await somebody.get("/pusat/webhook")
        said = await somebody.post(f"/pusat/webhook/{row.id}/aktifkan")
    assert "selama tiga hari" in page.text
    assert (said.told, every(running)[0].state) == ("webhook_enabled", "active")


async def test_a_delivery_is_sent_again(running: RunningCentre) -> None:
    row, centre = added(running), running.centre
    claimed = centre.db.run_sync(
        lambda conn: queue.add_test(conn, centre, row, base_url="", by="rina")
    )
    number = claimed.delivery.number
    async with signed_in(centre, running.url, name="tuti") as somebody:
        said = await somebody.post(f"/pusat/webhook/{row.id}/kiriman/{number}")
    waiting = centre.db.read_sync(lambda conn: deliveries.first_waiting(conn, row.id))
    assert said.told == "webhook_again"
    assert audited(running, "webhook.redelivered") == [BY_TUTI.format(row.id)]
    assert waiting is not None
    assert waiting.number == number


async def test_the_list_asks_as_often_for_many_as_for_one(
    running_on_either: RunningCentre,
) -> None:
    running, counts = running_on_either, {}
    async with signed_in(running.centre, running.url) as somebody:
        for more in (1, 5):
            for _ in range(more):
                told(running.centre, added(running).id, 2)
            with statements() as asked:
                page = await somebody.get("/pusat/webhook")
            counts[page.text.count("Diterima")] = len(asked)
    assert counts.keys() == {1, 6}
    assert counts[1] == counts[6]


async def test_one_is_removed(running: RunningCentre) -> None:
    row = added(running)
    async with signed_in(running.centre, running.url) as somebody:
        said = await somebody.post(f"/pusat/webhook/{row.id}/hapus")
    assert (said.told, every(running)) == ("webhook_removed", [])


async def test_older_deliveries_are_on_the_next_page(running: RunningCentre) -> None:
    row, centre = added(running), running.centre
    told(centre, row.id, 26)
    async with signed_in(centre, running.url) as somebody:
        first = await somebody.get(f"/pusat/webhook/{row.id}")
        second = await somebody.get(f"/pusat/webhook/{row.id}?sebelum=2")
        odd = await somebody.get(f"/pusat/webhook/{row.id}?sebelum=a")
    assert (first.text.count("<tr>"), second.text.count("<tr>"), odd.status) == (26, 2, 404)


async def test_a_delivery_says_what_it_is_about(running_on_either: RunningCentre) -> None:
    running = running_on_either
    row, centre, hub = added(running), running.centre, await new_hub(running)
    [record] = await write(running, hub, {"title": "Antrean <Sehat>"})
    members: list[tuple[str, dict[str, Json]]] = [
        (HUB_SILENT, {"hub": "51"}),
        (CHANGED, {"record": record}),
        (PUBLISHED, {"record": hub.record(99)}),
        (CHANGE_WAITING, {"hub": "51", "record": record, "outcome": "held", "code": "flood"}),
    ]
    events = [Event(type=it, place=9, subject="", members=said) for it, said in members]
    centre.db.run_sync(
        lambda conn: deliveries.add(
            conn,
            row.id,
            [(it.type, it.type, body_of(it, centre, base_url="")) for it in events],
            at=centre.clock.now(),
        )
    )
    async with signed_in(centre, running.url) as somebody:
        page = await somebody.get(f"/pusat/webhook/{row.id}")
    title = f'<a href="/inovasi/{record}">Antrean &lt;Sehat&gt;</a>'
    name = centre.db.read_sync(hubs.names)["51"]
    assert re.search(f"Hub tidak terdengar: (<[^>]+>)*{name}", page.text)
    assert f"Inovasi berubah: {title}</span>" in page.text
    assert f'Inovasi tampil: <a href="/inovasi/{hub.record(99)}">{hub.record(99)}</a>' in page.text
    assert re.search(f"menunggu putusan: {title}, (<[^>]+>)*{name}", page.text)


def test_every_event_and_every_reason_has_words() -> None:
    assert EVENTS.keys() == {*SCOPE_OF, TEST}
    assert DISABLED_BECAUSE.keys() == {
        *(subscribing.TOKEN_REVOKED, subscribing.TOKEN_EXPIRED, subscribing.RECEIVER_GONE),
        *(subscribing.NO_SUCCESS, subscribing.TOO_FAR_BEHIND),
    }


async def test_the_pages_of_webhooks_can_be_read_by_everybody_who_uses_them(
    running: RunningCentre,
) -> None:
    row = added(running)
    disabled(running, added(running, FORM["url"]), subscribing.RECEIVER_GONE)
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.ADMINISTRATOR)
        await page.goto(f"{running.url}/pusat/webhook")
        await assert_readable(page)
        await page.goto(f"{running.url}/pusat/webhook/{row.id}")
        await page.get_by_role("button", name="Kirim percobaan").click()
        await page.get_by_text("Percobaan tidak diterima").wait_for()
        await page.get_by_text("1 kali").click()
        await assert_readable(page)
