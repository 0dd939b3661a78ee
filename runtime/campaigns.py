"""Campaigns as tables: what both houses fold from the national log about them.

The rules are `protocol.campaigns`. The rows are derived in the transaction that folds the
decisions, by the same code at the centre and at every hub, so that both sides have the same ones
(docs/decisions/0016). While there is no campaign a range of decisions costs one question.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    func,
    not_,
    or_,
    select,
)

from protocol.campaign_numbers import Cell
from protocol.campaigns import NONE, REFRESHED, Campaign, Closing, Ledger, Targeted
from protocol.innovation.completeness import REQUIRED_GROUPS
from protocol.record_state import RecordState, decode_record_state
from runtime.database import fingerprint_rows, upsert
from runtime.documents import DocumentStore
from runtime.id_lists import is_among

FILTERS = ("progress", "complete", "full", "lacking", "hub", "year", "scheme", "day")
"""By what the rows of one campaign are chosen; `hub` and `year` as the campaign counts them."""

FACETS = ("progress", "hub", "year", "scheme")
"""By what the rows are counted in the answer to a search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTables:
    """The tables that `define_campaign_tables` made."""

    campaign: Table
    record: Table


def define_campaign_tables(metadata: MetaData) -> CampaignTables:
    """Defines the tables of one database's campaigns. Texts have no bound: the log sets none."""
    campaign = Table(
        "campaign",
        metadata,
        Column("id", Text, primary_key=True),
        Column("title", Text, nullable=False),
        Column("due", String(10), nullable=False),
        Column("target", Text, nullable=False),
        Column("opened_place", BigInteger, nullable=False),
        Column("opened_at", String(20), nullable=False),
        Column("opened_by", Text, nullable=False),
        Column("opened_agency", Text, nullable=False),
        Column("closed_place", BigInteger),
        Column("closed_at", String(20)),
        Column("closed_reason", Text),
        Column("closed_by", Text),
        Column("closed_agency", Text),
    )
    record = Table(
        "campaign_record",
        metadata,
        Column("campaign", Text, primary_key=True),
        Column("record", String(36), primary_key=True),
        Column("hub", Text, nullable=False),
        Column("year", Text, nullable=False),
        Column("scheme", Text, nullable=False),
        Column("is_there", Boolean, nullable=False),
        Column("full_groups", String(5), nullable=False),
        Column("refreshed_place", BigInteger),
        Column("refreshed_on", String(10)),
        Column("refreshed_by", Text),
        Column("progress", String(9), nullable=False),
    )
    Index("ix_campaign_record_record", record.c.record)
    Index("ix_campaign_record_hub", record.c.campaign, record.c.hub, record.c.progress)
    return CampaignTables(campaign=campaign, record=record)


