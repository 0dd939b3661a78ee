"""Hubs as witnesses of the national log: their cosignatures, verified and kept.

They are kept beside the checkpoint and not in it: a note that changed with every witness would be
fetched again by every reader. `cosigned_checkpoint` puts them together for whoever compares.
"""

import re

from sqlalchemy import Connection

from central.centre import Centre
from central.store import cosignatures, hubs
from protocol.checkpoints import (
    Checkpoint,
    Cosignature,
    known_cosignatures,
    open_checkpoint,
    open_cosignature,
    with_cosignatures,
)
from protocol.confirmations import Confirmations, confirmations_of
from protocol.errors import MalformedMessage, NoteRefused
from protocol.keys import VerifierKey, parse_verifier_key
from protocol.limits import NOTE_SIGNATURES_MAX
from protocol.names import witness_name
from protocol.notes import SignatureLine, parse_note, parse_signature_lines

MESSAGE = re.compile(rb"(?P<size>[1-9][0-9]{0,15})\n(?P<lines>.+\n)", re.DOTALL)


class UnknownCheckpoint(MalformedMessage):
    """The national log never had a checkpoint of that size."""

    default_code = "not_found"


def keep_cosignatures(conn: Connection, centre: Centre, message: bytes) -> int:
    """Keeps the cosignatures of a message: a line with the size, then signature lines.

    Returns:
        How many were kept; each was made by an active hub's witness key.

    Raises:
        MalformedMessage, MalformedNote: not of that form.
        UnknownCheckpoint: no checkpoint of that size was signed.
        NoteRefused: a line that no active hub's key made, or another checkpoint's.
    """
    parts = MESSAGE.fullmatch(message)
    if parts is None:
        raise MalformedMessage("not a size line and signature lines")
    size = int(parts["size"])
    checkpoint = _checkpoint_at(conn, centre, size)
    lines = parse_signature_lines(parts["lines"])
    opened = [_open(conn, centre, line, checkpoint) for line in lines]
    cosignatures.keep(conn, centre.national_origin, size, opened)
    return len(opened)


def cosigned_checkpoint(conn: Connection, centre: Centre) -> bytes | None:
    """The largest cosigned national checkpoint with its cosignatures, or None so far."""
    size = cosignatures.largest_size(conn, centre.national_origin)
    return None if size is None else _cosigned(conn, centre, size).note


def cosigned_checkpoints(conn: Connection, centre: Centre) -> list[Checkpoint]:
    """The newest national checkpoint, and the older ones that a hub or agency cosigned last.

    Returns:
        The newest first, each with the cosignatures known of it; none where nothing was signed.
    """
    newest = _newest_size(conn, centre)
    if newest is None:
        return []
    sizes = cosignatures.newest_sizes(conn, centre.national_origin)
    keys = (*witness_keys(conn).values(), *centre.witnesses)
    cosigned = {sizes.get((key.name, key.key_id), 0) for key in keys}
    wanted = sorted({newest, *cosigned} - {0}, reverse=True)
    return [_cosigned(conn, centre, size) for size in wanted]


def best_checkpoint(conn: Connection, centre: Centre, *, place: int) -> Checkpoint | None:
    """Of the checkpoints that cover a place, the one that most agencies cosigned, then most hubs.

    For files that are checked elsewhere: a newest checkpoint has no cosignatures for a moment.
    """
    covering = [it for it in cosigned_checkpoints(conn, centre) if it.tree.size > place]

    def rank(checkpoint: Checkpoint) -> tuple[int, int]:
        agencies = known_cosignatures(checkpoint, centre.witnesses)
        return len(agencies), len(parse_note(checkpoint.note).signatures)

    return max(covering, key=rank, default=None)


def published_checkpoint(conn: Connection, centre: Centre, origin: str) -> bytes | None:
    """The newest checkpoint of a national log as readers get it, or None where there is none.

    With the lines of the agencies that have cosigned it by now: they are few. Those of hubs would
    make every reader fetch it again whenever one more hub has read it.
    """
    log = centre.logs.open(conn, origin)
    note = centre.logs.latest_checkpoint(conn, log)
    if note is None or origin != centre.national_origin:
        return note
    checkpoint = _opened(centre, note)
    made = cosignatures.of_size(conn, origin, checkpoint.tree.size)
    agencies = {(key.name, key.key_id) for key in centre.witnesses}
    lines = [it for it in made if (it.name, it.key_id) in agencies]
    return with_cosignatures(checkpoint, lines).note


def witnessed_sizes(conn: Connection, centre: Centre) -> dict[str, int]:
    """By agency's key name, the size of the largest checkpoint that it cosigned; 0 for none."""
    sizes = cosignatures.newest_sizes(conn, centre.national_origin)
    return {it.name: sizes.get((it.name, it.key_id), 0) for it in centre.witnesses}


def confirmations(conn: Connection, centre: Centre) -> Confirmations:
    """Which active hubs confirm the newest national checkpoint; every line is verified again."""
    return confirmations_of(cosigned_checkpoints(conn, centre), witness_keys(conn))


def witness_keys(conn: Connection) -> dict[str, VerifierKey]:
    """The witness key of every active hub, by hub id."""
    texts = hubs.witness_keys(conn)
    return {hub: parse_verifier_key(text) for hub, text in texts.items()}


def _newest_size(conn: Connection, centre: Centre) -> int | None:
    log = centre.logs.open(conn, centre.national_origin)
    note = centre.logs.latest_checkpoint(conn, log)
    return None if note is None else _opened(centre, note).tree.size


def _cosigned(conn: Connection, centre: Centre, size: int) -> Checkpoint:
    made = cosignatures.of_size(conn, centre.national_origin, size)[: NOTE_SIGNATURES_MAX - 1]
    return with_cosignatures(_checkpoint_at(conn, centre, size), made)


def _checkpoint_at(conn: Connection, centre: Centre, size: int) -> Checkpoint:
    log = centre.logs.open(conn, centre.national_origin)
    note = centre.logs.checkpoint_at(conn, log, size)
    if note is None:
        raise UnknownCheckpoint(f"no national checkpoint of size {size}")
    return _opened(centre, note)


def _opened(centre: Centre, note: bytes) -> Checkpoint:
    keys = [centre.keys.national.verifier_key]
    return open_checkpoint(note, origin=centre.national_origin, keys=keys)


def _open(
    conn: Connection, centre: Centre, line: SignatureLine, checkpoint: Checkpoint
) -> Cosignature:
    return open_cosignature(line, checkpoint, _witness_key(conn, centre, line.name))


def _witness_key(conn: Connection, centre: Centre, name: str) -> VerifierKey:
    """The verifier key of the active hub whose witness goes by this name."""
    hub_id = name.removeprefix(f"{centre.authority}/hub/").removesuffix("/witness")
    hub = hubs.get(conn, hub_id) if name == witness_name(centre.authority, hub_id) else None
    if hub is None or hub.state != hubs.ACTIVE:
        raise NoteRefused("a cosignature of no active hub")
    return parse_verifier_key(hub.witness_key)
