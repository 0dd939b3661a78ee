"""An admin's day at the centre: every kind of case ended, with the keys, and without scripts."""

from datetime import timedelta

from playwright.async_api import Page, expect

from central.casework import campaigns, duplicates, holds
from central.casework.campaigns import Look
from central.casework.conflicts import list_conflicts
from central.web.rights import Role
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import enter
from tests.support.desk_cases import contest, hold, new_hub, twins

WHY = "Surat 12/2026"


async def prepare(running: RunningCentre) -> None:
    """A hub with a conflict, a pair and a held change."""
    hub = await new_hub(running)
    await contest(running, hub)
    await twins(running, hub)
    await hold(running, hub, title="Layanan aduan warga")


def left(running: RunningCentre) -> tuple[int, int, int]:
    """Open conflicts, pairs and changes that wait."""
    db, centre = running.centre.db, running.centre
    return (
        len(db.read_sync(lambda conn: list_conflicts(conn, centre))),
        db.read_sync(lambda conn: duplicates.list_open(conn, centre, limit=1)).total,
        len(db.read_sync(holds.list_waiting)),
    )


def opened(running: RunningCentre) -> list[Look]:
    centre = running.centre
    return centre.db.read_sync(lambda conn: campaigns.list_campaigns(conn, centre))


async def open_a_campaign(page: Page, running: RunningCentre) -> None:
    """Counts first, then opens it."""
    due = running.centre.clock.now().date() + timedelta(days=60)
    await page.get_by_role("link", name="Kampanye", exact=True).first.click()
    await page.get_by_role("link", name="Buka kampanye").click()
    await page.get_by_label("Nama pendek").fill("2026-semua")
    await page.get_by_label("Judul").fill("Pemutakhiran 2026")
    await page.get_by_label("Sampai tanggal").fill(due.isoformat())
    await page.get_by_role("button", name="Hitung dahulu").click()
    await expect(page.get_by_role("status")).to_contain_text("Belum ada yang diputuskan")
    await page.get_by_role("button", name="Buka kampanye").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Pemutakhiran 2026")


async def test_a_day_with_the_mouse_ends_every_case_and_undoes_one(
    running: RunningCentre,
) -> None:
    await prepare(running)
    async with open_page() as page:
        page.on("dialog", lambda dialog: dialog.accept())
        await enter(page, running.centre, running.url, Role.CURATOR)
        await page.goto(f"{running.url}/pusat")
        await page.get_by_role("main").get_by_role("link", name="1", exact=True).first.click()

        await page.get_by_role("link", name="Antrean daring puskesmas kota").click()
        await page.get_by_role("radio", name="Nilai pusat").check()
        await page.get_by_role("button", name="Putuskan dan lanjut").click()
        await expect(page.get_by_role("status")).to_contain_text("Benturan itu selesai")
        await page.get_by_role("link", name="Lihat atau urungkan").click()
        await expect(page.get_by_role("heading", name="Kembalikan nilai")).to_be_visible()

        await page.get_by_role("link", name="Dugaan ganda").first.click()
        await page.get_by_role("link", name="Kota Layak Anak").click()
        await page.get_by_role("radio", name="Dua inovasi berbeda").check()
        await page.get_by_label("Alasan").fill(WHY)
        await page.get_by_role("button", name="Putuskan dan lanjut").click()
        await page.get_by_role("link", name="Lihat atau urungkan").click()
        await page.get_by_role("link", name="Lihat pasangannya, atau urungkan").click()
        await page.get_by_label("Alasan").fill("Keliru")
        await page.get_by_role("button", name="Urungkan").click()
        await expect(page.get_by_role("status")).to_contain_text("diurungkan")

        await page.get_by_role("link", name="Ditahan").first.click()
        await page.get_by_role("link", name="Layanan aduan warga").click()
        await page.get_by_role("radio", name="Luluskan").check()
        await page.get_by_role("button", name="Putuskan dan lanjut").click()
        await expect(page.get_by_role("status")).to_contain_text("berlaku sekarang")
        await open_a_campaign(page, running)
    assert left(running) == (0, 1, 0)
    assert [it.campaign.id for it in opened(running)] == ["2026-semua"]


