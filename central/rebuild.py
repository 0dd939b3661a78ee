"""Rebuild: fold the national log afresh and compare with what the tables hold, row for row."""

from dataclasses import dataclass

from sqlalchemy import Connection

from central import matching, projection
from central.centre import Centre
from central.store import decisions as index
from central.store import look_alikes, qualities
from protocol.campaigns import Ledger
from protocol.catalogue import apply
from protocol.entries.decisions import read_decisions
from protocol.record_state import RecordState

RANGE_ENTRIES = 4_096
RECORDS_A_WRITE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildReport:
    """What a rebuild found.

    Attributes:
        entries: decisions folded.
        records: records they add up to.
        identical: whether the tables held exactly these rows before.
        catalogue_hash: of the catalogue, now as folded.
    """

    entries: int
    records: int
    identical: bool
    catalogue_hash: str


def rebuild(centre: Centre) -> RebuildReport:
    """Derives the catalogue and the index of decisions from the national log alone, afresh.

    Then the candidates of duplicates from the catalogue, step by step as the service does it; they
    are no part of what is compared, because they say when they were found.
    """
    report = centre.db.run_sync(lambda conn: _rebuild(conn, centre))
    matching.catch_up(centre)
    return report


def _rebuild(conn: Connection, centre: Centre) -> RebuildReport:
    before = _fingerprints(conn, centre)
    index.clear(conn)
    matching.clear(conn)
    look_alikes.clear(conn)
    qualities.clear(conn)
    states, ledger, entries = _fold(conn, centre)
    centre.documents.clear(conn)
    centre.campaigns.clear(conn)
    centre.campaigns.keep(conn, ledger)
    centre.lineages.clear(conn)
    centre.lineages.keep(conn, states.values())
    everything = [states[record] for record in sorted(states)]
    for start in range(0, len(everything), RECORDS_A_WRITE):
        projection.put(conn, centre, everything[start : start + RECORDS_A_WRITE])
    return RebuildReport(
        entries=entries,
        records=len(states),
        identical=before == _fingerprints(conn, centre),
        catalogue_hash=projection.catalogue_hash(conn, centre),
    )


def _fingerprints(conn: Connection, centre: Centre) -> tuple[bytes, ...]:
    """Of every row that is derived from the national log."""
    stores = centre.documents, centre.campaigns, centre.lineages, index, look_alikes
    return tuple(store.fingerprint(conn) for store in stores)


def _fold(conn: Connection, centre: Centre) -> tuple[dict[str, RecordState], Ledger, int]:
    ledger = Ledger()
    log = centre.logs.open(conn, centre.national_origin)
    states: dict[str, RecordState] = {}
    for start in range(0, log.tree.size, RANGE_ENTRIES):
        end = min(start + RANGE_ENTRIES, log.tree.size)
        part = centre.logs.entries(conn, log, start, end)
        decisions = list(read_decisions(part, start))
        index.add_many(conn, decisions)
        for place, decision in decisions:
            after = apply(states, decision, place=place, origin=centre.national_origin)
            states.update(after)
            ledger.fold(decision, place=place, after=after, standing=states.values())
    return states, ledger, log.tree.size
