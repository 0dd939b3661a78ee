"""One file on its way: where it stands, how far the work is, going on, another header row."""

from dataclasses import replace

from aiohttp import web

from hubnode.imports.uploads import Phase, Upload
from hubnode.web.import_checks import imported_page, preview_page
from hubnode.web.import_words import fault_sentence
from hubnode.web.import_work import (
    PLACE,
    asked_upload,
    commit,
    place_of,
    prepare,
    uploads_of,
)
from hubnode.web.visit import Visit

HEADER_ROW_MAX = 1_000


async def upload_page(visit: Visit) -> web.StreamResponse:
    """The page of a file, whatever it waits for."""
    id_ = visit.request.match_info["id"]
    found = await visit.node.db.worker.run(lambda: uploads_of(visit).get(id_))
    if found is None:
        run = visit.site.imports.results.get(id_)
        return visit.go(f"{PLACE}/riwayat/{run}", told="imported") if run else visit.go(PLACE)
    if visit.site.imports.of(id_) is not None:
        return await _working(visit, found)
    match found.phase:
        case Phase.COLUMNS:
            return visit.go(f"{place_of(found)}/kolom")
        case Phase.CHECKED:
            return await preview_page(visit, found)
        case Phase.IMPORTED:
            return await imported_page(visit, found)
        case Phase.READING | Phase.IMPORTING | Phase.REFUSED:
            return await _stopped(visit, found)


async def live_part(visit: Visit) -> web.Response:
    """The part of the page that changes while the work is under way."""
    job = visit.site.imports.of(visit.request.match_info["id"])
    response = visit.page("import_live.html", job=job)
    response.headers["JIPP-Live"] = "rest" if job is None else "more"
    return response


async def go_on(visit: Visit) -> web.Response:
    """Goes on with what was interrupted; with an import, where the reader may sign one."""
    found = await asked_upload(visit)
    if found.phase is not Phase.IMPORTING:
        await prepare(visit, found)
    else:
        visit.require_signer()
        await commit(visit, found)
    return visit.go(place_of(found))


async def choose_place(visit: Visit) -> web.Response:
    """Reads the file again, from another sheet or header row."""
    found = await asked_upload(visit)
    row = visit.text("header_row")
    number = int(row) if row.isascii() and row.isdigit() and len(row) <= len("1000") else 1
    sheet = visit.text("sheet")
    chosen = replace(
        found,
        sheet=sheet if sheet in found.sheets[1:] else None,
        header_row=min(max(1, number), HEADER_ROW_MAX),
        mapping="",
    )
    await prepare(visit, chosen)
    return visit.go(place_of(found))


async def _working(visit: Visit, found: Upload) -> web.Response:
    job = visit.site.imports.of(found.id)
    return await visit.hub_page("import_working.html", here="imports", upload=found, job=job)


async def _stopped(visit: Visit, found: Upload) -> web.Response:
    return await visit.hub_page(
        "import_stopped.html",
        here="imports",
        upload=found,
        fault=fault_sentence(found.fault, visit.say),
        is_import=found.phase is Phase.IMPORTING,
        is_refused=found.phase is Phase.REFUSED,
    )
