"""Sample data: something to look at on the first day, which nobody can sign by accident."""

import pytest

from hubnode import drafting, samples
from hubnode.drafting import SampleRefused
from hubnode.node import Node
from hubnode.store import drafts, outbox
from hubnode.store.drafts import DraftState
from tests.support.browsers import open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_pages import make_first_account, quiet_pages_of
from tests.support.screens import assert_readable
from tests.support.stories import who

pytestmark = pytest.mark.browser


async def test_the_wizard_ends_with_samples_that_one_click_removes(
    federation: FederationUnderTest,
) -> None:
    node = await federation.fresh("new")
    async with quiet_pages_of(node) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.get_by_label("Undangan").fill(await federation.invitation("51"))
        await page.get_by_role("button", name="Lanjut").click()
        await page.get_by_role("button", name="Sama; daftarkan").click()
        await page.get_by_role("button", name="Isi dengan data contoh").click()
        assert await page.get_by_text("12 inovasi").is_visible()
        await page.goto(url)
        assert await page.get_by_text("memuat 12 inovasi contoh").is_visible()
        await page.get_by_role("button", name="Hapus semua data contoh").click()
        assert await page.get_by_text("Semua data contoh dihapus.").is_visible()
        assert await page.get_by_role("heading", name="Data contoh").count() == 0
    assert node.db.read_sync(drafts.every) == []


async def test_removing_them_leaves_the_hubs_own_drafts(hub: Node) -> None:
    own = hub.db.run_sync(
        lambda conn: drafting.begin(conn, hub, account="ani", fields={"title": "Antar Obat"})
    )
    async with quiet_pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        load(hub)
        await page.goto(url)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="Hapus semua data contoh").click()
        assert await page.get_by_text("Semua data contoh dihapus.").is_visible()
    assert [it.id for it in hub.db.read_sync(drafts.every)] == [own.id]


async def test_a_sample_is_opened_and_edited_but_not_signed(hub: Node) -> None:
    load(hub)
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/inovasi?state=sample")
        await page.get_by_role("link", name="Subak Pintar").click()
        assert await page.get_by_text("Ini data contoh").is_visible()
        await page.get_by_label("Nama singkat").fill("SP")
        await page.get_by_role("button", name="Simpan draf").last.click()
        assert await page.get_by_text("Draf disimpan.").is_visible()
        assert await page.get_by_role("button", name="Tinjau dan terbitkan").count() == 0
        await page.goto(f"{page.url}/terbit")
        assert await page.get_by_role("button", name="Tandatangani").count() == 0
        await page.goto(f"{url}/inovasi?state=sample")
        for box in await page.get_by_role("checkbox").all():
            await box.check()
        await page.get_by_role("button", name="Terbitkan draf").click()
        assert await page.get_by_text("Data contoh tidak pernah diterbitkan.").count() == 12
    assert hub.db.read_sync(outbox.count) == 0


def test_nothing_behind_the_pages_signs_or_hands_over_a_sample(hub: Node) -> None:
    load(hub)
    [sample, *_] = hub.db.read_sync(drafts.every)
    assert sample.state is DraftState.SAMPLE
    reading = hub.db.read_sync(
        lambda conn: drafting.read(conn, hub, who(hub), sample, by="operator1")
    )
    assert reading.findings == ()
    with pytest.raises(SampleRefused):
        hub.db.run_sync(lambda conn: drafting.publish(conn, hub, who(hub), reading, by="ani"))
    with pytest.raises(SampleRefused):
        hub.db.run_sync(lambda conn: drafting.hand_over(conn, hub, sample))


async def test_every_screen_with_samples_can_be_read_by_everybody(hub: Node) -> None:
    async with quiet_pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/inovasi")
        await assert_readable(page)
        await page.get_by_role("button", name="Isi dengan data contoh").click()
        await assert_readable(page)
        await page.goto(url)
        await assert_readable(page)
        await page.goto(f"{url}/inovasi?state=sample&query=subak")
        await page.get_by_role("link", name="Subak Pintar").click()
        await assert_readable(page)


def load(node: Node) -> None:
    """The samples, made by an operator."""
    made = node.db.run_sync(lambda conn: samples.load(conn, node, who(node), account="operator1"))
    assert made == 12
