"""What every screen has to be, in light and dark, on a desk and on a telephone."""

from playwright.async_api import Page

from tests.support.browsers import HEIGHT, NARROW, WIDE, axe_faults


async def assert_readable(page: Page) -> None:
    """axe finds nothing on the page as it is now, and nothing of it is wider than the screen."""
    for width in (WIDE, NARROW):
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            assert await axe_faults(page) == [], (page.url, width, scheme)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (page.url, width)
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": WIDE, "height": HEIGHT})
