"""Campaigns for tests: what a centre asks, and what a log of decisions makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol.campaigns import Campaign, Ledger, Targeted
from protocol.catalogue import apply
from protocol.entries.campaign_decisions import CampaignClosed, CampaignOpened
from protocol.entries.decisions import Decision
from protocol.record_state import RecordState
from tests.support.entries import AT, NATIONAL, SALT

CAMPAIGN = "2026-top"
DUE = "2026-12-31"


def opened(
    target: Mapping[str, list[str]] | None = None, *, campaign: str = CAMPAIGN
) -> CampaignOpened:
    return CampaignOpened(
        salt=SALT,
        at=AT,
        campaign=campaign,
        title="Pemutakhiran 2026",
        due=DUE,
        target=target or {},
        by="rina",
        agency="panrb",
    )


def closed(campaign: str = CAMPAIGN) -> CampaignClosed:
    return CampaignClosed(
        salt=SALT, at=AT, campaign=campaign, reason="Selesai", by="rina", agency="panrb"
    )


@dataclass
class Fold:
    """A national log as it grows, with all that follows from it."""

    records: dict[str, RecordState] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    place: int = 0

    def add(self, *decisions: Decision | None) -> "Fold":
        """Folds decisions; None stands for one whose bytes are gone."""
        for decision in decisions:
            if decision is None:
                self.place += 1
                continue
            after = apply(self.records, decision, place=self.place, origin=NATIONAL)
            self.records |= after
            standing = self.records.values()
            self.ledger.fold(decision, place=self.place, after=after, standing=standing)
            self.place += 1
        return self

    def campaign(self, name: str = CAMPAIGN) -> Campaign:
        return self.ledger.campaigns[name]

    def rows(self, name: str = CAMPAIGN) -> dict[str, Targeted]:
        """The campaign's rows by record."""
        return {record: rows[name] for record, rows in self.ledger.targeted.items() if name in rows}


def fold(*decisions: Decision) -> Fold:
    return Fold().add(*decisions)
