"""Making a dump: the public catalogue of one moment, with the checkpoint that it belongs to.

Everything in it is read from one snapshot of the database, in which the newest checkpoint covers
exactly the decisions that the catalogue adds up to.
"""

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from central import cosigning, projection
from central.centre import Centre
from central.dumps.files import (
    CHECKPOINT,
    FOLDER,
    MANIFEST,
    RECORDS,
    SUMS,
    Dump,
    dump_named,
    keep_only,
)
from central.outlets.columns import Item
from central.outlets.text_files import write_json_lines
from protocol.canonical import Json, canonicalise
from protocol.catalogue import public_record
from protocol.innovation.reference import SCHEMA_VERSION
from protocol.record_state import decode_record_state
from runtime.database import ROWS_AT_ONCE
from runtime.durable import FolderLock, folder_made_durably
from runtime.http.codings import packing
from runtime.pages.formats import WIB, ZONES

_PIECE_BYTES = 1_048_576


class NothingToDump(Exception):
    """Nothing was decided yet, so that there is no checkpoint."""


def make_dump(centre: Centre, *, kept: int) -> Dump:
    """Makes today's dump, durably; where the same is there already, it stays as it is.

    Args:
        centre: the centre.
        kept: how many to keep, this one among them.

    Raises:
        NothingToDump: no checkpoint was signed yet.
        AlreadyRunning: another process is making one.
    """
    place = centre.folder / FOLDER
    place.mkdir(exist_ok=True)
    with FolderLock(place):
        dump = centre.db.read_sync(lambda conn: _made(conn, centre, place))
        keep_only(centre.folder, kept)
    return dump


def wib_now(centre: Centre) -> datetime:
    """Now in WIB, by whose day dumps are named."""
    return centre.clock.now().astimezone(ZONES[WIB])


def _made(conn: Connection, centre: Centre, place: Path) -> Dump:
    checkpoint = cosigning.published_checkpoint(conn, centre, centre.national_origin)
    if checkpoint is None:
        raise NothingToDump
    tree = centre.logs.open(conn, centre.national_origin).tree
    name = f"{wib_now(centre).date()}-{tree.size}"
    there = dump_named(centre.folder, name)
    if there is not None:
        return there
    with folder_made_durably(place / name) as folder:
        count = _write_records(conn, centre, folder / RECORDS)
        (folder / CHECKPOINT).write_bytes(checkpoint)
        manifest: dict[str, Json] = {
            "origin": centre.national_origin,
            "size": tree.size,
            "root": base64.b64encode(tree.root).decode(),
            "catalogue_hash": projection.catalogue_hash(conn, centre),
            "made_at": centre.timestamp(),
            "schema": SCHEMA_VERSION,
            "records": count,
            "withheld": centre.documents.count(conn) - count,
            "files": {it: sum_of(folder / it) for it in (RECORDS, CHECKPOINT)},
        }
        (folder / MANIFEST).write_bytes(canonicalise(manifest) + b"\n")
        listed = (RECORDS, CHECKPOINT, MANIFEST)
        lines = (f"{sum_of(folder / it)}  {it}\n" for it in listed)
        (folder / SUMS).write_text("".join(lines), "ascii")
    return Dump(name=name, path=place / name)


def sum_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            total.update(piece)
    return total.hexdigest()


def _write_records(conn: Connection, centre: Centre, path: Path) -> int:
    """Writes every public record, by id; returns how many."""
    count = 0

    def items() -> Iterator[Item]:
        nonlocal count
        after = None
        while found := centre.documents.scan(conn, visible=True, after=after, limit=ROWS_AT_ONCE):
            for _, body in found:
                yield public_record(decode_record_state(body))
            count += len(found)
            after, _ = found[-1]

    with path.open("wb") as file, packing(file, "gzip") as target:
        write_json_lines(target, items())
    return count