async def test_a_day_with_the_keys_alone_ends_a_queue_of_cases(running: RunningCentre) -> None:
    hub = await new_hub(running)
    for _ in range(3):
        await contest(running, hub)
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        await page.goto(f"{running.url}/pusat/benturan")
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await page.keyboard.press("k")
        await page.keyboard.press("Enter")
        for number in (1, 2, 3):
            await expect(page.get_by_text(f"inovasi 1 dari {4 - number}")).to_be_visible()
            await page.keyboard.press("1")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("status")).to_contain_text("Benturan itu selesai")
    assert left(running)[0] == 0


async def test_the_keys_answer_a_held_change_too(running: RunningCentre) -> None:
    await hold(running, await new_hub(running), title="Layanan aduan warga")
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        await page.goto(f"{running.url}/pusat/ditahan")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/pusat/ditahan/*")
        await page.keyboard.press("2")
        await expect(page.get_by_role("radio", name="Tolak")).to_be_checked()
        await page.keyboard.press("1")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("berlaku sekarang")
    assert left(running)[2] == 0


async def test_keys_step_from_case_to_case_and_rest_while_somebody_types(
    running: RunningCentre,
) -> None:
    hub = await new_hub(running)
    first, second = await contest(running, hub), await contest(running, hub)
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        await page.goto(f"{running.url}/pusat/benturan/{first}/title")
        await page.get_by_role("textbox", name="Nilai lain").press("j")
        assert first in page.url
        await page.get_by_role("heading", level=1).click()
        await page.keyboard.press("j")
        await page.wait_for_url(f"**/{second}/title")
        await page.keyboard.press("ArrowLeft")
        await page.wait_for_url(f"**/{first}/title")


async def test_whoever_wants_no_keys_switches_them_off(running: RunningCentre) -> None:
    hub = await new_hub(running)
    first, _ = await contest(running, hub), await contest(running, hub)
    address = f"{running.url}/pusat/benturan/{first}/title"
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        await page.goto(address)
        await page.keyboard.press("?")
        await page.get_by_label("Pakai pintasan di peramban ini").uncheck()
        await page.get_by_role("button", name="Tutup").click()
        for _ in range(2):
            await page.keyboard.press("j")
            await page.keyboard.press("1")
            await page.reload()
        assert page.url == address
        assert not await page.get_by_role("radio", name="Nilai pusat").is_checked()


async def test_a_day_without_scripts_ends_the_same_cases(running: RunningCentre) -> None:
    await prepare(running)
    async with open_page(has_scripts=False) as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        await page.goto(f"{running.url}/pusat/benturan")
        assert not await page.get_by_text("Pintasan papan ketik").first.is_visible()
        await page.get_by_role("link", name="Antrean daring puskesmas kota").click()
        await page.get_by_role("radio", name="Nilai pusat").check()
        await page.get_by_role("button", name="Putuskan dan lanjut").click()

        await page.get_by_role("link", name="Dugaan ganda").first.click()
        await page.get_by_role("link", name="Kota Layak Anak").click()
        await page.get_by_role("radio", name="Satu inovasi; A yang tinggal").check()
        await page.get_by_label("Alasan").fill(WHY)
        await page.get_by_role("button", name="Putuskan dan lanjut").click()

        await page.get_by_role("link", name="Ditahan").first.click()
        await page.get_by_role("link", name="Layanan aduan warga").click()
        await page.get_by_role("radio", name="Luluskan").check()
        await page.get_by_role("button", name="Putuskan dan lanjut").click()
        await open_a_campaign(page, running)
    assert left(running) == (0, 0, 0)
    assert len(opened(running)) == 1
