"""The tables in which `runtime.logstore` keeps the logs of one database."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTables:
    """The tables that `define_log_tables` made."""

    log: Table
    entry: Table
    tile: Table
    checkpoint: Table
    redaction: Table


def define_log_tables(metadata: MetaData) -> LogTables:
    """Defines the tables of all logs of one database."""
    log = Table(
        "log",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("origin", String(512), nullable=False, unique=True),
        Column("size", BigInteger, nullable=False),
        Column("root", LargeBinary, nullable=False),
    )
    entry = Table(
        "log_entry",
        metadata,
        Column("log_id", ForeignKey(log.c.id), primary_key=True),
        Column("index", BigInteger, primary_key=True, autoincrement=False),
        Column("bytes", LargeBinary, nullable=False),
    )
    tile = Table(
        "log_tile",
        metadata,
        Column("log_id", ForeignKey(log.c.id), primary_key=True),
        Column("level", Integer, primary_key=True, autoincrement=False),
        Column("index", BigInteger, primary_key=True, autoincrement=False),
        Column("bytes", LargeBinary, nullable=False),
    )
    checkpoint = Table(
        "log_checkpoint",
        metadata,
        Column("log_id", ForeignKey(log.c.id), primary_key=True),
        Column("size", BigInteger, primary_key=True, autoincrement=False),
        Column("note", LargeBinary, nullable=False),
    )
    redaction = Table(
        "log_redaction",
        metadata,
        Column("origin", String(512), primary_key=True),
        Column("index", BigInteger, primary_key=True, autoincrement=False),
        Column("place", BigInteger),
    )
    return LogTables(log=log, entry=entry, tile=tile, checkpoint=checkpoint, redaction=redaction)
