"""A node's data folder: opened by every command and by the service. Here a node's parts meet."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from hubnode.keys import KEY_FILE
from hubnode.node import Node
from hubnode.settings import load_node_settings
from hubnode.store import (
    accounts,
    alerts,
    backups,
    catalogue_facets,
    contacts,
    drafts,
    hubs,
    imports,
    listed,
    outbox,
    outcomes,
    private_answers,
    proposals,
    receipts,
    records,
    rulings,
    runs,
    safeguards,
    verifications,
)
from hubnode.store.tables import (
    CAMPAIGN_TABLES,
    DOCUMENT_TABLES,
    LINEAGE_TABLES,
    LOG_TABLES,
    METADATA,
    TABLES_VERSION,
)
from runtime.campaigns import CampaignStore
from runtime.database import Database
from runtime.documents import DocumentStore
from runtime.lineages import LineageStore
from runtime.logstore import LogStore
from runtime.ports import Request, Response, Transport
from runtime.system import AsyncioSleeper, SystemClock, SystemEntropy, ThreadWorker

DATABASE_FILE = "node.sqlite"
CENTRE_FILE = "central.toml"
"""What the data folder of a centre holds, and that of a node never."""

STORES = (
    accounts,
    alerts,
    backups,
    catalogue_facets,
    contacts,
    drafts,
    hubs,
    imports,
    listed,
    outbox,
    outcomes,
    proposals,
    private_answers,
    receipts,
    records,
    rulings,
    runs,
    safeguards,
    verifications,
)
"""Imported so that the tables which they define exist in `METADATA`."""


class NoNetwork:
    """The transport of commands that work offline: any request is a bug."""

    async def request(self, request: Request) -> Response:
        """See `runtime.ports.Transport`."""
        raise AssertionError(f"{request.method} {request.url} from a command that works offline")


def is_node(folder: Path) -> bool:
    """Whether a node lives in this folder; a database of no bytes is one that was lost."""
    database = folder / DATABASE_FILE
    return database.exists() and database.stat().st_size > 0


def is_bereft(folder: Path) -> bool:
    """Whether here are the keys of a node whose database is lost: recovery case D."""
    return not is_node(folder) and (folder / KEY_FILE).exists()


def is_centre(folder: Path) -> bool:
    """Whether the other program lives in this folder."""
    return (folder / CENTRE_FILE).exists()


@contextmanager
def opened_node(folder: Path, *, transport: Transport | None = None) -> Iterator[Node]:
    """The node of a data folder, with its database open meanwhile."""
    worker = ThreadWorker()
    db = Database.open(f"sqlite:///{folder / DATABASE_FILE}", worker=worker)
    try:
        db.create(METADATA, version=TABLES_VERSION)
        logs = LogStore(LOG_TABLES)
        _redact_again(db, logs)
        yield Node(
            folder=folder,
            db=db,
            logs=logs,
            documents=DocumentStore(DOCUMENT_TABLES),
            campaigns=CampaignStore(CAMPAIGN_TABLES),
            lineages=LineageStore(LINEAGE_TABLES),
            clock=SystemClock(),
            entropy=SystemEntropy(),
            sleeper=AsyncioSleeper(),
            transport=transport or NoNetwork(),
        )
    finally:
        worker.close()
        db.close()


def _redact_again(db: Database, logs: LogStore) -> None:
    """Destroys what a backup has brought back, and what a run that was killed has left."""
    if not db.read_sync(logs.is_redacted):
        db.run_sync(logs.redact_again)
    db.scrub_sync()


@asynccontextmanager
async def online_node(
    folder: Path, *, proxy: Callable[[], str] | None = None
) -> AsyncIterator[Node]:
    """The same with a real network.

    Args:
        folder: the data folder.
        proxy: says before each request through which proxy it goes, "" through none; else the
            settings of the folder say it once.

    Raises:
        SettingsRefused: the settings of the folder cannot be used.
    """
    from runtime.http.client import HttpTransport  # noqa: PLC0415 - heavy

    fixed = "" if proxy else load_node_settings(folder).proxy
    async with HttpTransport(proxy=proxy or (lambda: fixed)) as transport:
        with opened_node(folder, transport=transport) as node:
            yield node