class CampaignStore:
    """Reads, follows and counts campaigns within the caller's transaction."""

    def __init__(self, tables: CampaignTables) -> None:
        self._c = tables.campaign
        self._r = tables.record

    def every(self, conn: Connection) -> list[Campaign]:
        """All campaigns, the one opened last first."""
        rows = conn.execute(select(self._c).order_by(self._c.c.opened_place.desc()))
        return [_campaign(row) for row in rows]

    def get(self, conn: Connection, campaign: str) -> Campaign | None:
        """The campaign of that id."""
        row = conn.execute(select(self._c).where(self._c.c.id == campaign)).first()
        return None if row is None else _campaign(row)

    def open_ledger(self, conn: Connection, records: Collection[str]) -> Ledger:
        """The ledger for folding decisions about these records; cheap where nothing is open."""
        campaigns = {it.id: it for it in self.every(conn)}
        ledger = Ledger(campaigns=campaigns)
        open_ones = [it.id for it in campaigns.values() if it.closing is None]
        if open_ones and records:
            is_asked = is_among(conn, self._r.c.record, sorted(set(records)))
            is_open = self._r.c.campaign.in_(open_ones)
            for row in self._targeted(conn, and_(is_asked, is_open)):
                ledger.targeted.setdefault(row.record, {})[row.campaign] = row
        return ledger

    def keep(self, conn: Connection, ledger: Ledger) -> None:
        """Stores what a ledger has changed."""
        campaigns = [_campaign_row(ledger.campaigns[it]) for it in sorted(ledger.changed_campaigns)]
        upsert(conn, self._c, campaigns, key=["id"])
        for record in sorted(ledger.replaced):
            conn.execute(self._r.delete().where(self._r.c.record == record))
        rows = [_targeted_row(ledger.changed[it]) for it in sorted(ledger.changed)]
        upsert(conn, self._r, rows, key=["campaign", "record"])

    def rows(self, conn: Connection, campaign: str, **filters: str) -> list[Targeted]:
        """The targeted records of one campaign that pass `FILTERS`, by record."""
        return self._targeted(conn, self._passes(campaign, filters))

    def of_record(self, conn: Connection, campaign: str, record: str) -> Targeted | None:
        """The row of one record, or None where the campaign does not ask for it."""
        asked = and_(self._r.c.campaign == campaign, self._r.c.record == record)
        return next(iter(self._targeted(conn, asked)), None)

    def standing(self, conn: Connection, record: str) -> list[tuple[Targeted, bool]]:
        """A record in every campaign that asks for it, and whether that campaign is closed."""
        closed = {it.id for it in self.every(conn) if it.closing is not None}
        rows = self._targeted(conn, self._r.c.record == record)
        return [(row, row.campaign in closed) for row in rows]

    def ids(self, campaign: str, filters: Mapping[str, str]) -> Select[tuple[str]]:
        """The question for the ids of the targeted records that pass `FILTERS`."""
        return select(self._r.c.record).where(self._passes(campaign, filters))

    def cells(self, conn: Connection, campaign: str) -> list[Cell]:
        """The targeted records of one campaign, counted by all that they are counted by."""
        table = self._r.c
        alike = (
            table.hub,
            table.year,
            table.scheme,
            table.full_groups,
            table.progress,
            table.refreshed_on,
        )
        counted = select(*alike, func.count()).where(table.campaign == campaign)
        names = ("hub", "year", "scheme", "full", "progress", "refreshed_on", "count")
        rows = conn.execute(counted.group_by(*alike))
        return [Cell(**dict(zip(names, row, strict=True))) for row in rows]

    def facets(
        self, conn: Connection, campaign: str, among: Select[tuple[str]]
    ) -> dict[str, dict[str, int]]:
        """For each of `FACETS`, how many of the records `among` have each of its values."""
        is_found = and_(self._r.c.campaign == campaign, self._r.c.record.in_(among))
        counts: dict[str, dict[str, int]] = {}
        for name in FACETS:
            column = self._r.c[name]
            rows = conn.execute(select(column, func.count()).where(is_found).group_by(column))
            counts[name] = dict(sorted((row[0], row[1]) for row in rows))
        return counts

    def clear(self, conn: Connection) -> None:
        """Forgets every campaign: they can be derived again."""
        conn.execute(self._r.delete())
        conn.execute(self._c.delete())

    def fingerprint(self, conn: Connection) -> bytes:
        """SHA-256 over every row."""
        campaigns = select(self._c).order_by(self._c.c.opened_place)
        rows = select(self._r).order_by(self._r.c.record, self._r.c.campaign)
        return fingerprint_rows(conn, [campaigns, rows])

    def is_same(self, conn: Connection, ledger: Ledger) -> bool:
        """Whether exactly the campaigns and rows of a whole log's ledger are stored."""
        stored = {(row.campaign, row.record): row for row in self._targeted(conn, None)}
        campaigns = {it.id: it for it in self.every(conn)}
        return stored == ledger.changed and campaigns == ledger.campaigns

    def _targeted(self, conn: Connection, where: ColumnElement[bool] | None) -> list[Targeted]:
        found = select(self._r).order_by(self._r.c.record, self._r.c.campaign)
        return [_row(row) for row in conn.execute(found if where is None else found.where(where))]

    def _passes(self, campaign: str, filters: Mapping[str, str]) -> ColumnElement[bool]:
        chosen = [self._condition(name, value) for name, value in filters.items()]
        return and_(self._r.c.campaign == campaign, *chosen)

    def _condition(self, name: str, value: str) -> ColumnElement[bool]:
        table = self._r.c
        if name == "complete":
            is_complete = and_(*(table.full_groups.contains(group) for group in REQUIRED_GROUPS))
            return is_complete if value == "yes" else not_(is_complete)
        if name == "full":
            return table.full_groups.contains(value)
        if name == "lacking":
            return not_(table.full_groups.contains(value))
        if name == "day":
            is_refreshed = table.progress == REFRESHED
            at_all = or_(not_(is_refreshed), table.refreshed_on.is_(None))
            return at_all if value == NONE else and_(is_refreshed, table.refreshed_on == value)
        return table[name] == value


def standing_records(
    conn: Connection, documents: DocumentStore, changed: Mapping[str, RecordState]
) -> Iterator[RecordState]:
    """The whole catalogue in the middle of a fold: the documents, but for what changed since."""
    yield from changed.values()
    for body in documents.visible(conn):
        state = decode_record_state(body)
        if state.id not in changed:
            yield state


def _campaign(row: Row[Any]) -> Campaign:
    closing = None
    if row.closed_place is not None:
        closing = Closing(
            place=row.closed_place,
            at=row.closed_at,
            reason=row.closed_reason,
            by=row.closed_by,
            agency=row.closed_agency,
        )
    return Campaign(
        id=row.id,
        title=row.title,
        due=row.due,
        target=orjson.loads(row.target),
        place=row.opened_place,
        at=row.opened_at,
        by=row.opened_by,
        agency=row.opened_agency,
        closing=closing,
    )


def _campaign_row(campaign: Campaign) -> dict[str, Any]:
    closing = campaign.closing
    return {
        "id": campaign.id,
        "title": campaign.title,
        "due": campaign.due,
        "target": orjson.dumps(campaign.target, option=orjson.OPT_SORT_KEYS).decode(),
        "opened_place": campaign.place,
        "opened_at": campaign.at,
        "opened_by": campaign.by,
        "opened_agency": campaign.agency,
        "closed_place": closing.place if closing else None,
        "closed_at": closing.at if closing else None,
        "closed_reason": closing.reason if closing else None,
        "closed_by": closing.by if closing else None,
        "closed_agency": closing.agency if closing else None,
    }


def _row(row: Row[Any]) -> Targeted:
    return Targeted(
        campaign=row.campaign,
        record=row.record,
        hub=row.hub,
        year=row.year,
        scheme=row.scheme,
        is_there=row.is_there,
        full=row.full_groups,
        refreshed_place=row.refreshed_place,
        refreshed_on=row.refreshed_on,
        refreshed_by=row.refreshed_by,
    )


def _targeted_row(row: Targeted) -> dict[str, Any]:
    return {
        "campaign": row.campaign,
        "record": row.record,
        "hub": row.hub,
        "year": row.year,
        "scheme": row.scheme,
        "is_there": row.is_there,
        "full_groups": row.full,
        "refreshed_place": row.refreshed_place,
        "refreshed_on": row.refreshed_on,
        "refreshed_by": row.refreshed_by,
        "progress": row.progress,
    }
