"""People at a node, and their browsers."""

from playwright.async_api import Page

from hubnode.node import Node
from hubnode.store.accounts import ACCOUNTS
from hubnode.web.site import Role
from runtime.accounts import Account
from runtime.pages.passwords import hash_password
from tests.support.hub_pages import PASSWORD


def employ(node: Node, name: str, role: Role = Role.OPERATOR) -> None:
    """Gives somebody an account."""
    account = Account(
        name=name,
        role=role.word,
        password=hash_password(PASSWORD),
        is_active=True,
        created_at=node.clock.now(),
    )
    node.db.run_sync(lambda conn: ACCOUNTS.add(conn, account))


async def sign_in(page: Page, url: str, name: str) -> None:
    """Signs them in, and signs out whoever was signed in."""
    await page.context.clear_cookies()
    await page.goto(f"{url}/masuk")
    await page.get_by_label("Nama akun").fill(name)
    await page.get_by_label("Kata sandi").fill(PASSWORD)
    await page.get_by_role("button", name="Masuk").click()
    await page.wait_for_url(f"{url}/")
