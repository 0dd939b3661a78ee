"""Kesehatan: the centre itself, its alerts with a test, its settings without its secrets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from central.reconciler import REST_MAX_S, Setback
from central.store.alerts import ALERT_STORE
from central.web.rights import Role
from tests.support.author import Author
from tests.support.browsers import open_page
from tests.support.centres import AUTHORITY, RunningCentre, running_centre
from tests.support.desk import enter, signed_in
from tests.support.screens import assert_readable
from tests.support.telegrams import TOKEN, nonsense_receiver
from tests.support.webhooks import Receiver, webhook_receiver

HEALTH = "/pusat/kesehatan"


@asynccontextmanager
async def told_centre(folder: Path) -> AsyncIterator[tuple[RunningCentre, Receiver]]:
    """A centre whose alerts go to a receiver."""
    async with webhook_receiver() as receiver:
        more = {
            "alert_webhook": receiver.url,
            "alert_telegram_url": f"http://127.0.0.1:9/bot{TOKEN}/sendMessage",
            "alert_telegram_chat": "-100",
            "alert_quiet_hours": "22-6",
        }
        async with running_centre(folder, **more) as running:
            yield running, receiver


async def test_a_centre_that_is_well_says_so_of_each_point(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        text = (await somebody.get(HEALTH)).text
    for sentence in ("Database menjawab.", "Ruang disk cukup.", "Semua yang diterima sudah"):
        assert sentence in text
    assert "Masalah" not in text


async def test_what_waits_is_counted(running: RunningCentre) -> None:
    author = Author(hub="51")
    await running.enrol(author)
    author.grow(4)
    await running.submit(author)
    async with signed_in(running.centre, running.url) as somebody:
        text = (await somebody.get(HEALTH)).text
    assert "Ada entri yang sedang diputuskan." in text
    assert "<small>(5)</small>" in text


async def test_what_fails_for_minutes_is_said_with_its_hub(running: RunningCentre) -> None:
    setback = Setback(sentence="disk I/O error", rest_s=REST_MAX_S, until=0.0)
    running.reconciler.setbacks["51"] = setback
    async with signed_in(running.centre, running.url) as somebody:
        text = (await somebody.get(HEALTH)).text
    assert "51: disk I/O error" in text
    assert "Masalah" in text


async def test_without_a_channel_it_says_how_to_get_one(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        text = (await somebody.get(HEALTH)).text
    assert "Belum ada jalan pemberitahuan." in text
    assert "Kirim pesan uji" not in text


async def test_a_test_is_sent_and_its_result_shown(tmp_path: Path) -> None:
    async with (
        told_centre(tmp_path / "pusat") as (running, receiver),
        signed_in(running.centre, running.url) as somebody,
    ):
        said = await somebody.post(f"{HEALTH}/uji")
        text = (await somebody.get(HEALTH)).text
    assert (said.status, said.place, said.told) == (303, f"{HEALTH}#hasil", "tested")
    assert [it["event"] for it in receiver.bodies] == ["test"]
    assert "Terkirim" in text
    assert "Tidak terkirim" in text, "nobody listens where the chat is said to be"


async def test_a_chat_that_answers_nonsense_shows_nobody_the_bots_token(tmp_path: Path) -> None:
    with nonsense_receiver() as url:
        chosen = {"alert_telegram_url": url, "alert_telegram_chat": "-100", "alert_webhook": url}
        async with running_centre(tmp_path / "pusat", **chosen) as running:
            async with signed_in(running.centre, running.url) as somebody:
                await somebody.post(f"{HEALTH}/uji")
            async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
                text = (await somebody.get(HEALTH)).text
            sent = running.centre.db.read_sync(ALERT_STORE.sent)
    assert [it.detail for it in sent] == ["ClientResponseError, status 400"] * 2
    assert "Tidak terkirim" in text
    assert TOKEN not in text


async def test_only_an_administrator_sees_settings_and_nobody_sees_secrets(tmp_path: Path) -> None:
    async with told_centre(tmp_path / "pusat") as (running, _):
        async with signed_in(running.centre, running.url) as somebody:
            text = (await somebody.get(HEALTH)).text
            assert AUTHORITY in text
            assert "alert_quiet_hours" in text
            assert TOKEN not in text
        async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
            assert "alert_quiet_hours" not in (await somebody.get(HEALTH)).text


async def test_it_reads_well(tmp_path: Path) -> None:
    async with told_centre(tmp_path / "pusat") as (running, _), open_page() as page:
        await enter(page, running.centre, running.url, Role.ADMINISTRATOR)
        await page.goto(running.url + HEALTH)
        await page.get_by_role("button", name="Kirim pesan uji sekarang").click()
        await page.get_by_text("pengaturan", exact=False).last.click()
        await assert_readable(page)
