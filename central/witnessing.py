"""Submitting each new national checkpoint to the agencies' witnesses (C2SP tlog-witness).

Publishing never waits for this: each witness has a task of its own, which looks for a newer
checkpoint, brings the witness there, and keeps its cosignature. What a witness has cosigned is in
the database, so nothing is remembered here but how long one that is away is left alone.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central.centre import Centre
from central.settings import WitnessAddress
from central.store import cosignatures
from protocol.checkpoints import Checkpoint, Cosignature, known_cosignatures, open_checkpoint
from protocol.decimals import parse_decimal
from protocol.errors import ProtocolError
from protocol.keys import VerifierKey
from protocol.mirror import AddCheckpoint, encode_add_checkpoint
from protocol.notes import parse_signature_lines
from runtime.database import DatabaseError
from runtime.ports import Request, Response, Transport, Unreachable

WATCH_S = 2.0
"""How often a witness's task looks for a newer checkpoint: commands append to the log, too."""

REST_MAX_S = 300.0
"""A witness that is away or refuses is left alone for twice as long each time, up to this."""

_OK, _CONFLICT = 200, 409

log = logging.getLogger(__name__)


class WitnessRefused(Exception):
    """A witness answered, and not with a cosignature that counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A checkpoint that a witness has not cosigned yet.

    Attributes:
        checkpoint: the newest.
        old_size: of the last one that the witness cosigned, as far as is known here.
    """

    checkpoint: Checkpoint
    old_size: int


class Submitter:
    """Brings one witness up to date, again and again."""

    def __init__(self, centre: Centre, address: WitnessAddress, transport: Transport) -> None:
        self._centre = centre
        self._url = address.url
        self._key: VerifierKey = address.verifier
        self._transport = transport
        self._rest_s = WATCH_S

    async def run_forever(self) -> None:
        """Submits until cancelled. What goes wrong is logged, and tried again later."""
        while True:
            try:
                await self.submit_newest()
                self._rest_s = WATCH_S
            except (Unreachable, WitnessRefused, DatabaseError) as error:
                self._rest_s = min(REST_MAX_S, 2 * self._rest_s)
                said = {"witness": self._key.name, "error": str(error), "rest_s": self._rest_s}
                log.warning("witness_later", extra=said)
            except Exception:
                self._rest_s = REST_MAX_S
                log.exception("witness_broke", extra={"witness": self._key.name})
            await self._centre.sleeper.sleep(self._rest_s)

    async def submit_newest(self) -> bool:
        """Gets and keeps the cosignature on the newest checkpoint; False where it is there.

        Raises:
            Unreachable: the witness does not answer.
            WitnessRefused: it does not cosign, or with another key.
        """
        offer = await self._centre.db.read(self._offer)
        if offer is None:
            return False
        answer = await self._submit(offer, offer.old_size)
        if answer.status == _CONFLICT:
            answer = await self._submit(offer, _size_in(answer, offer.checkpoint))
        if answer.status != _OK:
            raise WitnessRefused(f"status {answer.status} at size {offer.checkpoint.tree.size}")
        cosignature = self._cosignature_in(answer, offer.checkpoint)
        origin, size = offer.checkpoint.origin, offer.checkpoint.tree.size
        await self._centre.db.run(lambda conn: cosignatures.keep(conn, origin, size, [cosignature]))
        log.info("witnessed", extra={"witness": self._key.name, "size": size})
        return True

    def _offer(self, conn: Connection) -> Offer | None:
        centre = self._centre
        origin = centre.national_origin
        note = centre.logs.latest_checkpoint(conn, centre.logs.open(conn, origin))
        if note is None:
            return None
        keys = [centre.keys.national.verifier_key]
        checkpoint = open_checkpoint(note, origin=origin, keys=keys)
        old_size = cosignatures.newest_size(conn, origin, self._key)
        if old_size == checkpoint.tree.size:
            return None
        return Offer(checkpoint=checkpoint, old_size=old_size)

    async def _submit(self, offer: Offer, old_size: int) -> Response:
        size = offer.checkpoint.tree.size
        proof = await self._centre.db.read(lambda conn: self._proof(conn, old_size, size))
        message = AddCheckpoint(old_size=old_size, proof=proof, checkpoint=offer.checkpoint.note)
        return await self._transport.request(
            Request(
                method="POST",
                url=f"{self._url}/add-checkpoint",
                headers={"Content-Type": "text/plain; charset=utf-8"},
                body=encode_add_checkpoint(message),
            )
        )

    def _proof(self, conn: Connection, old_size: int, size: int) -> tuple[bytes, ...]:
        logs = self._centre.logs
        return logs.prove_consistency(
            conn, logs.open(conn, self._centre.national_origin), old_size, size
        )

    def _cosignature_in(self, answer: Response, checkpoint: Checkpoint) -> Cosignature:
        """The line of the configured key; lines of others are ignored (tlog-witness)."""
        try:
            lines = parse_signature_lines(answer.body)
            note = checkpoint.note + b"".join(line.text.encode() for line in lines)
            signed = Checkpoint(origin=checkpoint.origin, tree=checkpoint.tree, note=note)
            found = known_cosignatures(signed, [self._key])
        except ProtocolError as error:
            raise WitnessRefused(f"an answer that does not verify: {error.message}") from error
        if not found or not found[0].timestamp:
            raise WitnessRefused("no cosignature of the configured key")
        return found[0]


def _size_in(answer: Response, checkpoint: Checkpoint) -> int:
    """The size in a 409, to submit again from."""
    text = answer.body.decode("ascii", "replace")
    size = parse_decimal(text.removesuffix("\n"))
    if size is None or size > checkpoint.tree.size:
        raise WitnessRefused(
            f"it has cosigned {text.strip()[:20]} entries and the national log has "
            f"{checkpoint.tree.size}: another history, or a database that is too old"
        )
    return size


async def submit_forever(
    centre: Centre, addresses: Sequence[WitnessAddress], transport: Transport
) -> None:
    """Keeps every configured witness up to date until cancelled; none waits for another."""
    submitters = [Submitter(centre, it, transport) for it in addresses]
    await asyncio.gather(*(it.run_forever() for it in submitters))
