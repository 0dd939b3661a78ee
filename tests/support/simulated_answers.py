"""Courier files of the simulated centre: what it would answer, put into one file by hand."""

from protocol.checkpoints import cosign, open_checkpoint, sign_checkpoint, with_cosignatures
from protocol.courier import (
    MIRROR,
    CourierFile,
    Direction,
    Label,
    Part,
    encode_courier_file,
    national_prefix,
)
from protocol.names import hub_origin
from protocol.tiles import Tile, bundle_path, tile_path
from tests.support.simulated_centre import AUTHORITY, SimulatedCentre
from tests.support.simulated_log import log_resource, tree_of


def answer_file(
    centre: SimulatedCentre,
    *,
    hub: str = "51",
    start: int = 0,
    state: str = "active",
    epoch: int = 1,
    has_own_log: bool = False,
) -> bytes:
    """An answer in one volume, cosigned at the centre's time."""
    size = len(centre.national)
    own = [*_receipt(centre, hub), *(_own_log(centre, hub) if has_own_log else ())]
    label = Label(
        authority=AUTHORITY,
        hub=hub,
        direction=Direction.TO_HUB,
        sequence=1,
        volume=1,
        volumes=1,
        start=start - start % 256,
        end=size,
        size=size,
        state=state,
    )
    parts = (*own, *_national(centre, start, epoch))
    return encode_courier_file(CourierFile(label=label, parts=parts))


def _receipt(centre: SimulatedCentre, hub: str) -> list[Part]:
    origin = hub_origin(AUTHORITY, hub, 1)
    mirror = centre.mirrors[origin]
    if mirror.note is None:
        return []
    checkpoint = open_checkpoint(mirror.note, origin=origin, keys=[mirror.log_key])
    now = int(centre.clock.now().timestamp())
    fresh = with_cosignatures(checkpoint, [cosign(checkpoint, centre.mirror_key, timestamp=now)])
    return [Part(name=f"{MIRROR}/checkpoint", body=fresh.note)]


def _own_log(centre: SimulatedCentre, hub: str) -> list[Part]:
    entries = centre.mirrors[hub_origin(AUTHORITY, hub, 1)].entries
    paths = []
    for first in range(0, len(entries), 256):
        width = min(256, len(entries) - first)
        paths += [tile_path(Tile(0, first // 256, width)), bundle_path(first // 256, width)]
    return [Part(name=f"{MIRROR}/{path}", body=log_resource(entries, path).body) for path in paths]


def _national(centre: SimulatedCentre, start: int, epoch: int) -> list[Part]:
    entries, prefix = centre.national, national_prefix(epoch)
    key = centre.national_key
    note = sign_checkpoint(key.name, tree_of(entries), key).note
    full, edge = divmod(len(entries), 256)
    paths = [bundle_path(index, 256) for index in range(start // 256, full)]
    paths += [tile_path(Tile(1, 0, full))] if full else []
    paths += [bundle_path(full, edge)] if edge else []
    parts = [Part(name=f"{prefix}/{path}", body=log_resource(entries, path).body) for path in paths]
    return [Part(name=f"{prefix}/checkpoint", body=note), *parts]
