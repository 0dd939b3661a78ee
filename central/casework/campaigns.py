"""Campaigns: open one, close it, and look how far it has come. What counts is decision 0016."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from central import national, registry
from central.centre import Centre
from central.public_text import refuse_private
from protocol.campaign_numbers import Numbers, breakdown, numbers_of
from protocol.campaigns import Campaign, is_targeted
from protocol.canonical import Json
from protocol.entries.campaign_decisions import CampaignClosed, CampaignOpened
from protocol.entries.members import TARGET_FACETS
from protocol.errors import ProtocolError
from runtime.campaigns import standing_records

TITLE_CHARACTERS_MAX = 200
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_YEAR = re.compile(r"[0-9]{4}\Z")
_FACETS_OF_YEARS = ("award_year", "year")


class CampaignRefused(ProtocolError):
    """A campaign that cannot be opened, that nobody knows, or that is closed already."""

    default_code = "campaign_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignOrder:
    """What a person asks for.

    Attributes:
        campaign: its id, 1 to 63 of a-z, 0-9 and hyphens.
        title: as people read it.
        due: YYYY-MM-DD.
        target: by facet the values, any of which will do; {} for the whole catalogue.
        by: account of the person; no personal data.
        agency: for which agency.
    """

    campaign: str
    title: str
    due: str
    target: Mapping[str, list[str]]
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A campaign as it stands.

    Attributes:
        campaign: what the national log says of it.
        numbers: over all its records.
        state: open, overdue or closed, by the centre's clock.
    """

    campaign: Campaign
    numbers: Numbers
    state: str


def count_targeted(conn: Connection, centre: Centre, order: CampaignOrder) -> int:
    """How many records the campaign would ask for now.

    Raises:
        CampaignRefused: it could not be opened, `campaign_malformed` or `campaign_exists`.
        UnknownHub: the target names a hub that is not enrolled.
        TextRefused: the title or the account's name looks like personal data.
    """
    _check(conn, centre, order)
    standing = standing_records(conn, centre.documents, {})
    return sum(is_targeted(order.target, state) for state in standing)


def open_campaign(conn: Connection, centre: Centre, order: CampaignOrder) -> Look:
    """Opens a campaign: from here on its target is fixed.

    Raises:
        CampaignRefused: as of `count_targeted`; or `campaign_empty`, it would ask for nothing.
        UnknownHub, TextRefused: as of `count_targeted`.
    """
    if not count_targeted(conn, centre, order):
        raise CampaignRefused("no record in the catalogue fits the target", code="campaign_empty")
    decision = CampaignOpened(
        salt=centre.salt(),
        at=centre.timestamp(),
        campaign=order.campaign,
        title=_normal(order.title),
        due=order.due,
        target={name: sorted(set(values)) for name, values in order.target.items()},
        by=order.by,
        agency=order.agency,
    )
    national.append(conn, centre, [decision])
    return look(conn, centre, order.campaign)


def close_campaign(
    conn: Connection, centre: Centre, *, campaign: str, reason: str, by: str, agency: str
) -> Look:
    """Closes a campaign: its numbers stand from here on.

    Raises:
        CampaignRefused: nobody knows it, or it is closed (`campaign_closed`).
        TextRefused: the reason or the account's name looks like personal data.
    """
    refuse_private({"reason": reason, "by": by})
    if get_campaign(conn, centre, campaign).closing is not None:
        raise CampaignRefused(f"{campaign} is closed already", code="campaign_closed")
    decision = CampaignClosed(
        salt=centre.salt(),
        at=centre.timestamp(),
        campaign=campaign,
        reason=_normal(reason),
        by=by,
        agency=agency,
    )
    national.append(conn, centre, [decision])
    return look(conn, centre, campaign)


def get_campaign(conn: Connection, centre: Centre, campaign: str) -> Campaign:
    """The campaign of that id.

    Raises:
        CampaignRefused: nobody knows it.
    """
    found = centre.campaigns.get(conn, campaign)
    if found is None:
        raise CampaignRefused(f"there is no campaign {campaign}")
    return found


