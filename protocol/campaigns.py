"""Campaigns: refreshes that the centre asks of the hubs.

Which records a campaign is about is fixed by the fold at the place that opens it, and what has
become of each follows from the decisions after it. So every replica of one log has the same rows
(docs/decisions/0016).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from protocol.canonical import Json
from protocol.catalogue import shown_record, standing_of
from protocol.entries.campaign_decisions import CampaignClosed, CampaignOpened
from protocol.entries.decisions import ATTEST, NOOP, PUT, ChangeApplied, Decision
from protocol.entries.record_decisions import REJECTED, RecordReverted
from protocol.entries.redaction import CampaignRow, EntryRedacted
from protocol.facts import award_standing
from protocol.innovation.completeness import GROUPS, REQUIRED_GROUPS, completeness
from protocol.innovation.searching import year_of
from protocol.record_state import RecordState

REFRESHED, WITHDRAWN, LEFT = "refreshed", "withdrawn", "left"
PROGRESS = (REFRESHED, WITHDRAWN, LEFT)
"""What has become of a targeted record; each is exactly one of them."""

NONE = "none"
"""Where a record has no such value: no award, no year."""

_SCHEMES_JOINED = " + "
_DATE_CHARACTERS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The end of a campaign, as `campaign.closed` says it."""

    place: int
    at: str
    reason: str
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What the national log says of a campaign.

    Attributes:
        id: such as `2026-top`.
        title: as people read it.
        due: YYYY-MM-DD; the last day that is in time.
        target: by facet the values, any of which will do.
        place, at, by, agency: of the decision that opened it.
        closing: how it ended; None while it is open.
    """

    id: str
    title: str
    due: str
    target: Mapping[str, list[str]]
    place: int
    at: str
    by: str
    agency: str
    closing: Closing | None = None

    def is_overdue(self, today: str) -> bool:
        """Whether it is open beyond its due date; `today` is YYYY-MM-DD of whoever looks."""
        return self.closing is None and today > self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Targeted:
    """A record that a campaign asks for. Once the campaign is closed it stays as it is.

    Attributes:
        campaign, record: their ids.
        hub: the owner, who is to refresh it.
        year: in which it started, when the campaign was opened.
        scheme: of all its awards then, joined by ` + `; awards that the centre rejected aside.
        is_there: whether it stands in the catalogue: not withdrawn, merged or hidden.
        full: the groups of which nothing is missing, such as `ABD`.
        refreshed_place: of the first decision that refreshed it, unless that was reverted.
        refreshed_on: UTC date of that one, by the centre's clock.
        refreshed_by: hub id of its author, who owned the record then.
    """

    campaign: str
    record: str
    hub: str
    year: str
    scheme: str
    is_there: bool
    full: str
    refreshed_place: int | None = None
    refreshed_on: str | None = None
    refreshed_by: str | None = None

    @property
    def progress(self) -> str:
        """One of `PROGRESS`."""
        if not self.is_there:
            return WITHDRAWN
        return LEFT if self.refreshed_place is None else REFRESHED


def is_targeted(target: Mapping[str, list[str]], state: RecordState) -> bool:
    """Whether a target chooses a record: one that stands in the catalogue and fits every facet.

    `scheme` and `award_year` have to fit one and the same award.
    """
    if standing_of(state) != "active":
        return False
    record = shown_record(state)
    owner, year = state.owner, year_of(record)
    is_asked = owner in target.get("hub", [owner]) and year in target.get("year", [year])
    if not is_asked or target.keys().isdisjoint({"scheme", "award_year"}):
        return is_asked
    return any(
        scheme in target.get("scheme", [scheme]) and given in target.get("award_year", [given])
        for scheme, given in _awards(state, record)
    )


def targeted(campaign: str, state: RecordState) -> Targeted:
    """A record as a campaign begins with it."""
    record = shown_record(state)
    schemes = sorted({scheme for scheme, _ in _awards(state, record)})
    return Targeted(
        campaign=campaign,
        record=state.id,
        hub=state.owner,
        year=year_of(record) or NONE,
        scheme=_SCHEMES_JOINED.join(schemes) or NONE,
        is_there=standing_of(state) == "active",
        full=_full_groups(record),
    )


def is_complete(full: str) -> bool:
    """*Lengkap*: whether all required groups are among these."""
    return set(REQUIRED_GROUPS) <= set(full)


def refreshes(decision: Decision, owner: str) -> bool:
    """Whether a decision about a record refreshes it: its owner's attestation or amendment.

    The campaign that an attestation names is not looked at: still true is still true. A put that
    changed nothing, a withdrawal, a restoration and a curation say nothing of the kind.
    """
    if not isinstance(decision, ChangeApplied) or decision.author != owner:
        return False
    is_amendment = decision.change == PUT and decision.outcome != NOOP
    return is_amendment or decision.change == ATTEST


def followed(before: Targeted, decision: Decision, state: RecordState, *, place: int) -> Targeted:
    """A targeted record after a decision that changed it to `state`.

    A reversion of the hub that refreshed it, to a place before, takes the refresh back with it.
    """
    after = standing_as(before, state)
    if _takes_back(decision, before):
        return replace(after, refreshed_place=None, refreshed_on=None, refreshed_by=None)
    if before.refreshed_place is not None or not refreshes(decision, state.owner):
        return after
    return replace(
        after,
        refreshed_place=place,
        refreshed_on=decision.at[:_DATE_CHARACTERS],
        refreshed_by=state.owner,
    )


def standing_as(before: Targeted, state: RecordState) -> Targeted:
    """A targeted record with the owner, the standing and the full groups of `state`."""
    return replace(
        before,
        hub=state.owner,
        is_there=standing_of(state) == "active",
        full=_full_groups(shown_record(state)),
    )


def row_of(row: Targeted) -> CampaignRow:
    """A targeted record as a redaction carries it."""
    return CampaignRow(
        campaign=row.campaign,
        hub=row.hub,
        year=row.year,
        scheme=row.scheme,
        is_there=row.is_there,
        full=row.full,
        refreshed_place=row.refreshed_place,
        refreshed_on=row.refreshed_on,
        refreshed_by=row.refreshed_by,
    )


@dataclass(slots=True, kw_only=True)
class Ledger:
    """The campaigns while a range of decisions is folded: one transaction's.

    Attributes:
        campaigns: every campaign there is, by id.
        targeted: rows of open campaigns by record and campaign: of every record that the decisions
            are about, those that exist.
        changed_campaigns: ids of the campaigns that changed.
        changed: the rows that changed, by campaign and record.
        replaced: records of which no row counts but those in `changed`.
    """

    campaigns: dict[str, Campaign] = field(default_factory=dict)
    targeted: dict[str, dict[str, Targeted]] = field(default_factory=dict)
    changed_campaigns: set[str] = field(default_factory=set)
    changed: dict[tuple[str, str], Targeted] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)

    def fold(
        self,
        decision: Decision,
        *,
        place: int,
        after: Mapping[str, RecordState],
        standing: Iterable[RecordState],
    ) -> None:
        """Follows one decision. Total: an id that is taken, unknown or closed changes nothing.

        Args:
            decision: what is folded.
            place: its index in the national log.
            after: the states that it changed (`protocol.catalogue.apply`).
            standing: the whole catalogue at this place; read only where a campaign is opened.
        """
        match decision:
            case CampaignOpened():
                self._open(decision, place, standing)
            case CampaignClosed():
                self._close(decision, place)
            case EntryRedacted():
                self._replace(decision)
            case _ if self.targeted:
                for state in after.values():
                    self._follow(decision, state, place)
            case _:
                pass

    def _open(self, decision: CampaignOpened, place: int, standing: Iterable[RecordState]) -> None:
        name = decision.campaign
        if name in self.campaigns:
            return
        self.campaigns[name] = Campaign(
            id=name,
            title=decision.title,
            due=decision.due,
            target=decision.target,
            place=place,
            at=decision.at,
            by=decision.by,
            agency=decision.agency,
        )
        self.changed_campaigns.add(name)
        for state in standing:
            if is_targeted(decision.target, state):
                self._keep(targeted(name, state))

    def _close(self, decision: CampaignClosed, place: int) -> None:
        name = decision.campaign
        campaign = self.campaigns.get(name)
        if campaign is None or campaign.closing is not None:
            return
        closing = Closing(
            place=place,
            at=decision.at,
            reason=decision.reason,
            by=decision.by,
            agency=decision.agency,
        )
        self.campaigns[name] = replace(campaign, closing=closing)
        self.changed_campaigns.add(name)

    def _follow(self, decision: Decision, state: RecordState, place: int) -> None:
        for before in list(self.targeted.get(state.id, {}).values()):
            if self.campaigns[before.campaign].closing is None:
                after = followed(before, decision, state, place=place)
                if after != before:
                    self._keep(after)

    def _replace(self, decision: EntryRedacted) -> None:
        """Rows that were folded without the redacted bytes may be others, or may not be there."""
        record = decision.record
        self.replaced.add(record)
        self.targeted.pop(record, None)
        self.changed = {key: row for key, row in self.changed.items() if key[1] != record}
        for row in decision.campaigns:
            if row.campaign in self.campaigns:
                self._keep(_carried(row, record))

    def _keep(self, row: Targeted) -> None:
        self.targeted.setdefault(row.record, {})[row.campaign] = row
        self.changed[row.campaign, row.record] = row


def _carried(row: CampaignRow, record: str) -> Targeted:
    return Targeted(
        campaign=row.campaign,
        record=record,
        hub=row.hub,
        year=row.year,
        scheme=row.scheme,
        is_there=row.is_there,
        full=row.full,
        refreshed_place=row.refreshed_place,
        refreshed_on=row.refreshed_on,
        refreshed_by=row.refreshed_by,
    )


def _takes_back(decision: Decision, row: Targeted) -> bool:
    """Whether a reversion gives the record back as it was before that hub refreshed it.

    One that names no hub is of before this was said, and took back every refresh.
    """
    if not isinstance(decision, RecordReverted) or row.refreshed_place is None:
        return False
    is_theirs = decision.hub in {None, row.refreshed_by or row.hub}
    return is_theirs and decision.to <= row.refreshed_place


def _awards(state: RecordState, record: Mapping[str, Json]) -> list[tuple[str, str]]:
    """(scheme, year) of the awards that a record claims and the centre has not rejected."""
    claimed = record.get("awards")
    return [
        (str(award.get("scheme", "")), str(award.get("year", "")))
        for award in (claimed if isinstance(claimed, list) else [])
        if isinstance(award, dict) and award_standing(state.facts, award) != REJECTED
    ]


def _full_groups(record: Mapping[str, Json]) -> str:
    groups = completeness(record).groups
    return "".join(name for name in GROUPS if not groups[name].missing)
