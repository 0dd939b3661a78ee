"""Every state of a node on its pages: the word, the sentence of cause, the one button."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from playwright.async_api import Page
from sqlalchemy import Connection

from central.casework import hub_states
from central.casework.conflicts import curate
from central.casework.person import Person
from hubnode.node import SYNC_LOCK, Node
from hubnode.store import runs
from hubnode.sync.run import sync
from runtime.durable import FolderLock
from tests.support.browsers import axe_faults, open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_pages import make_first_account, pages_of, quiet_pages_of
from tests.support.nodes import publish

pytestmark = pytest.mark.browser


@asynccontextmanager
async def home_of(node: Node) -> AsyncIterator[Page]:
    """Beranda, while no run begins by itself."""
    async with quiet_pages_of(node) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(url)
        yield page


async def shown(page: Page) -> tuple[str, str, str]:
    """The word, the sentence and the button of the state."""
    card = page.locator(".state")
    heading = await card.get_by_role("heading").text_content() or ""
    _icon, *word = heading.split()
    sentence = await card.locator("p").first.inner_text()
    button = await card.locator("button, a.button").first.inner_text()
    return " ".join(word), sentence, button


async def test_a_node_that_is_not_enrolled_says_so(federation: FederationUnderTest) -> None:
    node = await federation.fresh("new")
    async with home_of(node) as page:
        assert await shown(page) == (
            "Belum pernah",
            "Node ini belum terdaftar di pusat; perubahan disimpan di sini saja.",
            "Mulai",
        )
        await page.locator(".state a.button").click()
        assert page.url.endswith("/mulai/pendaftaran")


async def test_whoever_has_all_decided_is_in_sync(
    federation: FederationUnderTest, hub: Node
) -> None:
    await federation.sync(hub)
    async with home_of(hub) as page:
        assert await shown(page) == (
            "Tersinkron",
            "Semua perubahan hub ini ada di pusat dan sudah diputuskan.",
            "Sinkronkan sekarang",
        )


async def test_a_change_that_was_saved_waits_to_be_sent_and_nothing_is_green(
    federation: FederationUnderTest, hub: Node
) -> None:
    await federation.sync(hub)
    publish(hub, "Antar Obat")
    async with home_of(hub) as page:
        assert await shown(page) == (
            "Menunggu dikirim (1)",
            "Perubahan tersimpan di sini dan dikirim pada sinkronisasi berikut.",
            "Kirim sekarang",
        )
        assert await page.locator(".tag.good").count() == 0


async def test_what_is_sent_and_not_decided_waits_for_the_centre(
    federation: FederationUnderTest, hub: Node
) -> None:
    await federation.sync(hub)
    publish(hub, "Antar Obat")
    await sync(hub)
    async with home_of(hub) as page:
        word, sentence, _ = await shown(page)
        assert (word, sentence) == (
            "Menunggu pusat",
            "Semua sudah terkirim; pusat belum memutuskan semuanya.",
        )


async def test_a_run_under_way_can_be_stopped(federation: FederationUnderTest, hub: Node) -> None:
    await federation.sync(hub)
    hub.db.run_sync(lambda conn: runs.start(conn, hub.clock.now()))
    with FolderLock(hub.folder, SYNC_LOCK):
        async with home_of(hub) as page:
            assert await shown(page) == (
                "Sedang berjalan",
                "Sinkronisasi sedang berjalan. Anda dapat terus bekerja.",
                "Hentikan",
            )
            await page.get_by_role("button", name="Hentikan").click()
            assert await page.get_by_text("Sinkronisasi berhenti setelah langkah").is_visible()


async def test_a_conflict_needs_somebody(federation: FederationUnderTest, hub: Node) -> None:
    record = publish(hub, "Antar Obat")
    await federation.sync(hub)
    person = {"by": "rina", "agency": "panrb"}
    federation.centre.db.run_sync(
        lambda conn: curate(
            conn, federation.centre, record=record, set_={"title": "Antar Obat Cepat"}, **person
        )
    )
    publish(hub, "Antar Obat Gratis", record=record)
    await federation.sync(hub)
    async with home_of(hub) as page:
        assert await shown(page) == (
            "Perlu tindakan (1)",
            "Ada keputusan yang menunggu Anda.",
            "Tinjau",
        )
        await page.get_by_label("Keadaan: Perlu tindakan (1)").click()
        assert page.url.endswith("/keputusan")


async def test_without_a_network_it_says_that_the_data_is_safe(
    federation: FederationUnderTest, hub: Node
) -> None:
    await federation.sync(hub)
    await federation.go_away()
    await sync(hub)
    async with home_of(hub) as page:
        assert await shown(page) == (
            "Tidak tersambung",
            "Pusat tidak terjangkau. Data aman di sini dan dikirim begitu tersambung.",
            "Coba lagi",
        )
        worry = page.locator(".state").get_by_text("node ini mencoba sendiri")
        assert "belum tersambung, periksa jaringan kantor." in await worry.inner_text()
        assert "Bila lebih dari 3 hari, hubungi admin pusat." in await worry.inner_text()
        await page.get_by_role("button", name="Coba lagi").click()
        assert await page.get_by_text("Sinkronisasi dimulai.").is_visible()


async def test_a_node_without_a_success_for_twice_the_interval_is_late(
    federation: FederationUnderTest, hub: Node
) -> None:
    await federation.sync(hub)
    long_ago = hub.clock.now() - timedelta(hours=2)

    def work(conn: Connection) -> None:
        for run in runs.history(conn, limit=9):
            runs.note(conn, run.id, {"started_at": long_ago})

    hub.db.run_sync(work)
    async with home_of(hub) as page:
        assert await shown(page) == (
            "Terlambat",
            "Sudah lama tidak ada sinkronisasi yang berhasil. Data aman di sini.",
            "Lihat penyebab",
        )


async def test_a_hub_that_the_centre_suspended_reads_why(
    federation: FederationUnderTest, hub: Node
) -> None:
    await federation.sync(hub)
    person = Person(by="rina", agency="panrb", reason="Surat 12/2026")
    federation.centre.db.run_sync(
        lambda conn: hub_states.suspend(conn, federation.centre, "51", person)
    )
    await federation.settle()
    await sync(hub)
    async with home_of(hub) as page:
        word, sentence, button = await shown(page)
        assert (word, button) == ("Ditolak pusat", "Petunjuk")
        assert "Surat 12/2026" in sentence


async def test_a_click_syncs_and_every_screen_of_it_is_accessible(hub: Node) -> None:
    publish(hub, "Antar Obat")
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        for place in (
            "/",
            "/sinkronisasi",
            "/kesehatan",
            "/pengaturan",
            "/pengaturan/akun",
            "/pengaturan/saya",
            "/pengaturan/kunci",
        ):
            await page.goto(f"{url}{place}")
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)
                for width in (1280, 390):
                    await page.set_viewport_size({"width": width, "height": 900})
                    assert await axe_faults(page) == [], (place, scheme, width)
                    wide = await page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= width, (place, width)
