"""A centre without its web face, whose clock and randomness a test holds in its hands."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from central import intake, registry
from central.centre import Centre
from central.intake import PackageRefused, Upload
from central.opening import create_folder, opened_centre
from central.reconciler import Reconciler
from central.settings import CentralSettings
from protocol.canonical import Json
from protocol.enrolment import EnrolAnswer
from protocol.entries.decisions import Decision, read_decisions
from protocol.merkle import Tree
from protocol.mirror import (
    EntriesDecoder,
    EntriesHeader,
    MirrorInfo,
    Package,
    decode_add_checkpoint,
)
from protocol.record_state import RecordState, decode_record_state
from tests.support.author import Author
from tests.support.ports import ManualClock, SeededEntropy

AUTHORITY = "jippnas.test"
VALID: dict[str, Json] = {"title": "Antrean daring puskesmas", "region": "51", "started": "2024"}
"""What makes a valid record, together with the agency that `Author.put` adds."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The centre's rooms under test, each asked in one transaction."""

    centre: Centre
    clock: ManualClock

    def write(self, work: Callable[[Connection, Centre], T]) -> T:
        """Runs a room's function as one transaction."""
        return self.centre.db.run_sync(lambda conn: work(conn, self.centre))

    def read(self, work: Callable[[Connection, Centre], T]) -> T:
        """As `write`, for what changes nothing."""
        return self.centre.db.read_sync(lambda conn: work(conn, self.centre))

    def invite(self, hub: str, *, name: str = "", hours: int = 48) -> str:
        """An invitation as text."""
        return self.write(
            lambda conn, centre: registry.create_invitation(
                conn,
                centre,
                hub=hub,
                name=name or f"Hub {hub}",
                hours=hours,
                url="https://pusat.test",
                by="rina",
            )
        )

    def enrol(self, author: Author, invitation: str = "") -> EnrolAnswer:
        """Enrols a hub, by a fresh invitation unless one is given."""
        request = author.enrol_request(invitation or self.invite(author.hub))
        return self.write(lambda conn, centre: registry.enrol(conn, centre, request))

    def add_checkpoint(self, author: Author, *, old: int = 0, size: int | None = None) -> None:
        """Moves the pending checkpoint of the author's log."""
        message = decode_add_checkpoint(author.add_checkpoint(old=old, size=size))
        self.write(lambda conn, centre: intake.add_checkpoint(conn, centre, message))

    def upload(self, author: Author, start: int = 0, end: int | None = None) -> bytes | MirrorInfo:
        """Sends entries from `start`, package by package, each a transaction of its own."""
        decoder = EntriesDecoder()
        header, *packages = decoder.feed(author.add_entries(start, end))
        assert isinstance(header, EntriesHeader)
        accepted = self.write(lambda conn, centre: intake.begin_entries(conn, centre, header))
        for package in packages:
            assert isinstance(package, Package)
            if refusal := self.keep(accepted, package):
                raise refusal
        return self.write(lambda conn, centre: intake.finish(conn, centre, accepted))

    def keep(self, upload: Upload, *packages: Package) -> PackageRefused | None:
        """Hands packages of an accepted upload to the intake; returns what it refused of them."""
        _, refusal = self.write(
            lambda conn, centre: intake.keep_packages(conn, centre, upload, packages)
        )
        return refusal

    def submit(self, author: Author, *, start: int = 0) -> None:
        """Sends what the centre lacks of the author's log."""
        self.add_checkpoint(author, old=start)
        self.upload(author, start)

    async def decide(self) -> int:
        """Reconciles until nothing waits; returns how many entries got their decision."""
        reconciler, decided = Reconciler(self.centre), 0
        while now := await reconciler.run_once():
            decided += now
        return decided

    def decide_now(self) -> int:
        """The same for a test without an event loop."""
        return asyncio.run(self.decide())

    @property
    def national(self) -> Tree:
        """The tree of the national log."""
        return self.read(lambda conn, it: it.logs.open(conn, it.national_origin).tree)

    def decisions(self) -> list[Decision]:
        """All decisions, in order; not those whose bytes are gone."""
        return [decision for _, decision in read_decisions(self.entries())]

    def entries(self) -> list[bytes]:
        """The entries of the national log as they are stored."""

        def read(conn: Connection, centre: Centre) -> list[bytes]:
            log = centre.logs.open(conn, centre.national_origin)
            return list(centre.logs.entries(conn, log, 0, log.tree.size))

        return self.read(read)

    def state(self, record: str) -> RecordState:
        """The stored state of a record."""
        body = self.read(lambda conn, centre: centre.documents.get(conn, record))
        assert body is not None
        return decode_record_state(body)


@contextmanager
def opened_room(folder: Path, database_url: str) -> Iterator[Room]:
    """A fresh centre on a database of either kind; time stands still."""
    create_folder(folder, authority=AUTHORITY, entropy=SeededEntropy(seed=7))
    settings = CentralSettings(authority=AUTHORITY, database_url=database_url)
    clock = ManualClock()
    with opened_centre(folder, settings) as centre:
        yield Room(centre=replace(centre, clock=clock, entropy=SeededEntropy()), clock=clock)
