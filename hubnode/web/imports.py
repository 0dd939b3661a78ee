"""Impor: bring a file, files that are not finished, what was imported, and the empty template."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web
from sqlalchemy import Connection

from hubnode.imports.readers import FILE_BYTES_MAX, ROWS_MAX
from hubnode.imports.refusal import FileRefused
from hubnode.imports.template_file import write_template
from hubnode.imports.uploads import KEPT_FOR, KINDS, Upload
from hubnode.store import identity
from hubnode.store import imports as store
from hubnode.web.import_words import PHASES, fault_sentence
from hubnode.web.import_work import PLACE, asked_upload, place_of, prepare, uploads_of
from hubnode.web.receiving import receive_file
from hubnode.web.visit import Visit
from runtime.pages.translating import msg

PAST_SHOWN = 50
TEMPLATE_NAME = "templat-inovasi.xlsx"
WORKING = msg("Sedang dikerjakan")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file in the list.

    Attributes:
        sign: tone, icon and word of how far it is.
    """

    upload: Upload
    sign: tuple[str, str, str]


async def imports_page(visit: Visit) -> web.Response:
    """All of it on one page."""
    return await _page(visit)


async def upload(visit: Visit) -> web.Response:
    """Takes a file and shows what is in it."""
    try:
        found = await receive_file(visit, uploads_of(visit))
    except FileRefused as refused:
        return await _page(visit, fault=refused.code)
    await prepare(visit, found)
    return visit.go(place_of(found))


async def discard(visit: Visit) -> web.Response:
    """Throws a file away; what was imported of it stays."""
    found = await asked_upload(visit)
    await visit.node.db.worker.run(lambda: uploads_of(visit).discard(found.id))
    return visit.go(PLACE, told="upload_discarded")


async def template(visit: Visit) -> web.Response:
    """The empty spreadsheet, with explanations and drop-downs."""
    body = await visit.node.db.worker.run(_template)
    return web.Response(body=body, content_type=XLSX, headers=attached(TEMPLATE_NAME))


def attached(name: str) -> dict[str, str]:
    """Headers of an answer that a browser keeps as a file of that name (RFC 6266)."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }


async def _page(visit: Visit, *, fault: str = "") -> web.Response:
    node, kept = visit.node, uploads_of(visit)
    found = await node.db.read(_found)
    await node.db.worker.run(lambda: kept.discard_abandoned(node.clock.now()))
    uploads = await node.db.worker.run(kept.every)
    return await visit.hub_page(
        "imports.html",
        here="imports",
        status=422 if fault else 200,
        fault=fault_sentence(fault, visit.say),
        fault_code=fault,
        waiting=[_Waiting(it, _sign(visit, it)) for it in uploads],
        rows_max=ROWS_MAX,
        kept_days=KEPT_FOR.days,
        megabytes_max=FILE_BYTES_MAX // 1024**2,
        kinds=",".join(KINDS),
        **found,
    )


def _sign(visit: Visit, found: Upload) -> tuple[str, str, str]:
    if visit.site.imports.of(found.id) is not None:
        return "wait", "⟳", visit.say(WORKING)
    tone, icon, word = PHASES[found.phase]
    return tone, icon, visit.say(word)


def _found(conn: Connection) -> dict[str, Any]:
    return {
        "is_enrolled": identity.get(conn) is not None,
        "past": store.past(conn, limit=PAST_SHOWN),
    }


def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / TEMPLATE_NAME
        write_template(path)
        return path.read_bytes()
