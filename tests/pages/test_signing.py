"""One rule for who signs, as people meet it on the screens."""

import pytest

from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.store import outbox
from hubnode.web.site import Role
from tests.support.browsers import NARROW, WIDE, axe_faults, open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_accounts import employ, sign_in
from tests.support.hub_pages import quiet_pages_of
from tests.support.nodes import publish
from tests.support.two_hubs import TwoHubs, propose, two_hubs

pytestmark = pytest.mark.browser

SECOND = NodeSettings(second_person_approves=True)
NOTE = "Di hub ini perubahan ditandatangani penyetuju atau operator."
PROPOSAL = "/keputusan?jenis=proposal"


@pytest.fixture
async def world(federation: FederationUnderTest, hub: Node) -> TwoHubs:
    """Bali and Makassar, who disagree about one record and propose to change another."""
    employ(hub, "penulis1", Role.EDITOR)
    employ(hub, "penyetuju1", Role.APPROVER)
    world = await two_hubs(federation, hub)
    propose(world.makassar, world.market, short_name="PADAR")
    await federation.sync(world.makassar)
    world.at_centre(summary="Warga mengambil nomor antrean puskesmas lewat gawai.")
    publish(world.bali, "Antrean daring puskesmas", record=world.queue, summary="Dari ponsel.")
    await world.sync()
    return world


async def test_an_editor_ends_a_conflict_and_answers_a_proposal(world: TwoHubs) -> None:
    async with quiet_pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/keputusan/benturan/{world.queue}/summary")
        await page.get_by_label("Nilai pusat").check()
        await page.get_by_role("button", name="Tandatangani").click()
        await page.get_by_role("button", name="Terima dan tandatangani").click()
        assert await page.get_by_text("Usulan diterima.", exact=False).is_visible()
    assert world.bali.db.read_sync(outbox.count) == 2


async def test_a_proposal_that_a_colleague_has_answered_is_not_signed_again(
    world: TwoHubs,
) -> None:
    async with quiet_pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/keputusan/benturan/{world.queue}/summary")
        await page.get_by_label("Nilai pusat").check()
        await page.get_by_role("button", name="Tandatangani").click()
        other = await page.context.new_page()
        await other.goto(page.url)
        for tab in (other, page):
            await tab.get_by_role("button", name="Terima dan tandatangani").click()
        assert await page.get_by_text("Perkara itu sudah selesai.").is_visible()
    assert world.bali.db.read_sync(outbox.count) == 2


@pytest.mark.parametrize(("width", "is_dark"), [(WIDE, True), (NARROW, False)])
async def test_where_a_second_person_approves_an_editor_reads_who_signs(
    world: TwoHubs,
    width: int,
    is_dark: bool,  # noqa: FBT001
) -> None:
    places = (
        f"/keputusan/benturan/{world.queue}/summary",
        f"/inovasi/{world.queue}/tarik",
        f"/inovasi/{world.queue}/tampilkan",
    )
    async with (
        quiet_pages_of(world.bali, SECOND) as url,
        open_page(width=width, is_dark=is_dark) as page,
    ):
        await sign_in(page, url, "penulis1")
        for place in places:
            await page.goto(f"{url}{place}")
            assert await page.get_by_text(NOTE).is_visible()
            assert (place, await axe_faults(page)) == (place, [])
        await page.goto(f"{url}{PROPOSAL}")
        await page.get_by_role("link", name="Pasar daring pedagang kecil").click()
        assert await page.get_by_text(NOTE).is_visible()
        for place in ("/inovasi", f"/inovasi/{world.queue}"):
            await page.goto(f"{url}{place}")
            said = page.get_by_text("Masih benar, tarik, dan tampilkan kembali ditandatangani")
            assert await said.is_visible()
            assert await page.get_by_role("button", name="Masih benar").count() == 0
            assert (place, await axe_faults(page)) == (place, [])


async def test_where_a_second_person_approves_an_approver_signs_what_has_no_draft(
    world: TwoHubs,
) -> None:
    async with quiet_pages_of(world.bali, SECOND) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "penyetuju1")
        await page.goto(f"{url}/inovasi/{world.market}")
        await page.get_by_role("button", name="Masih benar").click()
        assert await page.get_by_text("Dinyatakan masih benar.").is_visible()
    assert world.bali.db.read_sync(outbox.count) == 1


async def test_where_a_second_person_approves_an_editor_sees_who_replicates(
    world: TwoHubs,
) -> None:
    employ(world.makassar, "penulis1", Role.EDITOR)
    async with quiet_pages_of(world.makassar, SECOND) as url, open_page() as page:
        await sign_in(page, url, "penulis1")
        for place in ("usul", "replikasi"):
            await page.goto(f"{url}/katalog/{world.market}/{place}")
            assert await page.get_by_text(NOTE).is_visible()
            assert await page.get_by_role("button", name="Nyatakan minat").count() == 0
            assert (place, await axe_faults(page)) == (place, [])
