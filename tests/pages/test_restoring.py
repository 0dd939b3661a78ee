"""A machine is lost: its backup and the kit on paper bring the hub back, in a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page

from hubnode.backup import create
from hubnode.enrolment import create_node
from hubnode.kit import kit_of
from hubnode.node import Node
from hubnode.opening import online_node
from hubnode.store import identity, records
from hubnode.sync.run import sync
from protocol.emergency_kit import EmergencyKit, format_kit
from runtime.system import SystemEntropy
from tests.support.browsers import open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_accounts import employ
from tests.support.hub_pages import PASSWORD, quiet_pages_of
from tests.support.nodes import publish
from tests.support.screens import assert_readable
from tests.support.stories import who

pytestmark = pytest.mark.browser

OTHER_KIT = format_kit(EmergencyKit(log=b"\x01" * 32, witness=b"\x02" * 32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescued:
    """What was carried out of the building."""

    backup: Path
    kit: str


@pytest.fixture
async def rescued(federation: FederationUnderTest, hub: Node, tmp_path: Path) -> Rescued:
    """Bali had a backup, went on for a while, and is gone."""
    employ(hub, "rekan")
    publish(hub, "Antar Obat")
    await federation.sync(hub)
    kit = format_kit(kit_of(hub, who(hub)))
    path = create(hub, who(hub), tmp_path / "bali.jipp-backup")
    publish(hub, "Pasar Daring")
    await federation.sync(hub)
    hub.db.close()
    return Rescued(backup=path, kit=kit)


@asynccontextmanager
async def new_machine(folder: Path) -> AsyncIterator[Node]:
    create_node(folder, entropy=SystemEntropy())
    async with online_node(folder) as node:
        yield node


async def choose_to_restore(page: Page, url: str) -> None:
    """The first page of the wizard."""
    await page.goto(url)
    await page.get_by_label("Memulihkan dari cadangan").check()
    await page.get_by_label("Nama akun").fill("operator1")
    await page.get_by_label("Kata sandi", exact=False).first.fill(PASSWORD)
    await page.get_by_label("Ulangi kata sandi").fill(PASSWORD)
    await page.get_by_role("button", name="Buat akun").click()


async def bring(page: Page, path: Path, kit: str) -> None:
    await page.get_by_label("Kit darurat").fill(kit)
    await page.get_by_label("Berkas cadangan").set_input_files(path)
    await page.get_by_role("button", name="Periksa dan pulihkan").click()


def titles(node: Node) -> set[str]:
    found = node.db.read_sync(lambda conn: records.page(conn, limit=9))
    return {str(it.fields["title"]) for it in found}


async def test_a_backup_and_the_kit_bring_everything_back(rescued: Rescued, tmp_path: Path) -> None:
    async with (
        new_machine(tmp_path / "new") as node,
        quiet_pages_of(node) as url,
        open_page(has_scripts=False) as page,
    ):
        await choose_to_restore(page, url)
        await bring(page, rescued.backup, rescued.kit.lower())
        assert await page.get_by_text("Cadangan sudah dipulihkan.").is_visible()
        assert titles(node) == {"Antar Obat"}
        await page.get_by_role("button", name="Jadikan mesin ini mesin hub").click()
        assert await page.get_by_text("Mesin ini sekarang mesin hub.").is_visible()
        await page.goto(f"{url}/pengaturan/akun")
        assert await page.get_by_text("rekan", exact=True).first.is_visible()
        report = await sync(node)
        assert (report.state, titles(node)) == ("ok", {"Antar Obat", "Pasar Daring"})


async def test_a_wrong_kit_or_file_loses_nothing(rescued: Rescued, tmp_path: Path) -> None:
    other = tmp_path / "surat.pdf"
    other.write_bytes(b"%PDF-1.7")
    async with (
        new_machine(tmp_path / "new") as node,
        quiet_pages_of(node) as url,
        open_page() as page,
    ):
        await choose_to_restore(page, url)
        for path, kit in (
            (rescued.backup, "JIPP-KUNCI-1 ABCD"),
            (rescued.backup, OTHER_KIT),
            (other, rescued.kit),
        ):
            await bring(page, path, kit)
            assert "tidak ada yang berubah" in await page.get_by_role("alert").inner_text()
            assert await page.get_by_label("Kit darurat").input_value() == kit
            assert node.db.read_sync(identity.get) is None
        await bring(page, rescued.backup, rescued.kit)
        assert await page.get_by_role("heading", name="Cadangan dipulihkan").is_visible()


async def test_without_the_centre_the_last_step_waits_and_says_so(
    federation: FederationUnderTest, rescued: Rescued, tmp_path: Path
) -> None:
    await federation.go_away()
    async with (
        new_machine(tmp_path / "new") as node,
        quiet_pages_of(node) as url,
        open_page() as page,
    ):
        await choose_to_restore(page, url)
        await bring(page, rescued.backup, rescued.kit)
        await page.get_by_role("button", name="Jadikan mesin ini mesin hub").click()
        assert "data aman di sini" in await page.get_by_role("alert").inner_text()
        assert titles(node) == {"Antar Obat"}


async def test_a_node_that_has_a_hub_keeps_it(rescued: Rescued, tmp_path: Path) -> None:
    async with (
        new_machine(tmp_path / "new") as node,
        quiet_pages_of(node) as url,
        open_page() as page,
    ):
        await choose_to_restore(page, url)
        await bring(page, rescued.backup, rescued.kit)
        await page.goto(f"{url}/mulai/cadangan")
        assert await page.get_by_text("Node ini sudah menjadi milik").is_visible()
        assert await page.get_by_role("button", name="Periksa dan pulihkan").count() == 0


async def test_every_screen_of_it_can_be_read_by_everybody(
    rescued: Rescued, tmp_path: Path
) -> None:
    async with (
        new_machine(tmp_path / "new") as node,
        quiet_pages_of(node) as url,
        open_page() as page,
    ):
        await page.goto(url)
        await assert_readable(page)
        await choose_to_restore(page, url)
        await bring(page, rescued.backup, OTHER_KIT)
        await assert_readable(page)
        await page.goto(f"{url}/mulai/kunci")
        await assert_readable(page)
        await page.goto(f"{url}/mulai/cadangan")
        await bring(page, rescued.backup, rescued.kit)
        await assert_readable(page)
