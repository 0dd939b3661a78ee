"""Pengaturan, keys: the words, a rotation, the emergency kit; and a kit put back by the wizard."""

from collections.abc import Mapping

from aiohttp import web

from hubnode.keys import OwnKeys, begin_rotation, load_own_keys
from hubnode.kit import kit_of, restore_keys
from hubnode.node import SYNC_LOCK
from hubnode.store import identity, safeguards
from hubnode.store.identity import Identity
from hubnode.web.visit import Visit
from protocol.emergency_kit import format_kit, parse_kit
from protocol.errors import KitRefused
from protocol.fingerprints import fingerprint, words
from runtime.durable import FolderLock
from runtime.http.problem_responses import Refused
from runtime.pages.own_session import own_password_fault

KEYS, RESTORE, ENROL = "/pengaturan/kunci", "/mulai/kunci", "/mulai/pendaftaran"


async def keys_page(visit: Visit) -> web.Response:
    """Whose keys these are, as people compare them."""
    return await _keys_page(visit, {})


async def rotate(visit: Visit) -> web.Response:
    """Makes the next keys, for an operator who has just typed the password; the next run signs."""
    who, _ = await _own(visit)
    if fault := await own_password_fault(visit, "own"):
        return await _keys_page(visit, {"own": fault})
    node = visit.node
    with FolderLock(node.folder, SYNC_LOCK):
        begin_rotation(node.folder, who, node.entropy)
    visit.site.run_now()
    return visit.go(KEYS, told="rotating")


async def kit_page(visit: Visit) -> web.Response:
    """The kit to print, for an operator who has just typed the password."""
    who, keys = await _own(visit)
    if fault := await own_password_fault(visit, "password"):
        return await _keys_page(visit, {"password": fault})
    key, now = keys.current.log.verifier_key.text, visit.node.clock.now()
    await visit.node.db.run(lambda conn: safeguards.keep_kit(conn, now, key=key))
    return await visit.hub_page(
        "kit.html",
        here="settings",
        who=who,
        own_words=" ".join(keys.current.words),
        kit=format_kit(kit_of(visit.node, who)),
        made_at=now,
    )


async def ask_kit(visit: Visit) -> web.Response:
    """Where a kit is typed in, before the node is enrolled."""
    return visit.page("restore_keys.html", kit="", fault="")


async def take_kit(visit: Visit) -> web.Response:
    """Puts the keys in place; the invitation comes next."""
    try:
        await restore_keys(visit.node, parse_kit(visit.text("kit")))
    except KitRefused as refused:
        said = visit.say("Kit tidak dapat dipakai; tidak ada yang berubah.")
        typed, fault = visit.text("kit"), f"{said} ({refused.code})"
        return visit.page("restore_keys.html", status=422, kit=typed, fault=fault)
    return visit.go(f"{ENROL}?ganti=ya", told="keys_restored")


async def _keys_page(visit: Visit, faults: Mapping[str, str]) -> web.Response:
    who, keys = await _own(visit)
    centre = fingerprint([who.national_verifier, who.mirror_verifier])
    return await visit.hub_page(
        "keys.html",
        here="settings",
        status=403 if faults else 200,
        who=who,
        keys=keys,
        centre_words=" ".join(words(centre)),
        faults=faults,
    )


async def _own(visit: Visit) -> tuple[Identity, OwnKeys]:
    """The enrolment and the keys.

    Raises:
        Refused: not enrolled.
        KeyFileRefused: the key file cannot be used.
    """
    who = await visit.node.db.read(identity.get)
    if who is None:
        raise Refused("not_enrolled")
    return who, load_own_keys(visit.node.folder, who)
