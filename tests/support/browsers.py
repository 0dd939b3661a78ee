"""A real browser for tests: Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import ConsoleMessage, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDE, NARROW = 1280, 390
HEIGHT = 900
PATIENCE_MS = 15_000


@asynccontextmanager
async def open_page(
    *, width: int = WIDE, is_dark: bool = False, has_scripts: bool = True, language: str = "id-ID"
) -> AsyncIterator[Page]:
    """A page of a fresh browser; fails at the end if a script on it failed.

    Skips the test, saying why, where there is no browser.
    """
    binary = next((found for name in NAMES if (found := shutil.which(name))), None)
    if binary is None:
        pytest.skip("NOT TESTED IN A BROWSER: no Chromium is installed")
    faults: list[str] = []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        context = await browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if is_dark else "light",
            java_script_enabled=has_scripts,
            locale=language,
        )
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.extend(_fault_in(said)))
        yield page
        await browser.close()
    assert faults == []


async def axe_faults(page: Page) -> list[str]:
    """What axe finds on the page as it is now, a line each."""
    found = await Axe().run(page)
    return [
        f"{it['id']}: {node['html'][:200]}"
        for it in found.response["violations"]
        for node in it["nodes"]
    ]


def _fault_in(said: ConsoleMessage) -> list[str]:
    """An error that is not only the browser's word on a refusal that the page itself explains."""
    is_fault = said.type == "error" and not said.text.startswith("Failed to load resource")
    return [said.text] if is_fault else []
