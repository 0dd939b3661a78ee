"""Courier files in tests: a folder that is carried between a hub and the centre."""

from dataclasses import replace
from pathlib import Path

from central import courier as at_centre
from central.centre import Centre
from central.courier_export import Exported, Order
from central.courier_export import export as export_answer
from hubnode import courier as at_hub
from hubnode.courier_export import export
from hubnode.node import Node
from hubnode.opening import NoNetwork
from protocol.courier import CourierFile, decode_courier_file, encode_courier_file

VOLUME_BYTES = 64 * 1_048_576


def offline(node: Node) -> Node:
    """The same node on a machine without a network: any request is a failure of the test."""
    return replace(node, transport=NoNetwork())


async def from_hub(
    node: Node, folder: Path, *, volume_bytes: int = VOLUME_BYTES, is_full: bool = False
) -> list[bytes]:
    """What a hub exports, volume by volume."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240 - a test's own folder
    made = await export(offline(node), folder, volume_bytes=volume_bytes, is_full=is_full)
    return [path.read_bytes() for path in made.files]


async def into_hub(node: Node, data: bytes) -> at_hub.Imported:
    """Imports an answer."""
    return await at_hub.import_file(offline(node), data)


def from_centre(
    centre: Centre,
    hub: str,
    folder: Path,
    *,
    since: int | None = None,
    volume_bytes: int = VOLUME_BYTES,
    has_own_log: bool = False,
) -> list[bytes]:
    """What the centre exports for a hub, volume by volume."""
    order = Order(hub=hub, since=since, volume_bytes=volume_bytes, has_own_log=has_own_log)
    return [path.read_bytes() for path in _answer(centre, order, folder).files]


def into_centre(centre: Centre, data: bytes) -> at_centre.Taken:
    """Imports a hub's file."""
    return at_centre.import_file(centre, data)


def changed(data: bytes, name: str, body: bytes) -> bytes:
    """The file with other bytes in every part whose name ends so, and a digest that fits."""
    file = decode_courier_file(data)
    parts = tuple(
        replace(part, body=body) if part.name.endswith(name) else part for part in file.parts
    )
    return encode_courier_file(CourierFile(label=file.label, parts=parts))


def without(data: bytes, name: str) -> bytes:
    """The file without the parts whose name holds this, and a digest that fits."""
    file = decode_courier_file(data)
    parts = tuple(part for part in file.parts if name not in part.name)
    return encode_courier_file(CourierFile(label=file.label, parts=parts))


def relabelled(data: bytes, **label: object) -> bytes:
    """The file with another label, and a digest that fits."""
    file = decode_courier_file(data)
    return encode_courier_file(replace(file, label=replace(file.label, **label)))  # type: ignore[arg-type]


def _answer(centre: Centre, order: Order, folder: Path) -> Exported:
    folder.mkdir(exist_ok=True)
    return export_answer(centre, order, folder)
