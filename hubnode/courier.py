"""What the centre answered, read out of a courier file: a sync run whose transport is that file.

No check is made here that a run over the network does not make: `hubnode.sync` fetches, verifies,
folds and audits as ever. Only two things differ. The run sends nothing, and a file may be old, so
it never counts as the centre's word of today (`hubnode.sync.session.Carried`).
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.store import identity
from hubnode.store.identity import Identity
from hubnode.sync.answers import NOT_FOUND, OK, Refused
from hubnode.sync.endings import RunReport
from hubnode.sync.run import Progress, silent, sync
from hubnode.sync.session import Carried
from protocol.canonical import canonicalise
from protocol.checkpoints import Checkpoint, open_checkpoint, open_cosignature
from protocol.courier import (
    MIRROR,
    CourierFile,
    Direction,
    Label,
    decode_courier_file,
    national_prefix,
)
from protocol.errors import CourierRefused
from protocol.keys import VerifierKey
from protocol.merkle import EMPTY_TREE, Tree
from protocol.names import national_origin
from protocol.notes import parse_note
from runtime.ports import Request, Response, Unreachable

HUB_VIEW = "sync/v1/hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import read.

    Attributes:
        label: of the file.
        is_old: what is here was larger already.
        report: how its run ended.
    """

    label: Label
    is_old: bool
    report: RunReport

    @property
    def next_volume(self) -> int | None:
        """Which volume comes now, or None after the last."""
        return self.label.volume + 1 if self.label.volume < self.label.volumes else None


class FileTransport:
    """`runtime.ports.Transport` out of a file: each address answers with the part of its name."""

    def __init__(self, url: str, answers: Mapping[str, bytes]) -> None:
        self._prefix = f"{url}/"
        self._answers = answers

    async def request(self, request: Request) -> Response:
        """The part, or 404 with the code that says what is missing.

        Raises:
            Unreachable: something was to be sent; a file takes nothing.
        """
        if request.method != "GET":
            raise Unreachable("courier", "a file takes nothing")
        name = request.url.removeprefix(self._prefix).partition("?")[0]
        headers = {"jipp-protocol": "1"}
        if name in self._answers:
            return Response(status=OK, headers=headers, body=self._answers[name])
        code = "courier_own_log_missing" if name.startswith(MIRROR) else "courier_part_missing"
        return Response(status=NOT_FOUND, headers=headers, body=canonicalise({"code": code}))


async def import_file(
    node: Node, data: bytes, *, progress: Progress = silent, passphrase: str | None = None
) -> Imported:
    """Reads a file of the centre as a sync run, and returns how that ended.

    The same file again, an older one, or one whose entries came over the network changes nothing.

    Raises:
        CourierRefused: no such file, damaged, somebody else's, or the volume before it is missing.
            No run begins and nothing is kept.
        ProtocolError: the centre's copy of the own log is not under this hub's signature.
        Refused: this node is not enrolled.
        KeyFileRefused: the key file cannot be used.
    """
    file = decode_courier_file(data)
    who = await node.db.read(identity.get)
    if who is None:
        raise Refused("not_enrolled")
    _refuse_foreign(file.label, who)
    size = await node.db.read(lambda conn: node.logs.open(conn, who.national).tree.size)
    _refuse_gap(file.label, size)
    keys = load_own_keys(node.folder, who, passphrase=passphrase)
    own = _own_checkpoint(file, who, keys.verifiers)
    transport = FileTransport(who.url, _answers(file, who, own.tree if own else EMPTY_TREE))
    report = await sync(
        replace(node, transport=transport),
        progress=progress,
        passphrase=passphrase,
        carried=_carried(file, who, own),
    )
    return Imported(label=file.label, is_old=file.label.size < size, report=report)


def _refuse_foreign(label: Label, who: Identity) -> None:
    """Accepts a file for this hub of this centre.

    Raises:
        CourierRefused: it is for somebody else.
    """
    if label.direction is not Direction.TO_HUB:
        sentence = f"a file of hub {label.hub} for the centre"
    elif (label.authority, label.hub) != (who.authority, who.hub):
        sentence = f"a file for hub {label.hub} of {label.authority}"
    else:
        return
    raise CourierRefused(sentence, code="courier_foreign")


def _refuse_gap(label: Label, size: int) -> None:
    """Accepts a file that begins within what is here, or right behind it.

    Raises:
        CourierRefused: entries between are missing; the message says which file has them.
    """
    if label.start <= size:
        return
    begins = f"this copy has {size} decisions, and this file begins at {label.start}"
    if label.volume_before:
        sentence = f"{begins}: import {label.volume_before} first"
    else:
        made = f"central courier export {label.hub} --since {size}"
        sentence = f"{begins}: ask the centre for a file made with `{made}`"
    raise CourierRefused(sentence, code="courier_volume_missing")


def _own_checkpoint(
    file: CourierFile, who: Identity, keys: Sequence[VerifierKey]
) -> Checkpoint | None:
    """The mirror checkpoint of the own log, under this hub's own signature."""
    for note in file.bodies(f"{MIRROR}/checkpoint"):
        return open_checkpoint(note, origin=who.origin, keys=keys)
    return None


def _carried(file: CourierFile, who: Identity, own: Checkpoint | None) -> Carried:
    """What is known of the answers.

    Raises:
        CourierRefused: the mirror that this hub enrolled with did not cosign its checkpoint.
    """
    _, checkpoint = _national_checkpoint(file)
    if own is None:
        return Carried(as_of=0, receipt=b"", checkpoint=checkpoint, end=file.label.end)
    key = who.mirror_verifier
    for line in parse_note(own.note).signatures:
        if (line.name, line.key_id) == (key.name, key.key_id):
            as_of = open_cosignature(line, own, key).timestamp
            receipt = line.text.encode()
            return Carried(as_of=as_of, receipt=receipt, checkpoint=checkpoint, end=file.label.end)
    raise CourierRefused("the centre did not cosign this hub's log", code="receipt_refused")


def _national_checkpoint(file: CourierFile) -> tuple[int, bytes]:
    """Epoch and note of the national checkpoint in the file, unverified."""
    names = [part.name for part in file.parts if part.name.endswith("/checkpoint")]
    for name in names:
        if not name.startswith(MIRROR):
            epoch = int(name.split("/")[2])
            return epoch, file.bodies(f"{national_prefix(epoch)}/checkpoint")[0]
    raise CourierRefused("no national checkpoint")


def _answers(file: CourierFile, who: Identity, own: Tree) -> dict[str, bytes]:
    """Every part by its name, and how the centre sees this hub.

    Of that the state and the size of the national log are the label's claims; size and root are
    those of the own log's mirror checkpoint, which this hub itself has signed.
    """
    epoch, _ = _national_checkpoint(file)
    view = canonicalise(
        {
            "size": own.size,
            "next_entry": own.size,
            "root": b64encode(own.root).decode(),
            "state": file.label.state,
            "national": {
                "origin": national_origin(who.authority, epoch),
                "size": file.label.size,
            },
        }
    )
    return {part.name: part.body for part in file.parts} | {HUB_VIEW: view}
