"""What the centre knows of a hub's runs, a real node and a real centre between them."""

from datetime import timedelta

import pytest

from central.monitoring import hub_health, two_views
from central.monitoring.freshness import Freshness
from central.monitoring.hub_health import HubHealth
from central.monitoring.two_views import Agreement
from central.store import hub_runs, instances, reports
from hubnode.node import Node
from hubnode.sync.run import sync
from tests.support.federation import FederationUnderTest


def health(federation: FederationUnderTest) -> HubHealth:
    centre = federation.centre
    return centre.db.read_sync(lambda conn: hub_health.of_hub(conn, centre, "51", default_hours=6))


def let_a_minute_pass(federation: FederationUnderTest) -> None:
    """Whoever asks within a minute is not written down again."""
    centre = federation.centre
    [row] = centre.db.read_sync(lambda conn: instances.of_hub(conn, "51"))
    row.last_seen_at -= timedelta(minutes=2)
    centre.db.run_sync(lambda conn: instances.save(conn, row))


@pytest.mark.usefixtures("bali")
async def test_a_run_that_does_something_is_in_the_strip(federation: FederationUnderTest) -> None:
    centre = federation.centre
    runs = centre.db.read_sync(lambda conn: hub_runs.latest(conn, "51", count_max=9))
    assert [(it.state, it.pushed, it.pulled) for it in runs] == [("ok", 31, 1), ("ok", 0, 31)]
    assert health(federation).freshness is Freshness.OK


async def test_runs_that_find_nothing_to_do_are_known_from_the_next(
    federation: FederationUnderTest, bali: Node
) -> None:
    centre = federation.centre
    centre.db.run_sync(lambda conn: conn.execute(hub_runs.HUB_RUN.delete()))
    centre.db.run_sync(lambda conn: conn.execute(reports.REPORT.delete()))
    assert health(federation).freshness is Freshness.NEVER
    let_a_minute_pass(federation)
    await sync(bali)
    assert health(federation).freshness is Freshness.OK
    runs = centre.db.read_sync(lambda conn: hub_runs.latest(conn, "51", count_max=9))
    assert [it.quiet_count for it in runs] == [1]


@pytest.mark.usefixtures("bali")
async def test_after_a_sync_both_sides_say_the_same(federation: FederationUnderTest) -> None:
    centre, found = federation.centre, health(federation)
    lag = centre.db.read_sync(lambda conn: hub_health.lags(conn, centre))["51"]
    pairs = centre.db.read_sync(lambda conn: two_views.both(conn, centre, found, lag))
    assert {it.agreement for it in pairs} == {Agreement.SAME}
