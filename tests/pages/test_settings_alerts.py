"""Pengaturan, alerts: an operator sets them up, tries them, and is told when the centre says no."""

import pytest
from playwright.async_api import Page

from central.casework import hub_states
from central.casework.person import Person
from hubnode.live_settings import LiveSettings
from hubnode.node import Node
from hubnode.rounds import Rounds
from hubnode.settings import load_node_settings
from hubnode.sync.run import sync
from hubnode.web.site import Role
from tests.support.browsers import axe_faults, open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_accounts import employ, sign_in
from tests.support.hub_pages import make_first_account, quiet_pages_of
from tests.support.mail_servers import Mailbox, mail_server
from tests.support.webhooks import webhook_receiver

pytestmark = pytest.mark.browser

ALERTS = "/pengaturan/pemberitahuan"


async def fill_in(page: Page, mailbox: Mailbox) -> None:
    """A mail server of the own network, as an operator types it."""
    await page.get_by_label("Penerima").fill("dinas@contoh.go.id\nbagian@contoh.go.id")
    await page.get_by_label("Pengirim").fill("node@contoh.go.id")
    await page.get_by_label("Server surat (SMTP)").fill("127.0.0.1")
    await page.get_by_label("Enkripsi").select_option("none")
    await page.get_by_label("Port").fill(str(mailbox.port))


async def test_an_operator_sets_mail_and_webhook_up_tries_them_and_is_told(
    federation: FederationUnderTest, hub: Node
) -> None:
    await federation.sync(hub)
    async with (
        webhook_receiver() as receiver,
        quiet_pages_of(hub) as url,
        open_page(has_scripts=False) as page,
    ):
        with mail_server() as mailbox:
            await make_first_account(page, url)
            await page.goto(f"{url}/pengaturan")
            await page.get_by_role("link", name="Atur pemberitahuan").click()
            assert await page.get_by_text("Belum ada yang diberi tahu.").is_visible()
            await fill_in(page, mailbox)
            await page.get_by_label("Alamat webhook").fill(receiver.url)
            await page.get_by_role("button", name="Simpan").click()
            assert await page.get_by_text("Pengaturan disimpan").is_visible()
            await page.get_by_role("button", name="Kirim pesan uji sekarang").click()
            assert await page.locator("#hasil .tag.good").count() == 2
            assert (len(mailbox.mails), [it["event"] for it in receiver.bodies]) == (1, ["test"])

            person = Person(by="rina", agency="panrb", reason="Surat 12/2026")
            federation.centre.db.run_sync(
                lambda conn: hub_states.suspend(conn, federation.centre, "51", person)
            )
            await federation.settle()
            await sync(hub)
            await Rounds(hub, LiveSettings(hub.folder, load_node_settings(hub.folder))).once()
            assert "(hub_suspended)" in mailbox.subjects[-1]
            await page.reload()
            assert await page.get_by_text("Sudah diberitahukan, belum selesai").is_visible()
        await page.get_by_role("button", name="Kirim pesan uji sekarang").click()
        said = await page.locator("#hasil").inner_text()
        assert "tidak ada yang menjawab di alamatnya" in said
        await page.goto(f"{url}/kesehatan")
        assert await page.get_by_text("Pemberitahuan lewat surat tidak terkirim").is_visible()


async def test_what_is_wrong_is_said_at_its_field_and_a_password_is_never_shown(
    hub: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIPP_NODE_ALERT_FROM", "node@contoh.go.id")
    async with quiet_pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}{ALERTS}")
        held = page.get_by_label("Pengirim")
        assert await held.is_disabled()
        assert await page.get_by_text("Ditetapkan oleh JIPP_NODE_ALERT_FROM").is_visible()

        await page.get_by_label("Penerima").fill("bukan alamat")
        await page.get_by_label("Alamat webhook").fill("http://contoh.go.id/x")
        await page.get_by_role("button", name="Simpan").click()
        assert await page.get_by_text("Tulis alamat surat seperti dinas@").is_visible()
        assert await page.get_by_text("Alamat dimulai dengan https://").is_visible()

        await page.get_by_label("Penerima").fill("dinas@contoh.go.id")
        await page.get_by_label("Alamat webhook").fill("")
        await page.get_by_label("Server surat (SMTP)").fill("surat.contoh.go.id")
        await page.get_by_label("Nama pengguna").fill("node")
        await page.get_by_label("Kata sandi server surat").fill("rahasia surat")
        await page.get_by_role("button", name="Simpan").click()
        assert await page.get_by_text("Ada kata sandi yang tersimpan").is_visible()
        assert "rahasia surat" not in await page.content()
        assert load_node_settings(hub.folder).alert_smtp_password.text

        await page.get_by_label("Server surat (SMTP)").fill("surat.lain.go.id")
        await page.get_by_role("button", name="Simpan").click()
        assert await page.get_by_text("ketik lagi kata sandinya").is_visible()
        assert load_node_settings(hub.folder).alert_smtp_host == "surat.contoh.go.id"


async def test_only_an_operator_opens_these_settings(hub: Node) -> None:
    employ(hub, "penyetuju1", Role.APPROVER)
    async with quiet_pages_of(hub) as url, open_page() as page:
        await sign_in(page, url, "penyetuju1")
        for place in (ALERTS, "/pengaturan/jadwal", "/pengaturan/jaringan"):
            await page.goto(f"{url}{place}")
            assert await page.get_by_text("role_missing").is_visible()


async def test_every_screen_of_the_settings_is_accessible(hub: Node) -> None:
    async with quiet_pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        places = (
            "/pengaturan",
            ALERTS,
            "/pengaturan/jadwal",
            "/pengaturan/jaringan",
            "/pengaturan/cadangan",
        )
        for place in places:
            await page.goto(f"{url}{place}")
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)
                for width in (1280, 390):
                    await page.set_viewport_size({"width": width, "height": 900})
                    assert await axe_faults(page) == [], (place, scheme, width)
                    wide = await page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= width, (place, width)