def list_campaigns(conn: Connection, centre: Centre) -> list[Look]:
    """Every campaign, the one opened last first."""
    return [_look(conn, centre, campaign) for campaign in centre.campaigns.every(conn)]


def look(conn: Connection, centre: Centre, campaign: str) -> Look:
    """One campaign with its numbers.

    Raises:
        CampaignRefused: nobody knows it.
    """
    return _look(conn, centre, get_campaign(conn, centre, campaign))


def progress(conn: Connection, centre: Centre, campaign: str, by: str) -> dict[str, Numbers]:
    """The numbers of a campaign by the values of one of `protocol.campaign_numbers.BREAKDOWNS`.

    Raises:
        CampaignRefused: nobody knows it.
    """
    get_campaign(conn, centre, campaign)
    return breakdown(centre.campaigns.cells(conn, campaign), by)


def document_of(found: Look) -> dict[str, Json]:
    """A campaign as programs read it, on the command line and over HTTP."""
    campaign, closing = found.campaign, found.campaign.closing
    return {
        "campaign": campaign.id,
        "title": campaign.title,
        "due": campaign.due,
        "state": found.state,
        "target": {name: list[Json](values) for name, values in campaign.target.items()},
        "opened": {
            "place": campaign.place,
            "at": campaign.at,
            "by": campaign.by,
            "agency": campaign.agency,
        },
        "closed": None
        if closing is None
        else {
            "place": closing.place,
            "at": closing.at,
            "by": closing.by,
            "agency": closing.agency,
            "reason": closing.reason,
        },
        "numbers": dict[str, Json](found.numbers.all()),
    }


def _look(conn: Connection, centre: Centre, campaign: Campaign) -> Look:
    today = centre.clock.now().date().isoformat()
    state = "overdue" if campaign.is_overdue(today) else "open"
    return Look(
        campaign=campaign,
        numbers=numbers_of(centre.campaigns.cells(conn, campaign.id)),
        state=state if campaign.closing is None else "closed",
    )


def _check(conn: Connection, centre: Centre, order: CampaignOrder) -> None:
    if not _ID.match(order.campaign):
        raise _malformed("campaign", "an id is 1 to 63 of a-z, 0-9 and hyphens")
    title = _normal(order.title)
    if not 1 <= len(title) <= TITLE_CHARACTERS_MAX or not title.isprintable():
        raise _malformed("title", f"a title is one line of 1 to {TITLE_CHARACTERS_MAX} characters")
    refuse_private({"title": title, "by": order.by})
    _check_due(order.due, today=centre.clock.now().date().isoformat())
    _check_target(order.target)
    for hub in order.target.get("hub", []):
        registry.get_hub(conn, hub)
    if centre.campaigns.get(conn, order.campaign) is not None:
        raise CampaignRefused(f"{order.campaign} was opened already", code="campaign_exists")


def _check_due(due: str, *, today: str) -> None:
    try:
        is_date = date.fromisoformat(due).isoformat() == due
    except ValueError:
        is_date = False
    if not is_date:
        raise _malformed("due", f"a due date is a day such as 2026-12-31, not {due}")
    if due < today:
        raise _malformed("due", f"{due} has passed")


def _check_target(target: Mapping[str, list[str]]) -> None:
    if unknown := sorted(target.keys() - TARGET_FACETS):
        raise _malformed("target", f"no facet {unknown[0]}; there are {', '.join(_FACETS)}")
    for name, values in target.items():
        if not values or not all(value.strip() for value in values):
            raise _malformed(f"target/{name}", f"{name} has no value")
        for value in values if name in _FACETS_OF_YEARS else []:
            if not _YEAR.match(value):
                raise _malformed(
                    f"target/{name}", f"{name} takes four digits such as 2024, not {value}"
                )


_FACETS = sorted(TARGET_FACETS)


def _malformed(name: str, sentence: str) -> CampaignRefused:
    return CampaignRefused(sentence, code="campaign_malformed", pointer=f"/{name}")


def _normal(text: str) -> str:
    """As an entry has it: in NFC, without blanks around."""
    return unicodedata.normalize("NFC", text.strip())
