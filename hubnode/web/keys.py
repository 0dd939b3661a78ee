"""Pengaturan, keys: the words, a rotation, the emergency kit; and a kit put back by the wizard."""

from aiohttp import web

from hubnode.keys import OwnKeys, begin_rotation, load_own_keys
from hubnode.kit import kit_of, restore_keys
from hubnode.node import SYNC_LOCK
from hubnode.store import identity
from hubnode.store.identity import Identity
from hubnode.web.visit import Visit
from protocol.emergency_kit import format_kit, parse_kit
from protocol.errors import KitRefused
from protocol.fingerprints import fingerprint, words
from runtime.durable import AlreadyRunning, FolderLock
from runtime.http.problem_responses import Refused
from runtime.keyfile import KeyFileRefused
from runtime.pages.passwords import is_password

KEYS, RESTORE, ENROL = "/pengaturan/kunci", "/mulai/kunci", "/mulai/pendaftaran"


async def keys_page(visit: Visit) -> web.Response:
    """Whose keys these are, as people compare them."""
    who, keys = await _own(visit)
    centre = fingerprint([who.national_verifier, who.mirror_verifier])
    return await visit.hub_page(
        "keys.html",
        here="settings",
        who=who,
        keys=keys,
        centre_words=" ".join(words(centre)),
        fault="",
    )


async def rotate(visit: Visit) -> web.Response:
    """Makes the next keys; the next run signs them in."""
    who, _ = await _own(visit)
    node = visit.node
    try:
        with FolderLock(node.folder, SYNC_LOCK):
            begin_rotation(node.folder, who, node.entropy)
    except AlreadyRunning as error:
        raise Refused("already_running") from error
    visit.site.run_now()
    return visit.go(KEYS, told="rotating")


async def kit_page(visit: Visit) -> web.Response:
    """The kit to print, for an operator who has just typed the password."""
    who, keys = await _own(visit)
    name, password = visit.account, str(visit.form.get("password", ""))
    accounts, pace = visit.site.accounts, visit.site.pace
    account = await visit.node.db.read(lambda conn: accounts.get(conn, name))
    encoded = account.password if account else ""
    is_right = await visit.node.db.worker.run(lambda: is_password(encoded, password))
    if pace.wait_s(name) or not is_right:
        pace.missed(name)
        fault = visit.say("Kata sandi tidak cocok.")
        centre = " ".join(words(fingerprint([who.national_verifier, who.mirror_verifier])))
        return await visit.hub_page(
            "keys.html",
            here="settings",
            status=403,
            who=who,
            keys=keys,
            centre_words=centre,
            fault=fault,
        )
    pace.succeeded(name)
    return await visit.hub_page(
        "kit.html",
        here="settings",
        who=who,
        own_words=" ".join(keys.current.words),
        kit=format_kit(kit_of(visit.node, who)),
        made_at=visit.node.clock.now(),
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


async def _own(visit: Visit) -> tuple[Identity, OwnKeys]:
    """The enrolment and the keys.

    Raises:
        Refused: not enrolled, or the key file cannot be used.
    """
    who = await visit.node.db.read(identity.get)
    if who is None:
        raise Refused("not_enrolled")
    try:
        return who, load_own_keys(visit.node.folder, who)
    except KeyFileRefused as refused:
        raise Refused("key_file_refused", detail=str(refused)) from refused
