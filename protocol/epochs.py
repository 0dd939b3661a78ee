"""Following a new epoch of the national log: what it may say of the one before.

Ours alone (protocol.md, "Recovery", G). The new log begins with the entries of the closed one, so
places, and with them everything that was seen, go on. What is checked here is that its opening
stands where it says, and carries over what it says.
"""

from protocol.entries.epoch import EpochOpened
from protocol.errors import EpochRefused
from protocol.merkle import Tree
from protocol.names import epoch_of, national_origin


def check_opening(opening: EpochOpened, *, authority: str, epoch: int, carried: Tree) -> None:
    """Accepts the entry that opens an epoch.

    Args:
        opening: the entry.
        authority: of the federation.
        epoch: whose log it was found in.
        carried: the tree of that log just before the entry; its size is the entry's place.

    Raises:
        EpochRefused: it is of another epoch, closes another log than the one before, or carries
            over another tree.
    """
    if opening.epoch != epoch or opening.origin != national_origin(authority, epoch - 1):
        raise EpochRefused(f"it closes {opening.origin} and opens epoch {opening.epoch}")
    if opening.size != carried.size or opening.root != carried.root.hex():
        raise EpochRefused(f"it names another tree of size {opening.size} than is carried over")


def next_epoch(origin: str, authority: str) -> int:
    """The epoch after the national log of that origin.

    Raises:
        EpochRefused: no national log of this authority has that origin.
    """
    epoch = epoch_of(origin, authority)
    if epoch is None:
        raise EpochRefused(f"{origin} is no national log of {authority}")
    return epoch + 1
