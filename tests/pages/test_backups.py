"""Backups on the pages: made, checked and downloaded by an operator."""

from pathlib import Path

import pytest

from hubnode.backup import SUFFIX, is_sound, opened
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.store import identity
from tests.support.browsers import axe_faults, open_page
from tests.support.hub_pages import make_first_account, quiet_pages_of

pytestmark = pytest.mark.browser


async def test_an_operator_makes_checks_and_downloads_a_backup(hub: Node, tmp_path: Path) -> None:
    who = hub.db.read_sync(identity.get)
    assert who is not None
    async with quiet_pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/pengaturan/cadangan")
        assert await page.get_by_text("Belum ada cadangan di sini.").is_visible()
        await page.get_by_role("button", name="Buat cadangan sekarang").click()
        assert await page.get_by_text("Cadangan sudah dibuat.").is_visible()
        assert await axe_faults(page) == []
        await page.get_by_role("button", name="Periksa").click()
        assert await page.get_by_text("Cadangan itu utuh").is_visible()
        async with page.expect_download() as downloading:
            await page.locator(f"a[href$='{SUFFIX}']").click()
        await (await downloading.value).save_as(tmp_path / "downloaded")
    key = load_own_keys(hub.folder, who).current.log.seed
    with opened(tmp_path / "downloaded", [key], within=tmp_path) as found:
        assert is_sound(found)
