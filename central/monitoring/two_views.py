"""What a hub says of itself beside what the centre knows of it, and where the two differ."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from central import projection
from central.centre import Centre
from central.monitoring.hub_health import HubHealth, Lag
from runtime.software import SOFTWARE, is_older


class Fact(StrEnum):
    """What both sides have a word on."""

    ENTRIES = "entries"
    NATIONAL = "national"
    COSIGNED = "cosigned"
    CATALOGUE = "catalogue"
    SOFTWARE = "software"


class Agreement(StrEnum):
    """How the two words go together."""

    SAME = "same"
    BEHIND = "behind"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One fact.

    Attributes:
        of_hub, of_centre: the words; "" where a side has none.
        agreement: `BEHIND` mends itself with the next runs, `DIFFERENT` does not.
    """

    fact: Fact
    of_hub: str
    of_centre: str
    agreement: Agreement


def both(conn: Connection, centre: Centre, found: HubHealth, lag: Lag) -> list[Pair]:
    """Every fact, in the order of a table."""
    national = centre.logs.open(conn, centre.national_origin).tree.size
    report = found.report
    applied = report.national_size if report else 0
    return [
        _sizes(Fact.ENTRIES, lag.offered, lag.held),
        _sizes(Fact.NATIONAL, applied, national),
        _sizes(Fact.COSIGNED, lag.cosigned, national),
        _catalogue(conn, centre, found, national),
        _software(found.hub.software),
    ]


def _sizes(fact: Fact, of_hub: int, of_centre: int) -> Pair:
    agreement = Agreement.SAME if of_hub == of_centre else Agreement.BEHIND
    if not of_hub and of_centre:
        agreement = Agreement.UNKNOWN
    return Pair(fact=fact, of_hub=str(of_hub), of_centre=str(of_centre), agreement=agreement)


def _catalogue(conn: Connection, centre: Centre, found: HubHealth, national: int) -> Pair:
    """Hashes can be compared of one size only: the centre does not keep those of older ones."""
    report = found.report
    said = report.catalogue_hash if report else ""
    if report is None or not said or report.national_size != national:
        return Pair(fact=Fact.CATALOGUE, of_hub=said, of_centre="", agreement=Agreement.UNKNOWN)
    ours = projection.catalogue_hash(conn, centre)
    agreement = Agreement.SAME if ours == said else Agreement.DIFFERENT
    return Pair(fact=Fact.CATALOGUE, of_hub=said, of_centre=ours, agreement=agreement)


def _software(software: str) -> Pair:
    agreement = Agreement.BEHIND if is_older(software) else Agreement.SAME
    return Pair(fact=Fact.SOFTWARE, of_hub=software, of_centre=SOFTWARE, agreement=agreement)
