"""A centre and its hubs as processes of this machine, each driven by its command line."""

import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from protocol.canonical import parse
from runtime.console import ExitCode

T = TypeVar("T")

DATA = Path(__file__).parent / "data"
AUTHORITY = "demo.jippnas.example"
STOP_TIMEOUT_S = 60
ACCOUNT, PASSWORD = "operator", "empat kata untuk demo"
"""Of every hub's pages in the demo, and only there: everybody can read them here."""
ADMINISTRATOR = "admin"
"""Of the centre's pages; with the same password."""
HUBS = {
    "51": "JIPP Provinsi Bali",
    "35": "JIPP Provinsi Jawa Timur",
    "73": "JIPP Provinsi Sulawesi Selatan",
    "kemenkes": "JIPP Kementerian Kesehatan",
}
SILENT = ("64", "JIPP Provinsi Kalimantan Timur")
"""A hub that enrols and then never syncs, so that the desk shows one to run after."""
INVITED = ("33", "JIPP Provinsi Jawa Tengah")
"""Whose invitation nobody has used yet."""


class CommandFailed(Exception):
    """A command of the story that did not exit 0, with all that it printed."""


def run(package: str, *words: str, typed: str = "") -> Any:  # the JSON document of any command
    """Runs one command of `hubnode` or `central` and returns the JSON document it printed."""
    done = subprocess.run(  # noqa: S603  # our own program, our own words
        [sys.executable, "-m", package, *words],
        input=typed.encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode not in (ExitCode.OK, ExitCode.ATTENTION):
        text = (done.stdout + done.stderr).decode()
        raise CommandFailed(f"{package} {' '.join(words)}: exit {done.returncode}\n{text}")
    return parse(done.stdout) if "--json" in words else None


@dataclass(frozen=True, slots=True)
class Hub:
    """One hub's node in its folder."""

    name: str
    folder: Path

    def do(self, *words: str) -> Any:
        """Runs `hubnode WORDS --data FOLDER`."""
        return run("hubnode", *words, "--data", str(self.folder))


def at_once(act: Callable[[Hub], T], hubs: Sequence[Hub]) -> list[T]:
    """Does the same at several hubs side by side, as hubs work; returns what each answered."""
    with ThreadPoolExecutor(len(hubs)) as pool:
        return list(pool.map(act, hubs))


class Federation:
    """Starts the centre, enrols the hubs; stops every process that it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.centre_folder = folder / "centre"
        self.hubs = tuple(Hub(name, folder / f"hub-{name}") for name in HUBS)
        self.url = ""
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._make_centre()
        self.url = self._serve_centre()
        at_once(lambda hub: self._enrol(hub, HUBS[hub.name]), self.hubs)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(timeout=STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()  # a node carries on after that as after a loss of power
                process.wait()

    @property
    def pids(self) -> list[int]:
        """Of the processes that run: the centre's, then those of hubs that serve."""
        return [process.pid for process in self._processes]

    def central(self, *words: str, typed: str = "") -> Any:
        """Runs `central WORDS --data FOLDER`."""
        return run("central", *words, "--data", str(self.centre_folder), typed=typed)

    def serve_hubs(self, *, interval_s: int) -> dict[str, str]:
        """Leaves every hub running on a schedule of `interval_s` seconds.

        Returns:
            The address of each hub's pages, where the demo's account has been made.
        """
        addresses = {hub.name: self._serve_pages(hub, interval_s) for hub in self.hubs}
        for url in addresses.values():
            _make_account(url)
        return addresses

    def serve_fresh(self, name: str, title: str) -> tuple[str, str]:
        """Serves a node that has no account and is not enrolled, as somebody finds it who installs.

        Returns:
            The address of its pages, and an invitation for that hub.
        """
        hub = Hub(name, self.folder / f"hub-{name}")
        hub.do("init")
        return self._serve_pages(hub, interval_s=3_600), self.invite(name, title)

    def add_silent(self) -> None:
        """Enrols a hub that never syncs; it is none of `hubs`, for it has no replica to compare."""
        name, title = SILENT
        self._enrol(Hub(name, self.folder / f"hub-{name}"), title)

    def invite(self, name: str, title: str) -> str:
        """The text with which a hub enrols."""
        words = ("--name", title, "--url", self.url, "--json")
        return str(self.central("hub", "invite", name, *words)["invitation"])

    def wait(self) -> None:
        """Waits for Ctrl-C, or for all to end: hubs work on where the centre is gone."""
        try:
            for process in self._processes:
                process.wait()
        except KeyboardInterrupt:
            return

    def _make_centre(self) -> None:
        """A centre whose administrator needs no phone: nobody but this machine reaches it."""
        self.central("init", "--authority", AUTHORITY)
        with (self.centre_folder / "central.toml").open("a", encoding="utf-8") as settings:
            settings.write("second_factor = false\n")
        role = ("--role", "administrator", "--agency", "panrb")
        self.central("user", "add", ADMINISTRATOR, *role, typed=f"{PASSWORD}\n")

    def _serve_centre(self) -> str:
        document = self._start(
            "central", "serve", "--data", str(self.centre_folder), "--port", "0", "--json"
        )
        return str(document["url"])

    def _serve_pages(self, hub: Hub, interval_s: int) -> str:
        document = self._start(
            "hubnode", "serve", "--data", str(hub.folder), "--port", "0", "--json",
            "--interval", str(interval_s),
        )  # fmt: skip
        return str(document["url"])

    def _enrol(self, hub: Hub, title: str) -> None:
        hub.do("init")
        hub.do("enrol", self.invite(hub.name, title), "--yes")

    def _start(self, package: str, *words: str) -> Any:
        log = (self.folder / f"{package}-{len(self._processes)}.log").open("wb")
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", package, *words], stdout=subprocess.PIPE, stderr=log
        )
        self._processes.append(process)
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            raise CommandFailed(f"{package} {words[0]} did not start; see {log.name}")
        return parse(line)


def _make_account(url: str) -> None:
    """Makes a hub's first account, as the first page of its wizard does."""
    form = {"name": ACCOUNT, "password": PASSWORD, "again": PASSWORD}
    with urllib.request.urlopen(f"{url}/mulai", urllib.parse.urlencode(form).encode()):  # noqa: S310
        pass
