"""A centre's data folder: made once, opened by every command and by the service.

Here the centre's parts meet, without a web face: `central.app` adds that one.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from central import issued
from central.centre import Centre, CentreKeys
from central.settings import SETTINGS_FILE, CentralSettings
from central.store import (
    accounts,
    alerts,
    announced,
    audit,
    belonging,
    blocks,
    candidates,
    closed_logs,
    cosignatures,
    datestamps,
    decisions,
    deliveries,
    flow,
    hub_keys,
    hub_runs,
    hubs,
    instances,
    invitations,
    look_alikes,
    mirrors,
    numbers,
    qualities,
    reinvitations,
    reports,
    tallies,
    targets,
    tokens,
    webhooks,
)
from central.store.tables import (
    CAMPAIGN_TABLES,
    DOCUMENT_TABLES,
    LINEAGE_TABLES,
    LOG_TABLES,
    METADATA,
    TABLES_VERSION,
)
from protocol.keys import SignatureType, SigningKey
from protocol.merkle import Tree
from protocol.names import mirror_name, national_origin
from runtime.campaigns import CampaignStore
from runtime.database import Database, DatabaseError
from runtime.documents import DocumentStore
from runtime.durable import write_durably
from runtime.keyfile import load_keys, save_keys
from runtime.lineages import LineageStore
from runtime.logstore import LogStore
from runtime.ports import Entropy
from runtime.settings import make_settings
from runtime.system import AsyncioSleeper, SystemClock, SystemEntropy, ThreadWorker

TABLE_FILES = (
    accounts,
    alerts,
    announced,
    audit,
    blocks,
    candidates,
    closed_logs,
    cosignatures,
    datestamps,
    decisions,
    deliveries,
    flow,
    hub_keys,
    hub_runs,
    hubs,
    instances,
    invitations,
    look_alikes,
    mirrors,
    numbers,
    qualities,
    reports,
    reinvitations,
    tallies,
    targets,
    tokens,
    webhooks,
)
"""Every file that defines tables: what is not imported would not be created."""

KEY_FILE = "keys.pem"
NODE_FILE = "node.sqlite"
"""What the data folder of a node holds, and that of a centre never."""
KEY_NAMES = ("national", "mirror")
SEED_BYTES = 32


class FolderRefused(Exception):
    """A data folder that cannot be made or opened; the message says why."""


def create_folder(folder: Path, *, authority: str, url: str = "", entropy: Entropy) -> None:
    """Makes a data folder with settings and fresh keys.

    Raises:
        FolderRefused: a centre or a node lives there already, there are keys, or no folder can be
            there.
        SettingsRefused: the authority or the address has a form that no centre can have.
    """
    make_settings(CentralSettings, {"authority": authority, "url": url})
    if (folder / NODE_FILE).exists():
        raise FolderRefused(f"{folder} holds a node; a centre needs a folder of its own.")
    if (folder / SETTINGS_FILE).exists():
        raise FolderRefused(f"{folder} holds a centre already.")
    if (folder / KEY_FILE).exists():
        raise FolderRefused(f"{folder} holds {KEY_FILE} already; nothing is written over it.")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise FolderRefused(f"{folder} cannot be made: {error.strerror}.") from error
    seeds = {name: entropy.bytes(SEED_BYTES) for name in KEY_NAMES}
    save_keys(folder / KEY_FILE, seeds)
    lines = [f'authority = "{authority}"', f'url = "{url}"', ""]
    write_durably(folder / SETTINGS_FILE, "\n".join(lines).encode())


@contextmanager
def opened_centre(
    folder: Path, settings: CentralSettings, *, is_recovery: bool = False
) -> Iterator[Centre]:
    """The centre of a data folder, with its database open meanwhile.

    Args:
        folder: the data folder.
        settings: its settings.
        is_recovery: whether the database may be older than what was published
            (`central.recovering`); whoever opens it so signs nothing on its national log.

    Raises:
        KeyFileRefused: the keys are missing, or others may read them.
        DatabaseError: the database cannot be used, belongs to another folder, or is older than
            what this centre has published.
    """
    worker = ThreadWorker()
    keys = load_centre_keys(folder, settings)
    db = Database.open(settings.database_in(folder), worker=worker, meeting=LOG_TABLES.log)
    try:
        db.create(METADATA, version=TABLES_VERSION)
        fresh_id = SystemEntropy().bytes(belonging.ID_BYTES).hex()
        belonging.check(db, folder, fresh_id=fresh_id)
        centre = Centre(
            folder=folder,
            db=db,
            logs=LogStore(LOG_TABLES),
            documents=DocumentStore(DOCUMENT_TABLES),
            campaigns=CampaignStore(CAMPAIGN_TABLES),
            lineages=LineageStore(LINEAGE_TABLES),
            clock=SystemClock(),
            entropy=SystemEntropy(),
            sleeper=AsyncioSleeper(),
            keys=keys,
            authority=settings.authority,
            epoch=settings.epoch,
            witnesses=tuple(it.verifier for it in settings.witnesses),
        )
        before = None
        if not is_recovery:
            before = db.read_sync(partial(issued.check, centre=centre))
            db.read_sync(partial(issued.check_signer, centre=centre))
        _redact_again(centre)
        yield centre
        if before is not None:
            with suppress(DatabaseError, OSError):  # of a database that is gone the mark stays
                _remember_growth(centre, before)
    finally:
        worker.close()
        db.close()


def _redact_again(centre: Centre) -> None:
    """Destroys what a backup has brought back, and what a run that was killed has left."""
    if not centre.db.read_sync(centre.logs.is_redacted):
        centre.db.run_sync(centre.logs.redact_again)
    centre.db.scrub_sync()


def _remember_growth(centre: Centre, before: Tree) -> None:
    """Writes the issued mark; not for a command that only looked, perhaps as another user."""
    after = centre.db.read_sync(lambda conn: centre.logs.open(conn, centre.national_origin).tree)
    if after != before:
        centre.db.read_sync(partial(issued.remember, centre=centre))


def load_centre_keys(folder: Path, settings: CentralSettings) -> CentreKeys:
    """The centre's two signing keys under the names that the authority and epoch give them."""
    seeds = load_keys(folder / KEY_FILE, KEY_NAMES)
    return CentreKeys(
        national=SigningKey(
            name=national_origin(settings.authority, settings.epoch),
            type=SignatureType.ED25519,
            seed=seeds["national"],
        ),
        mirror=SigningKey(
            name=mirror_name(settings.authority),
            type=SignatureType.COSIGNATURE,
            seed=seeds["mirror"],
        ),
    )
