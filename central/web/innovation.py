"""Inovasi: one innovation for everybody, with its family, its history and how to check it oneself.

What readers no longer see keeps its address and says why: a merged record leads to the one that
stands for it (301), a withdrawn or hidden one is gone (410), and an id that nothing has is unknown
(404).
"""

from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from central.reading import Innovation, heir_of, read_innovation
from central.web.agencies import agency_called
from central.web.citing import Citation, bibtex, ris, sentence
from central.web.history_rows import told
from central.web.innovation_parts import (
    SCORE_MAX,
    awards,
    completeness_words,
    criteria,
    road_map,
    sections,
)
from central.web.visit import PUBLIC_MAX_AGE_S, Visit
from protocol.facts import NUMBER
from protocol.innovation.identifiers import is_uuid7
from protocol.innovation.searching import year_of
from runtime.http.etags import make_page, page_response, wanted_coding
from runtime.pages.family_tree import nested, places_by_province
from runtime.pages.hub_names import HubNames
from runtime.pages.rendering import HEADERS
from runtime.pages.tile_map import tiles

PLACE = "/inovasi/"
ACTIVE, MERGED = "active", "merged"
REVERTED = "record.reverted"
_FROM = "dari"
_DESCRIPTION_CHARS = 300


async def innovation_page(visit: Visit) -> web.Response:
    """The page, or the one that says why there is none."""
    found = await _read(visit)
    if found is None:
        return await visit.public_page("innovation_gone.html", here="", status=404, found=None)
    if found.item["state"] == MERGED:
        return _moved(found)
    if found.item["state"] != ACTIVE:
        return await _gone_page(visit, found)
    return await _whole_page(visit, found)


async def bibtex_file(visit: Visit) -> web.Response:
    """The citation for LaTeX and reference managers."""
    return await _cited(visit, bibtex, "application/x-bibtex", "bib")


async def ris_file(visit: Visit) -> web.Response:
    """The citation for reference managers."""
    return await _cited(visit, ris, "application/x-research-info-systems", "ris")


async def _read(visit: Visit) -> Innovation | None:
    record, centre = visit.request.match_info["record"], visit.centre
    if not is_uuid7(record):
        return None
    return await centre.db.read(lambda conn: read_innovation(conn, centre, record))


def _moved(found: Innovation) -> web.Response:
    """To the record that stands for it, which then says where the reader comes from."""
    place = f"{PLACE}{heir_of(found.item)}?{_FROM}={found.item['id']}"
    cached = {"Cache-Control": f"public, max-age={PUBLIC_MAX_AGE_S}"}
    return web.Response(status=301, headers={**HEADERS, **cached, "Location": place})


async def _gone_page(visit: Visit, found: Innovation) -> web.Response:
    called = HubNames(names=found.hubs, say=visit.say)
    return await visit.public_page(
        "innovation_gone.html",
        here="",
        status=410,
        found=found,
        item=found.item,
        by_centre=_is_gone_by_centre(found),
        called=called.html,
        history=[told(row, visit.reader, called) for row in found.history],
    )


def _is_gone_by_centre(found: Innovation) -> bool:
    """Whether it was the centre that took it out of sight last, by going back to a moment."""
    kinds = (row["kind"] if not row.get("change") else row["change"] for row in found.history)
    return next((it for it in kinds if it in {"withdraw", REVERTED}), "") == REVERTED


async def _whole_page(visit: Visit, found: Innovation) -> web.Response:
    item, record = found.item, found.record
    reader = replace(visit.reader, titles=found.originals)
    called, cited = HubNames(names=found.hubs, say=visit.say), _citation(visit, found)
    came_from = visit.text(_FROM)
    return await visit.public_page(
        "innovation.html",
        here="",
        item=item,
        title=cited.title,
        whose=", ".join(it for it in (cited.agency, str(record.get("service_unit") or "")) if it),
        contact=visit.site.settings.contact_email,
        description=str(record.get("summary", ""))[:_DESCRIPTION_CHARS],
        address=cited.address,
        called=called.html,
        agency_called=lambda agency: agency_called(agency, visit.say),
        reader=reader,
        contested=", ".join(reader.field(name) for name in item["conflicts"]),
        came_from=came_from if came_from in found.stands_for else "",
        sections=sections(record, reader),
        groups=completeness_words(item, reader),
        awards=awards(item, reader),
        criteria=criteria(record, reader),
        score_max=SCORE_MAX,
        road_map=road_map(record, reader),
        tiles=tiles(places_by_province(item["spread"]["places"])),
        tree=nested(item["family"]["replications"], item["id"]),
        history=[told(row, reader, called) for row in found.history],
        has_more=found.has_more,
        provenance=found.provenance,
        similar=found.similar,
        citation=sentence(cited, reader),
        bibtex=bibtex(cited),
    )


def _citation(visit: Visit, found: Innovation) -> Citation:
    item, record = found.item, found.record
    agency = record.get("agency")
    return Citation(
        record=item["id"],
        agency=str(agency.get("name", "")) if isinstance(agency, dict) else "",
        title=str(record.get("title", item["id"])),
        year=year_of(record) or "",
        number=str(item["facts"].get(NUMBER, "")),
        revision=item["revision"],
        place=found.place,
        origin=visit.centre.national_origin,
        site=visit.site.settings.name,
        address=visit.address_of(f"{PLACE}{item['id']}"),
    )


async def _cited(
    visit: Visit, written: Callable[[Citation], str], content_type: str, ending: str
) -> web.Response:
    """The citation of an innovation that readers see, as a file."""
    found = await _read(visit)
    if found is None or found.item["state"] != ACTIVE:
        raise web.HTTPNotFound
    page = make_page(
        written(_citation(visit, found)).encode(),
        coding=wanted_coding(visit.request),
        content_type=f"{content_type}; charset=utf-8",
        cache_control=f"public, max-age={PUBLIC_MAX_AGE_S}",
        headers={"Content-Disposition": f'attachment; filename="{found.item["id"]}.{ending}"'},
    )
    return page_response(visit.request, page)
