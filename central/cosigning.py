"""Hubs as witnesses: their cosignatures on the national checkpoint, verified and kept."""

from sqlalchemy import Connection

from central.centre import Centre
from central.store import hubs
from protocol.checkpoints import open_checkpoint, open_cosignature, with_cosignatures
from protocol.errors import MalformedMessage, NoteRefused
from protocol.keys import parse_verifier_key
from protocol.notes import parse_signature_lines


def keep_cosignatures(conn: Connection, centre: Centre, body: bytes) -> None:
    """Adds the cosignatures of known hubs to a kept checkpoint; unknown keys are ignored.

    Args:
        conn: an open transaction.
        centre: whose national log it is.
        body: a line with the size of the checkpoint, then signature lines.

    Raises:
        MalformedMessage: no such body, or no such checkpoint.
        MalformedNote, NoteRefused: a line is malformed, or does not verify.
    """
    first, _, lines = body.partition(b"\n")
    log = centre.logs.open(conn, centre.national_origin)
    note = centre.logs.checkpoint_at(conn, log, int(first)) if first.isdigit() else None
    if note is None:
        raise MalformedMessage("no checkpoint of that size")
    keys = [centre.keys.national.verifier_key]
    checkpoint = open_checkpoint(note, origin=centre.national_origin, keys=keys)
    witnesses = {
        key.name: key
        for key in (parse_verifier_key(hub.witness_key) for hub in hubs.everyone(conn))
    }
    opened = [
        open_cosignature(line, checkpoint, witnesses[line.name])
        for line in parse_signature_lines(lines)
        if line.name in witnesses
    ]
    if not opened:
        raise NoteRefused("no cosignature of an enrolled hub")
    cosigned = with_cosignatures(checkpoint, opened)
    centre.logs.save_checkpoint(conn, log, checkpoint.tree.size, cosigned.note)
