"""A form that is being written when the session ends: nothing typed is lost, and nothing lies."""

import pytest
from playwright.async_api import expect

from hubnode.node import Node
from hubnode.store import drafts
from tests.support.browsers import open_page
from tests.support.hub_accounts import employ, sign_in
from tests.support.hub_pages import quiet_pages_of

pytestmark = pytest.mark.browser


async def test_a_form_says_that_its_session_is_over_and_saves_after_signing_in_elsewhere(
    hub: Node,
) -> None:
    employ(hub, "rina")
    async with quiet_pages_of(hub) as url, open_page() as page:
        await sign_in(page, url, "rina")
        await page.goto(f"{url}/inovasi/baru")
        title, told = page.get_by_label("Judul", exact=False).first, page.locator("[data-told]")
        await title.fill("Antar Obat")
        await expect(told).to_contain_text("Draf disimpan")
        await title.fill("Antar Obat ke Rumah")
        await expect(page.locator("[name=version]")).to_have_value("3")
        await page.context.clear_cookies()
        await title.fill("Antar Obat ke Rumah Warga")
        await expect(told).to_contain_text("Sesi Anda berakhir")
        await page.get_by_role("button", name="Simpan draf").last.click()
        await expect(told).to_contain_text("Sesi Anda berakhir")
        other = await page.context.new_page()
        await sign_in(other, url, "rina")
        await page.get_by_role("button", name="Simpan draf").last.click()
        await expect(page.get_by_text("Draf disimpan.", exact=True)).to_be_visible()
    [draft] = hub.db.read_sync(drafts.every)
    assert draft.fields["title"] == "Antar Obat ke Rumah Warga"
