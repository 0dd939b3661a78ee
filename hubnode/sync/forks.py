"""The proof that a larger national log was rewritten: its own tiles against the copy here."""

from hubnode.sync.answers import Refused
from hubnode.sync.link import Link
from protocol.checkpoints import Checkpoint
from protocol.disputes import Dispute, check_dispute
from protocol.errors import ProtocolError
from protocol.keys import VerifierKey
from protocol.merkle import hash_of, nodes_of
from protocol.merkle_proofs import consistency_ranges, make_proof, nodes_needed
from protocol.tiles import node_hash_in, tiles_holding
from runtime.ports import Unreachable


async def dispute_from_tiles(
    link: Link, ours: Checkpoint, theirs: Checkpoint, key: VerifierKey
) -> Dispute | None:
    """What the larger log says of its first entries, as many as `ours` has, and the proof of it.

    None where the tiles do not come, or do not show that the two contradict each other.
    """
    size = ours.tree.size
    if not 0 < size < theirs.tree.size:
        return None
    ranges = consistency_ranges(size, theirs.tree.size)
    nodes = [*nodes_of(0, size), *nodes_needed(ranges)]
    try:
        tiles = {
            (it.level, it.index): await link.tile("national", it)
            for it in tiles_holding(nodes, theirs.tree.size)
        }
        hashes = {node: node_hash_in(node, tiles) for node in nodes}
        dispute = Dispute(
            origin=theirs.origin,
            checkpoints=(ours.note, theirs.note),
            prefix=hash_of(0, size, hashes),
            proof=make_proof(ranges, hashes),
            verifier_keys=(key.text,),
        )
        check_dispute(dispute, [key])
    except (Unreachable, Refused, ProtocolError):
        return None
    return dispute
