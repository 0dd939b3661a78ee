"""Hubs as the centre's desk shows them: enrolled, and in every state of freshness."""

from datetime import timedelta

from sqlalchemy import Connection

from central import presence, registry
from central.store import hubs, reports
from central.store.reports import Report
from protocol.canonical import Json
from tests.support.author import Author
from tests.support.centres import RunningCentre

NAMES = {"11": "Aceh", "51": "Bali", "94": "Papua Tengah", "kemenkes": "Kemenkes"}


async def enrol_four(running: RunningCentre) -> None:
    """Bali has just synced, Aceh sends nothing, Papua Tengah is silent, Kemenkes is late."""
    for number, (hub, name) in enumerate(NAMES.items()):
        await running.enrol(Author(hub=hub, seed=number + 1))
        running.centre.db.run_sync(lambda conn, hub=hub, name=name: _name(conn, hub, name))  # type: ignore[misc]
    long_ago = running.centre.clock.now() - timedelta(days=3)

    def work(conn: Connection) -> None:
        for hub in ("94", "kemenkes"):
            reports.keep(conn, hub, Report(state="ok"), at=long_ago)
        hubs.change(conn, "94", last_seen_at=long_ago)
        hubs.change(conn, "kemenkes", last_seen_at=running.centre.clock.now())

    running.centre.db.run_sync(work)
    say(running, "51", {"state": "ok", "pushed": 3, "duration_s": 2})
    say(running, "11", {"state": "blocked", "code": "own_log_diverged"})


def say(running: RunningCentre, hub: str, message: Json) -> None:
    """A hub reports a run."""
    centre = running.centre
    centre.db.run_sync(
        lambda conn: presence.note_report(conn, centre, registry.get_hub(conn, hub), message)
    )


def _name(conn: Connection, hub: str, name: str) -> None:
    hubs.change(conn, hub, name=f"JIPP {name}")
