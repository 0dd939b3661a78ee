"""Pengaturan: schedule, proxy and backups, changed in the browser while the node runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from hubnode.backup import every
from hubnode.live_settings import LiveSettings
from hubnode.node import Node
from hubnode.rounds import Rounds
from hubnode.settings import load_node_settings
from tests.support.browsers import open_page
from tests.support.hub_pages import make_first_account, pages_of, quiet_pages_of

pytestmark = pytest.mark.browser


@asynccontextmanager
async def proxy() -> AsyncIterator[tuple[str, list[str]]]:
    """A real HTTP proxy on loopback, and what was asked of it."""
    asked: list[str] = []

    async def forward(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(str(request.url))
        async with ClientSession() as session, session.get(str(request.url)) as answer:
            return web.Response(
                status=answer.status,
                body=await answer.read(),
                headers={"JIPP-Protocol": answer.headers["JIPP-Protocol"]},
            )

    server = web.Server(forward)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


async def test_a_schedule_is_looked_at_saved_and_kept_to_at_once(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/pengaturan/jadwal")
        await page.get_by_label("Pada jam tertentu").check()
        await page.get_by_label("Baris cron (UTC)").fill("0 1,7 * * *")
        await page.get_by_role("button", name="Lihat dahulu").click()
        runs = await page.locator("#berikutnya li").all_inner_texts()
        assert len(runs) == 3
        assert all(it.endswith(("09.00 WITA", "15.00 WITA")) for it in runs)
        assert load_node_settings(hub.folder).schedule_cron == ""

        await page.get_by_role("button", name="Simpan").click()
        assert await page.get_by_text("Pengaturan disimpan").is_visible()
        assert load_node_settings(hub.folder).schedule_cron == "0 1,7 * * *"
        first = await page.locator("#berikutnya li").first.inner_text()
        assert first.endswith((" WITA",))
        assert first.split()[3].startswith(("09.0", "15.0"))

        await page.get_by_label("Baris cron (UTC)").fill("kapan saja")
        await page.get_by_role("button", name="Simpan").click()
        assert await page.get_by_text("Baris cron terdiri dari lima bagian").is_visible()

        await page.get_by_label("Dengan jarak waktu yang tetap").check()
        await page.get_by_label("Menit di antara").fill("30")
        await page.get_by_role("button", name="Simpan").click()
        kept = load_node_settings(hub.folder)
        assert (kept.schedule_cron, kept.schedule_interval_s) == ("", 1_800)


async def test_a_proxy_is_tried_before_it_is_kept(hub: Node) -> None:
    async with (
        proxy() as (address, asked),
        quiet_pages_of(hub) as url,
        open_page(has_scripts=False) as page,
    ):
        await make_first_account(page, url)
        await page.goto(f"{url}/pengaturan/jaringan")
        await page.get_by_label("Alamat proksi").fill("http://127.0.0.1:9")
        await page.get_by_role("button", name="Coba hubungi pusat").click()
        assert await page.get_by_text("Pusat tidak terjangkau").is_visible()
        await page.get_by_label("Alamat proksi").fill(address)
        await page.get_by_role("button", name="Coba hubungi pusat").click()
        assert await page.get_by_text("Pusat menjawab dengan pengaturan ini.").is_visible()
        assert asked
        assert load_node_settings(hub.folder).proxy == ""
        await page.get_by_role("button", name="Simpan").click()
        assert load_node_settings(hub.folder).proxy == address


async def test_backups_on_schedule_are_chosen_and_listed_with_how_they_went(hub: Node) -> None:
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/pengaturan/cadangan")
        await page.get_by_label("Seberapa sering").select_option("daily")
        await page.get_by_label("Banyaknya yang disimpan").fill("3")
        await page.get_by_role("button", name="Simpan").click()
        assert await page.get_by_text("Belum ada yang dibuat").is_visible()
        await Rounds(hub, LiveSettings(hub.folder, load_node_settings(hub.folder))).once()
        await page.reload()
        table = page.get_by_role("region", name="Hasil cadangan otomatis")
        assert await table.get_by_text("Berhasil").is_visible()
        assert len(every(hub.folder)) == 1
        await page.goto(f"{url}/kesehatan")
        assert await page.get_by_text("Cadangan terakhir dibuat hari ini.").is_visible()
