"""The pages of a node, served to a real browser, and how somebody gets in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from playwright.async_api import Page

from hubnode.app import answering, build_web
from hubnode.live_settings import LiveSettings
from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.web.live import LiveRun
from hubnode.web.routes import add_pages
from hubnode.web.site import Site
from runtime.pages.pace import LoginPace
from runtime.pages.rendering import Pages
from tests.support.servers import served

PASSWORD = "kuda hijau terbang tinggi"


@asynccontextmanager
async def pages_of(node: Node) -> AsyncIterator[str]:
    """The address at which a node's pages answer meanwhile."""
    async with answering(node, NodeSettings(port=0)) as url:
        yield url


@asynccontextmanager
async def quiet_pages_of(node: Node, settings: NodeSettings | None = None) -> AsyncIterator[str]:
    """The same without a schedule: nothing runs but what the test runs."""
    app = with_pages(build_web(node), node, settings or NodeSettings())
    async with served(app) as url:
        yield url


def with_pages(app: web.Application, node: Node, settings: NodeSettings) -> web.Application:
    """An application that also serves the pages of a node that nobody syncs."""
    site = Site(
        node=node,
        kept=LiveSettings(node.folder, settings),
        pages=Pages("hubnode.web"),
        live=LiveRun(node.clock),
        run_now=lambda: None,
        next_run_at=lambda: None,
        pace=LoginPace(node.clock),
    )
    add_pages(app, site)
    return app


async def make_first_account(page: Page, url: str, name: str = "operator1") -> None:
    """As the wizard's first step asks; signs in with it."""
    await page.goto(f"{url}/mulai")
    await page.get_by_label("Nama akun").fill(name)
    await page.get_by_label("Kata sandi", exact=False).first.fill(PASSWORD)
    await page.get_by_label("Ulangi kata sandi").fill(PASSWORD)
    await page.get_by_role("button", name="Buat akun").click()
    await page.wait_for_url("**/mulai/pendaftaran")
