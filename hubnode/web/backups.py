"""Pengaturan, backups: make one, download it, check it."""

from functools import partial

from aiohttp import web

from hubnode.backup import FOLDER, KEPT, create, every, is_sound, opened
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.store import identity
from hubnode.store.identity import Identity
from hubnode.web.visit import Visit
from runtime.http.problem_responses import Refused
from runtime.keyfile import KeyFileRefused

BACKUPS = "/pengaturan/cadangan"


async def backups_page(visit: Visit) -> web.Response:
    """What there is, and a button for another."""
    found = await visit.node.db.worker.run(lambda: every(visit.node.folder))
    return await visit.hub_page("backups.html", here="settings", backups=found, kept=KEPT)


async def make(visit: Visit) -> web.Response:
    """Makes one now."""
    node, who = visit.node, await _enrolled(visit)
    try:
        await node.db.worker.run(partial(create, node, who))
    except KeyFileRefused as refused:
        raise Refused("key_file_refused", detail=str(refused)) from refused
    return visit.go(BACKUPS, told="backed_up")


async def check(visit: Visit) -> web.Response:
    """Opens one and checks everything in it."""
    node, who = visit.node, await _enrolled(visit)
    name = _name(visit, visit.text("name"))
    is_good = await node.db.worker.run(partial(_is_good, node, who, name))
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
    """Whether the keys of now or of before open it, and all of it is whole."""
    key = load_own_keys(node.folder, who).current.log.seed
    with opened(node.folder / FOLDER / name, [key]) as found:
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
