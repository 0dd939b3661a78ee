"""Pengaturan, backups: make one, download it, check it."""

from collections.abc import Mapping
from functools import partial

from aiohttp import web

from hubnode.backup import FOLDER, create, every, is_sound, opened
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.scheduled_backups import due_at
from hubnode.settings_file import Value
from hubnode.store import backups, identity, safeguards
from hubnode.store.identity import Identity
from hubnode.sync.sentences import sentence_of
from hubnode.web.failures import errno_name
from hubnode.web.setting_forms import kept_faults, setting_page, shown, typed, whole_number
from hubnode.web.visit import Visit
from runtime.http.problem_responses import Refused
from runtime.keyfile import KeyFileRefused
from runtime.pages.translating import msg

BACKUPS = "/pengaturan/cadangan"
FIELDS = ("backup_every", "backups_kept")
SPANS: Mapping[str, str] = {
    "off": msg("Tidak otomatis"),
    "daily": msg("Setiap hari"),
    "weekly": msg("Setiap minggu"),
}


async def backups_page(visit: Visit) -> web.Response:
    """What there is, and a button for another."""
    return await _page(visit, shown(visit.site.kept, FIELDS), {})


async def schedule(visit: Visit) -> web.Response:
    """Keeps how often the service makes one by itself; a failure of before is forgotten."""
    values = typed(visit, FIELDS)
    kept = whole_number(values["backups_kept"])
    wanted: dict[str, Value] = {"backup_every": values["backup_every"], "backups_kept": kept}
    if values["backup_every"] not in SPANS:
        raise Refused("bad_query")
    if faults := kept_faults(visit, wanted):
        return await _page(visit, values, faults)
    if values["backup_every"] == "off":
        await visit.node.db.run(backups.forget)
    return visit.go(BACKUPS, told="settings")


async def _page(visit: Visit, values: dict[str, str], faults: dict[str, str]) -> web.Response:
    node, settings = visit.node, visit.site.settings
    files = await node.db.worker.run(lambda: every(node.folder))
    attempts = await node.db.read(backups.history)
    last, good = next(iter(attempts), None), next((it for it in attempts if not it.code), None)
    rows = [
        {"at": it.at, "name": it.name, "why": _why(visit, it.code), "code": it.code}
        for it in attempts
    ]
    return await setting_page(
        visit,
        "backups.html",
        values=values,
        faults=faults,
        backups=files,
        kept=settings.backups_kept,
        spans=SPANS,
        attempts=rows,
        is_on=settings.backup_every != "off",
        due=due_at(settings.backup_every, last, good, node.clock.now()),
    )


def _why(visit: Visit, code: str) -> str:
    return visit.said(sentence_of(code)) if code else ""


async def make(visit: Visit) -> web.Response:
    """Makes one now."""
    node, who = visit.node, await _enrolled(visit)
    try:
        await node.db.worker.run(partial(create, node, who, kept=visit.site.settings.backups_kept))
    except KeyFileRefused as refused:
        raise Refused("key_file_refused", detail=str(refused)) from refused
    await node.db.run(lambda conn: safeguards.keep_backup(conn, node.clock.now()))
    return visit.go(BACKUPS, told="backed_up")


async def check(visit: Visit) -> web.Response:
    """Opens one and checks everything in it."""
    node, who = visit.node, await _enrolled(visit)
    name = _name(visit, visit.text("name"))
    try:
        is_good = await node.db.worker.run(partial(_is_good, node, who, name))
    except OSError as error:
        raise Refused("storage_full", detail=errno_name(error)) from error
    if not is_good:
        raise Refused("backup_refused")
    return visit.go(BACKUPS, told="backup_sound")


async def download(visit: Visit) -> web.StreamResponse:
    """The file itself; encrypted, so whoever finds it has nothing."""
    name = _name(visit, visit.request.match_info["name"])
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return web.FileResponse(visit.node.folder / FOLDER / name, headers=headers)


def _is_good(node: Node, who: Identity, name: str) -> bool:
    """Whether all of it is whole; only the keys of now are here to open it."""
    key = load_own_keys(node.folder, who).current.log.seed
    with opened(node.folder / FOLDER / name, [key], within=node.folder) as found:
        return is_sound(found)


def _name(visit: Visit, name: str) -> str:
    """The name if it is one of the node's backups, so that no other file is read.

    Raises:
        Refused: it is not.
    """
    if name not in {it.name for it in every(visit.node.folder)}:
        raise Refused("not_found")
    return name


async def _enrolled(visit: Visit) -> Identity:
    """The enrolment.

    Raises:
        Refused: there is none yet.
    """
    who = await visit.node.db.read(identity.get)
    if who is None:
        raise Refused("not_enrolled")
    return who
