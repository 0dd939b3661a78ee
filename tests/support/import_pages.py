"""Files that a person brings to the import pages, and how they are brought."""

import csv
import io
from collections.abc import Sequence
from contextlib import suppress

from playwright.async_api import Error, FilePayload, Page

TEMPLATE = ("kode", "title", "agency.name", "agency.kind", "region", "started", "summary")


def row(key: str, title: str, *, started: str = "2021", summary: str = "") -> tuple[str, ...]:
    """A row of the template's first columns."""
    return (key, title, "Dinas Kesehatan Kota Denpasar", "kota", "51.71", started, summary)


def sheet(*rows: Sequence[str], columns: Sequence[str] = TEMPLATE) -> bytes:
    """The bytes of a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue().encode()


async def bring(page: Page, url: str, data: bytes, *, name: str = "inovasi.csv") -> None:
    """Uploads a file and waits until it was looked at."""
    await page.goto(f"{url}/impor")
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
    await page.get_by_label("Berkas", exact=True).set_input_files(file)
    await press(page, "Unggah dan tinjau")


async def press(page: Page, button: str) -> None:
    """Presses a button and waits until what it began is done."""
    async with page.expect_navigation():
        await page.get_by_role("button", name=button).click()
    await settled(page)


async def settled(page: Page) -> None:
    """Waits, as a person without a script would, until no work is under way."""
    while await page.locator("[data-running=yes]").count():
        await page.wait_for_timeout(300)
        with suppress(Error):  # the page's own script was faster and went on
            await page.goto(page.url)


async def figures(page: Page) -> list[int]:
    """What the review counts: new, changed, unchanged, faulty."""
    return [int(text.replace(".", "")) for text in await page.locator(".figure").all_inner_texts()]
