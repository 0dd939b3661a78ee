"""Every log of every hub, the closed ones too, each as if it were the hub's: for those who decide.

A hub that lost its keys has a log of the next generation. What stands in the old one still gets its
outcomes, and what was held of it can still be ruled on.
"""

from sqlalchemy import Connection

from central.centre import Centre
from central.store import closed_logs, hubs
from central.store.closed_logs import ClosedLogRow
from central.store.hubs import HubRow


def every_log(conn: Connection) -> list[HubRow]:
    """A row for each log: the hub, with the origin, generation and sizes of that log."""
    rows = {row.hub: row for row in hubs.everyone(conn)}
    return [*(_with_log(rows[log.hub], log) for log in closed_logs.everyone(conn)), *rows.values()]


def decided_sizes(conn: Connection) -> dict[str, tuple[str, int]]:
    """By origin, every log: whose it is, and how many of its entries have an outcome."""
    found = {origin: (hub, size) for hub, (origin, size) in hubs.logs(conn).items()}
    closed = {log.origin: (log.hub, log.reconciled_size) for log in closed_logs.everyone(conn)}
    return found | closed


def hubs_by_origin(conn: Connection) -> dict[str, str]:
    """By origin, the hub of every log, the closed ones too."""
    return {origin: hub for origin, (hub, _) in decided_sizes(conn).items()}


def of_hub(conn: Connection, hub: str) -> list[HubRow]:
    """As `every_log` for one hub, the oldest log first."""
    row = hubs.get(conn, hub)
    if row is None:
        return []
    return [*(_with_log(row, log) for log in closed_logs.of_hub(conn, hub)), row]


def of_origin(conn: Connection, origin: str) -> HubRow | None:
    """As `every_log` for one log."""
    closed = closed_logs.get(conn, origin)
    if closed is None:
        return hubs.of_origin(conn, origin)
    row = hubs.get(conn, closed.hub)
    return None if row is None else _with_log(row, closed)


def is_undecided(conn: Connection, centre: Centre, log: HubRow) -> bool:
    """Whether a log has entries without an outcome."""
    return centre.logs.open(conn, log.origin).tree.size > log.reconciled_size


def undecided_count(conn: Connection, centre: Centre, hub: str) -> int:
    """How many entries of all logs of a hub have no outcome."""
    sizes = ((centre.logs.open(conn, log.origin).tree.size, log) for log in of_hub(conn, hub))
    return sum(size - log.reconciled_size for size, log in sizes)


def set_reconciled(conn: Connection, log: HubRow, size: int) -> None:
    """Keeps how many entries of a log have an outcome."""
    if not closed_logs.set_reconciled(conn, log.origin, size):
        hubs.change(conn, log.hub, reconciled_size=size)


def _with_log(hub: HubRow, log: ClosedLogRow) -> HubRow:
    return hub.model_copy(
        update={
            "origin": log.origin,
            "generation": log.generation,
            "last_good_index": log.last_good_index,
            "reconciled_size": log.reconciled_size,
        }
    )
