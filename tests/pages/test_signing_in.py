"""Who gets in, and how."""

import pytest

from hubnode.node import Node
from tests.support.browsers import axe_faults, open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_pages import PASSWORD, make_first_account, pages_of
from tests.support.two_hubs import two_hubs

pytestmark = pytest.mark.browser


async def test_whoever_signed_out_signs_in_again(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(url)
        await page.get_by_role("button", name="Keluar").click()
        await page.get_by_label("Nama akun").fill("operator1")
        await page.get_by_label("Kata sandi").fill(PASSWORD)
        await page.get_by_role("button", name="Masuk").click()
        assert await page.get_by_role("heading", name="Beranda").is_visible()
        assert await axe_faults(page) == []


async def test_two_nodes_on_one_machine_do_not_sign_each_others_people_out(
    federation: FederationUnderTest, hub: Node
) -> None:
    world = await two_hubs(federation, hub)
    async with (
        pages_of(world.bali) as bali,
        pages_of(world.makassar) as makassar,
        open_page() as page,
    ):
        await make_first_account(page, bali)
        await make_first_account(page, makassar)
        await page.goto(bali)
        assert await page.get_by_role("heading", name="Beranda").is_visible()
