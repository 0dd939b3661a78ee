"""A real browser for tests: Debian's Chromium, driven by Playwright."""

import atexit
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import ConsoleMessage, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")
WIDE, NARROW = 1280, 390
HEIGHT = 900
PATIENCE_MS = 15_000
START_S = 120
POLL_S = 0.05


@asynccontextmanager
async def open_page(
    *, width: int = WIDE, is_dark: bool = False, has_scripts: bool = True, language: str = "id-ID"
) -> AsyncIterator[Page]:
    """A page that shares nothing with another; fails at the end if a script on it failed.

    Skips the test, saying why, where there is no browser.
    """
    address = _browser()
    faults: list[str] = []
    async with async_playwright() as driver:
        browser = await driver.chromium.connect_over_cdp(address, timeout=START_S * 1_000)
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
        await context.close()
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


@cache
def _browser() -> str:
    """Where this process's one Chromium is driven; its start takes seconds."""
    binary = next((found for name in NAMES if (found := shutil.which(name))), None)
    if binary is None:
        pytest.skip("NOT TESTED IN A BROWSER: no Chromium is installed")
    folder = Path(tempfile.mkdtemp(prefix="jipp-browser-"))
    words = [binary, *OPTIONS, "--remote-debugging-port=0", f"--user-data-dir={folder}"]
    process = subprocess.Popen(  # noqa: S603  # Debian's own program
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    atexit.register(_end, process, folder)
    return f"http://127.0.0.1:{_port(folder / 'DevToolsActivePort')}"


def _port(file: Path) -> str:
    """As Chromium writes it once it can be driven: the first line."""
    given_up_at = time.monotonic() + START_S
    while not (file.exists() and (lines := file.read_text(encoding="ascii").split())):
        assert time.monotonic() < given_up_at, "Chromium does not start"
        time.sleep(POLL_S)
    return lines[0]


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    process.terminate()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
