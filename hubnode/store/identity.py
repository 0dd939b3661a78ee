"""Who this node is: the installation, its enrolment at a centre, and whether it is frozen.

Keys are not here; they live in the key file. The installation exists before the enrolment does.
"""

from dataclasses import asdict, dataclass

from sqlalchemy import Column, Connection, Integer, String, Table, select, update

from hubnode.store.tables import METADATA
from protocol.keys import VerifierKey, parse_verifier_key
from protocol.names import hub_origin, national_origin, witness_name
from runtime.database import upsert

IDENTITY = Table(
    "identity",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("authority", String, nullable=False),
    Column("hub", String, nullable=False),
    Column("name", String, nullable=False),
    Column("url", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("national_key", String, nullable=False),
    Column("mirror_key", String, nullable=False),
    Column("enrolled_key", String, nullable=False),
    Column("state", String, nullable=False),
    Column("frozen", String, nullable=False, default=""),
    Column("national_etag", String, nullable=False, default=""),
)

INSTALLATION = Table(
    "installation",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("installation", String, nullable=False),
)

_ENROLMENT = select(IDENTITY)
"""Asked in nearly every transaction, so it is put together only once."""

_ROW = 1
"""Both tables hold one row at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The enrolment of this node.

    Attributes:
        enrolled_key: verifier key of the own log at the enrolment; a rotation leaves it as it is.
        state: how the centre sees the hub: active, suspended, revoked or retired.
        frozen: code of the recovery rule that stopped the pushing, or "".
        national_etag: the ETag of the last national checkpoint that was read.
    """

    authority: str
    hub: str
    name: str
    url: str
    generation: int
    epoch: int
    national_key: str
    mirror_key: str
    enrolled_key: str
    state: str
    frozen: str = ""
    national_etag: str = ""

    @property
    def origin(self) -> str:
        """Origin of the hub's own log."""
        return hub_origin(self.authority, self.hub, self.generation)

    @property
    def witness(self) -> str:
        """Key name of the hub as a witness of the national log."""
        return witness_name(self.authority, self.hub)

    @property
    def national(self) -> str:
        """Origin of the national log."""
        return national_origin(self.authority, self.epoch)

    @property
    def national_verifier(self) -> VerifierKey:
        """The key that signs the national log."""
        return parse_verifier_key(self.national_key)

    @property
    def mirror_verifier(self) -> VerifierKey:
        """The key that cosigns the centre's mirror of the own log."""
        return parse_verifier_key(self.mirror_key)


def get(conn: Connection) -> Identity | None:
    """The enrolment, or None before it."""
    row = conn.execute(_ENROLMENT).mappings().one_or_none()
    return None if row is None else Identity(**{k: v for k, v in row.items() if k != "id"})


def save(conn: Connection, identity: Identity) -> None:
    """Keeps the enrolment in place of any earlier one."""
    upsert(conn, IDENTITY, [{"id": _ROW, **asdict(identity)}], key=["id"])


def set_state(conn: Connection, state: str) -> None:
    """Keeps how the centre sees the hub."""
    conn.execute(update(IDENTITY).values(state=state))


def set_national_etag(conn: Connection, etag: str) -> None:
    """Keeps the ETag of the national checkpoint that was just verified and stored."""
    conn.execute(update(IDENTITY).values(national_etag=etag))


def enter_epoch(conn: Connection, epoch: int, national_key: str) -> None:
    """Goes on with the national log of another epoch, of which nothing was read yet."""
    values = {"epoch": epoch, "national_key": national_key, "national_etag": ""}
    conn.execute(update(IDENTITY).values(values))


def freeze(conn: Connection, code: str) -> None:
    """Stops pushing until `thaw`; `code` names the recovery rule."""
    conn.execute(update(IDENTITY).values(frozen=code))


def thaw(conn: Connection) -> None:
    """Lets the next run compare both logs again; if they still differ it freezes again."""
    conn.execute(update(IDENTITY).values(frozen=""))


def installation(conn: Connection) -> str | None:
    """Random id of this installation, or None before its first enrolment."""
    return conn.execute(select(INSTALLATION.c.installation)).scalar_one_or_none()


def save_installation(conn: Connection, value: str) -> None:
    """Keeps the id of this installation."""
    upsert(conn, INSTALLATION, [{"id": _ROW, "installation": value}], key=["id"])
