"""For whoever runs the centre: alive, ready, counted."""

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import Connection

from central import cosigning, intake, matching, registry
from central.api.parts import CENTRE, RECONCILER, SETTINGS
from central.centre import Centre
from central.monitoring import hub_health
from central.monitoring.freshness import counted
from central.reconciler import Reconciler
from central.store import webhooks
from runtime.database import ping
from runtime.health import Check, live_response, ready_response, run_checks
from runtime.http.server import METRICS
from runtime.metrics import metrics_response


class CentreGauges:
    """What the database says, read when Prometheus asks."""

    def __init__(self, registry_: CollectorRegistry) -> None:
        self._national = Gauge(
            "jipp_national_entries", "Entries of the national log.", registry=registry_
        )
        self._records = Gauge(
            "jipp_records", "Records of the national catalogue.", registry=registry_
        )
        self._contradictions = Gauge(
            "jipp_contradictions",
            "Trees that hubs signed and the centre does not have.",
            registry=registry_,
        )
        self._hubs = Gauge("jipp_hubs", "Hubs by state.", ("state",), registry=registry_)
        self._witnessed = Gauge(
            "jipp_witnessed_entries",
            "Entries of the national log that an agency has cosigned.",
            ("witness",),
            registry=registry_,
        )
        self._failing = Gauge(
            "jipp_hubs_failing", "Hubs whose last batch could not be decided.", registry=registry_
        )
        self._webhooks = Gauge(
            "jipp_webhooks", "Webhooks by how they are.", ("state",), registry=registry_
        )
        self._uncompared = Gauge(
            "jipp_uncompared_entries",
            "Entries of the national log whose records are not yet compared for duplicates.",
            registry=registry_,
        )

        self._freshness = Gauge(
            "jipp_hubs_freshness", "Hubs by freshness.", ("freshness",), registry=registry_
        )

    def read_hubs(self, conn: Connection, centre: Centre, *, default_hours: int) -> None:
        """Takes how fresh the hubs are; every freshness has its number."""
        found = hub_health.of_everyone(conn, centre, default_hours=default_hours)
        for freshness, count in counted({it.hub.hub: it.freshness for it in found}).items():
            self._freshness.labels(freshness).set(count)

    def read(self, conn: Connection, centre: Centre, reconciler: Reconciler) -> None:
        """Takes the numbers of this transaction, and of the reconciler now."""
        self._failing.set(len(reconciler.setbacks))
        self._national.set(centre.logs.open(conn, centre.national_origin).tree.size)
        self._records.set(centre.documents.count(conn))
        self._uncompared.set(matching.left_count(conn, centre))
        self._contradictions.set(intake.contradictions_count(conn))
        for name, size in cosigning.witnessed_sizes(conn, centre).items():
            self._witnessed.labels(name).set(size)
        self._count_webhooks(conn)
        states = [hub.state for hub in registry.list_hubs(conn)]
        self._hubs.clear()
        for state in sorted(set(states)):
            self._hubs.labels(state).set(states.count(state))

    def _count_webhooks(self, conn: Connection) -> None:
        found = [webhooks.standing_of(row) for row in webhooks.everyone(conn)]
        for state in webhooks.STANDINGS:
            self._webhooks.labels(state).set(found.count(state))


GAUGES: web.AppKey[CentreGauges] = web.AppKey("gauges", CentreGauges)


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app[GAUGES] = CentreGauges(app[METRICS].registry)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def healthz(_request: web.Request) -> web.Response:
    """The process lives."""
    return live_response()


async def readyz(request: web.Request) -> web.Response:
    """The database answers and keeps, changes are being decided, the issued mark is written.

    One hub of many whose changes fail is a gauge, `jipp_hubs_failing`: restarting helps nobody.
    """
    centre, reconciler = request.app[CENTRE], request.app[RECONCILER]

    async def database() -> Check:
        await centre.db.read(ping)
        broken = centre.db.broken
        return Check(name="database", is_ok=not broken, sentence=broken or "The database answers.")

    async def decisions() -> Check:
        failing = ", ".join(sorted(reconciler.setbacks))
        sentence = f"Failed for: {failing}." if failing else "Nothing waits that failed."
        return Check(name="decisions", is_ok=not reconciler.is_stuck, sentence=sentence)

    async def mark() -> Check:
        failure = reconciler.mark_failure
        return Check(name="mark", is_ok=not failure, sentence=failure or "The mark is written.")

    return ready_response(await run_checks([database, decisions, mark]))


async def metrics(request: web.Request) -> web.Response:
    """Prometheus reads this."""
    centre, gauges = request.app[CENTRE], request.app[GAUGES]
    reconciler = request.app[RECONCILER]
    hours = request.app[SETTINGS].freshness_target_hours

    def read(conn: Connection) -> None:
        gauges.read(conn, centre, reconciler)
        gauges.read_hubs(conn, centre, default_hours=hours)

    await centre.db.read(read)
    return metrics_response(request.app[METRICS].registry)
