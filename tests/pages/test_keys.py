"""The keys of a hub on its pages: compared, printed, rotated, and typed in again after a fire."""

import shutil
from functools import partial

import pytest

from central.registry import invite_same_keys
from hubnode.enrolment import create_node
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.opening import online_node
from hubnode.store import identity
from hubnode.sync.run import sync
from runtime.system import SystemEntropy
from tests.support.browsers import open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_pages import PASSWORD, make_first_account, pages_of
from tests.support.nodes import publish

pytestmark = pytest.mark.browser


async def printed_kit(hub: Node) -> str:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/pengaturan/kunci")
        await page.get_by_label("Kata sandi Anda").fill(PASSWORD)
        await page.get_by_role("button", name="Tampilkan untuk dicetak").click()
        return await page.locator(".kit").inner_text()


async def test_a_kit_is_not_shown_for_a_wrong_password(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/pengaturan/kunci")
        await page.get_by_label("Kata sandi Anda").fill("bukan kata sandinya")
        await page.get_by_role("button", name="Tampilkan untuk dicetak").click()
        assert await page.get_by_text("Ini bukan kata sandi Anda sekarang.").is_visible()
        assert await page.locator(".kit").count() == 0


async def test_the_kit_on_paper_and_an_invitation_bring_a_lost_hub_back(
    federation: FederationUnderTest, hub: Node
) -> None:
    publish(hub, "Antar Obat")
    await federation.sync(hub)
    kit = await printed_kit(hub)
    hub.db.close()
    shutil.rmtree(hub.folder)

    folder = federation.folder / "new-machine"
    create_node(folder, entropy=SystemEntropy())
    invite = partial(invite_same_keys, centre=federation.centre, hub="51", hours=1, by="rina")
    invitation = federation.centre.db.run_sync(partial(invite, url=federation.url))
    async with online_node(folder) as node:
        async with pages_of(node) as url, open_page(has_scripts=False) as page:
            await make_first_account(page, url)
            await page.get_by_role("link", name="Pulihkan dengan kit darurat").click()
            await page.get_by_label("Kit darurat").fill(kit.lower())
            await page.get_by_role("button", name="Lanjut ke undangan").click()
            await page.get_by_label("Undangan").fill(invitation)
            await page.get_by_role("button", name="Lanjut").click()
            await page.get_by_role("button", name="Sama; daftarkan").click()
            assert await page.get_by_role("heading", name="Hub ini terdaftar").is_visible()
        await sync(node)
        own = node.db.read_sync(identity.get)
        assert own is not None
        assert node.db.read_sync(lambda conn: node.logs.open(conn, own.origin).tree.size) >= 2


async def test_an_operator_rotates_the_keys(federation: FederationUnderTest, hub: Node) -> None:
    await federation.sync(hub)
    who = hub.db.read_sync(identity.get)
    assert who is not None
    before = load_own_keys(hub.folder, who).current.words
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/pengaturan/kunci")
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_label("Kata sandi sekarang").fill(PASSWORD)
        await page.get_by_role("button", name="Ganti kunci").click()
        assert await page.get_by_text("Kunci baru dibuat").is_visible()
    await federation.sync(hub)
    await sync(hub)
    assert load_own_keys(hub.folder, who).current.words != before
