"""Ringkasan: whether the federation is well, in one look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central.casework import campaigns
from central.casework.campaigns import Look
from central.centre import Centre
from central.monitoring import hub_health
from central.monitoring.cause_words import WORDS as MATTERS
from central.monitoring.cause_words import sentence_of
from central.monitoring.causes import Matter, matter_of, standing
from central.monitoring.freshness import Freshness, counted
from central.monitoring.hub_health import HubHealth
from central.monitoring.service_state import state_of
from central.web.campaign_list import records_address
from central.web.hub_list import HUBS
from central.web.hub_words import FRESHNESS
from central.web.visit import Visit
from protocol.campaign_numbers import query_of
from runtime.alerts.news import Cause
from runtime.pages.tile_map import StateMap, state_map

OVERDUE_SHOWN = 12
CAMPAIGNS_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A campaign's numbers, each with the address of the records behind it.

    Attributes:
        parts: name and number, which add up to `targeted`.
        links: addresses by the names of numbers.
    """

    look: Look
    parts: Sequence[tuple[str, int]]
    links: Mapping[str, str]


async def overview_page(visit: Visit) -> web.Response:
    """One sentence, the map, who is overdue, what waits, how the campaigns go."""
    service = state_of(visit.centre, visit.site.reconciler)
    hours = visit.site.settings.freshness_target_hours

    def read(conn: Connection) -> dict[str, Any]:
        centre = visit.centre
        found = hub_health.of_everyone(conn, centre, default_hours=hours)
        wrong = standing(conn, centre, service, found)
        return {
            "overdue": [it for it in found if it.is_overdue],
            "counts": counted({it.hub.hub: it.freshness for it in found}),
            "by_freshness": _by_freshness(found),
            "map": _map(found),
            "matters": [_matter(visit, it) for it in wrong if _is_own(it)],
            "bars": _bars(conn, centre),
            "shown": _on_map(visit, found),
        }

    known = await visit.centre.db.read(read)
    counts = known["counts"]
    return await visit.desk_page(
        "overview.html",
        here="overview",
        words=FRESHNESS,
        judged_count=sum(counts.values()) - counts[Freshness.STOPPED],
        fresh_count=counts[Freshness.OK] + counts[Freshness.DUE],
        overdue_shown=OVERDUE_SHOWN,
        **known,
    )


def _by_freshness(found: Sequence[HubHealth]) -> dict[Freshness, list[HubHealth]]:
    """The rows of the table beside the map; only of states that some hub has."""
    rows = {
        state: sorted((it for it in found if it.freshness is state), key=lambda it: it.hub.hub)
        for state in Freshness
    }
    return {state: hubs for state, hubs in rows.items() if hubs}


def _map(found: Sequence[HubHealth]) -> StateMap:
    provinces = {it.code for it in state_map({}).provinces}
    others = sorted((it.hub.hub, it.hub.name) for it in found if it.hub.hub not in provinces)
    return state_map(dict(others))


def _on_map(visit: Visit, found: Sequence[HubHealth]) -> dict[str, dict[str, str]]:
    words = {it.hub.hub: FRESHNESS[it.freshness] for it in found}
    return {
        hub: {
            "address": f"{HUBS}/{hub}",
            "tone": word.tone,
            "icon": word.icon,
            "word": visit.say(word.name),
        }
        for hub, word in words.items()
    }


def _is_own(cause: Cause) -> bool:
    """Whether it is not said by the list of overdue hubs already."""
    return matter_of(cause.kind)[0] not in {Matter.SILENT, Matter.TROUBLE}


def _matter(visit: Visit, cause: Cause) -> dict[str, Any]:
    matter, whose = matter_of(cause.kind)
    words = MATTERS[matter]
    return {
        "title": visit.said(words.title),
        "whose": whose,
        "sentence": visit.said(sentence_of(cause.code)),
        "advice": visit.said(words.advice),
        "code": cause.code,
    }


def _bars(conn: Connection, centre: Centre) -> list[Bar]:
    """Campaigns that are not closed, the one that is due first before the others."""
    running = [it for it in campaigns.list_campaigns(conn, centre) if it.campaign.closing is None]
    running.sort(key=lambda it: (it.campaign.due, it.campaign.id))
    return [_bar(it) for it in running[:CAMPAIGNS_SHOWN]]


def _bar(found: Look) -> Bar:
    numbers, campaign = found.numbers, found.campaign.id
    names = ("targeted", "refreshed", "withdrawn", "left")
    return Bar(
        look=found,
        parts=[(name, getattr(numbers, name)) for name in names[1:]],
        links={name: records_address(campaign, query_of(name)) for name in names},
    )
