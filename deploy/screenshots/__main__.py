"""`make screenshots`: every screen of both services as a picture, for a person to look at.

Light and dark, 1280 and 390 wide. A demo federation is made for it, with something in every place;
nothing here is asserted.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from deploy.demo.federation import ACCOUNT, ADMINISTRATOR, PASSWORD, Federation
from deploy.screenshots import centre_screens, node_screens
from deploy.screenshots.centre_screens import CENTRE, VISITOR
from deploy.screenshots.node_screens import BALI, BEFORE, KEMENKES, NEW
from deploy.screenshots.screen import Screen
from deploy.screenshots.world import FAULTY, World, prepare

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = (1_280, 390)
HEIGHT = 900
PEOPLE = (BALI, KEMENKES, NEW, CENTRE, VISITOR)


class Photographer:
    """Goes from screen to screen, as several people, and keeps a picture of each."""

    def __init__(self, browser: Browser, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.lacking: list[str] = []
        self._pages = {who: _opened(browser) for who in PEOPLE}

    def page(self, who: str) -> tuple[Page, str]:
        """The page of whoever looks, and the address of the service that they look at."""
        return self._pages[who], self.world.addresses[who]

    def shoot(self, who: str, name: str) -> None:
        """Keeps what is on somebody's screen now, in every width and scheme."""
        page, _ = self.page(who)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
                path = self.folder / f"{name}-{scheme}-{width}.png"
                page.screenshot(path=path, full_page=True)
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        print(name, file=sys.stderr, flush=True)

    def shoot_screen(self, screen: Screen) -> None:
        """Goes to a screen as a person would, and keeps it."""
        page, url = self.page(screen.at)
        address: str | None = screen.route
        if screen.start:
            page.goto(url + screen.start)
            address = screen.address_on(_links(page))
        if address is None:
            self.lacking.append(screen.route)
            return
        page.goto(url + address)
        self.shoot(screen.at, screen.name)

    def shoot_more(self) -> None:
        """The states of screens that the routes do not tell apart."""
        page, url = self.page(BALI)
        page.goto(f"{url}/katalog")
        records = [it.get_attribute("value") for it in page.locator("input[name=id]").all()]
        for name, who, address in (*node_screens.MORE, *centre_screens.MORE):
            there, its_url = self.page(who)
            there.goto(its_url + address.format(*records))
            self.shoot(who, name)

    def sign_in(self, who: str, account: str) -> None:
        """Signs somebody in."""
        page, url = self.page(who)
        page.goto(f"{url}/masuk")
        page.get_by_label("Nama akun").fill(account)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk", exact=True).click()

    def make_first_account(self) -> None:
        """On the node that is new."""
        page, url = self.page(NEW)
        page.goto(f"{url}/mulai")
        page.get_by_label("Nama akun").fill(ACCOUNT)
        page.locator("#password").fill(PASSWORD)
        page.locator("#again").fill(PASSWORD)
        page.get_by_role("button", name="Buat akun").click()

    def enrol(self) -> None:
        """The last two screens of the wizard, which are answers to forms."""
        page, url = self.page(NEW)
        page.goto(f"{url}/mulai/pendaftaran")
        page.get_by_label("Undangan").fill(self.world.invitation)
        page.get_by_role("button", name="Lanjut").click()
        self.shoot(NEW, "mulai-pendaftaran-compared")
        page.get_by_role("button", name="Sama; daftarkan").click()
        self.shoot(NEW, "mulai-enrolled")

    def fill_bali(self) -> None:
        """Brings files and begins a draft, with samples at another hub."""
        page, url = self.page(BALI)
        for data in (FAULTY, FAULTY.replace("dua ribu", "2022").replace("A", "B")):
            self._bring(data)
        page.get_by_role("button", name="Impor 2 inovasi").click()
        page.wait_for_timeout(3_000)
        page.goto(f"{url}/inovasi/baru")
        page.get_by_label("Judul inovasi").fill("Antar obat sampai rumah")
        page.get_by_label("Ringkasan").fill("Hubungi 0812 3456 7890 untuk obat.")
        page.get_by_role("button", name="Simpan draf").last.click()
        there, its_url = self.page(KEMENKES)
        there.goto(f"{its_url}/inovasi")
        there.request.post(
            f"{its_url}/contoh",
            form={"csrf": str(there.locator("[name=csrf]").first.get_attribute("value"))},
        )

    def _bring(self, data: str) -> None:
        page, url = self.page(BALI)
        page.goto(f"{url}/impor")
        page.locator("#file").set_input_files(
            {"name": "inovasi-2026.csv", "mimeType": "text/csv", "buffer": data.encode()}
        )
        page.get_by_role("button", name="Unggah dan tinjau").click()
        page.get_by_role("heading", name="Impor", exact=True).last.wait_for()


def main() -> int:
    """Makes the federation and the pictures; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    folder: Path = parser.parse_args().out
    binary = next((it for name in BROWSERS if (it := shutil.which(name))), None)
    if binary is None:
        print("No Chromium is installed; see deploy/test-packages.sh.", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="jipp-screens-") as made,
        Federation(Path(made)) as federation,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        photographer = Photographer(browser, prepare(federation), folder)
        _shoot_all(photographer)
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}/")
    if photographer.lacking:
        print(f"Without content, so without a picture: {', '.join(photographer.lacking)}")
    return 0


def _shoot_all(photographer: Photographer) -> None:
    found = node_screens.screens()
    for screen in [it for it in found if it.route in BEFORE]:
        photographer.shoot_screen(screen)
    photographer.make_first_account()
    for hub in (BALI, KEMENKES):
        photographer.sign_in(hub, ACCOUNT)
    photographer.sign_in(CENTRE, ADMINISTRATOR)
    photographer.fill_bali()
    later = [it for it in found if it.route not in BEFORE]
    for screen in (*later, *centre_screens.screens()):
        photographer.shoot_screen(screen)
    photographer.shoot_more()
    photographer.enrol()


def _opened(browser: Browser) -> Page:
    return browser.new_context(locale="id-ID").new_page()


def _links(page: Page) -> list[str]:
    return [str(it.get_attribute("href")) for it in page.locator("main a[href]").all()]


if __name__ == "__main__":
    sys.exit(main())
