"""Decisions about campaigns: refreshes that the centre asks of the hubs."""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.entries.envelope import Form
from protocol.entries.members import BY_A_PERSON, COMMON, DATE, TARGET, TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignOpened:
    """The centre asks that the records of a target be refreshed.

    Attributes:
        salt: 32 hex digits.
        at: the centre's clock, a claim like any other.
        campaign: its id, such as `2026-top`.
        title: as people read it.
        due: date, YYYY-MM-DD.
        target: which of the records that are there at this place: by facet the values, any of
            which will do; a facet that is not named lets all through.
        by: account of the person; no personal data.
        agency: for which agency.
    """

    salt: str
    at: str
    campaign: str
    title: str
    due: str
    target: Mapping[str, list[str]]
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignClosed:
    """Nothing counts for the campaign from here on; its numbers stand."""

    salt: str
    at: str
    campaign: str
    reason: str
    by: str
    agency: str


CampaignDecision = CampaignOpened | CampaignClosed

_OF_CAMPAIGN = {**COMMON, "campaign": TEXT, **BY_A_PERSON}

FORMS = (
    Form(
        "campaign.opened",
        CampaignOpened,
        {**_OF_CAMPAIGN, "title": TEXT, "due": DATE, "target": TARGET},
    ),
    Form("campaign.closed", CampaignClosed, {**_OF_CAMPAIGN, "reason": TEXT}),
)
