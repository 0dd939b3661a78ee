"""Names of hubs, logs and keys (protocol.md, "Names, logs, keys")."""

import re

RESERVED_IDS = frozenset({"centre", "hub", "mirror", "national", "witness"})
"""What logs, keys and authors are named after; a hub of such a name would be taken for another."""

FIRST_EPOCH = 1

_EPOCH = re.compile(r"[1-9][0-9]{0,8}")
_HUB = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")


def is_hub_id(text: str) -> bool:
    """Whether `text` is a hub id: 1 to 63 of a-z, 0-9 and inner hyphens, and not reserved."""
    return bool(_HUB.match(text)) and text not in RESERVED_IDS


def hub_origin(authority: str, hub: str, generation: int) -> str:
    """Origin of a hub's change log."""
    return f"{authority}/hub/{hub}/{generation}"


def continued_origin(origin: str) -> str | None:
    """Origin of the log that a hub's log continues; None where it is the hub's first."""
    before, _, generation = origin.rpartition("/")
    return f"{before}/{int(generation) - 1}" if int(generation) > 1 else None


def witness_name(authority: str, hub: str) -> str:
    """Key name of a hub as a witness of the national log."""
    return f"{authority}/hub/{hub}/witness"


def agency_witness_name(authority: str, agency: str) -> str:
    """Key name of an agency as a witness of the national log."""
    return f"{authority}/witness/{agency}"


def national_origin(authority: str, epoch: int) -> str:
    """Origin of the national log."""
    return f"{authority}/national/{epoch}"


def epoch_of(origin: str, authority: str) -> int | None:
    """The epoch of a national log of this authority; None where `origin` names no such log."""
    found = _EPOCH.fullmatch(origin.removeprefix(f"{authority}/national/"))
    is_national = origin.startswith(f"{authority}/national/")
    return int(found[0]) if found is not None and is_national else None


def standing_origin(origin: str, national: str) -> str:
    """The log that has the entries of `origin` now.

    A new epoch carries the national log before it over, so that an entry of an earlier one stands
    in the present one, at the same index.

    Args:
        origin: of any log.
        national: of the present national log.
    """
    is_earlier = origin.rpartition("/")[0] == national.rpartition("/")[0]
    return national if is_earlier else origin


def centre_author(national: str) -> str:
    """The name under which the centre's writes are folded: of its first epoch, in all of them.

    The numbers of its writes are their places, and those go on over epochs.
    """
    return f"{national.rpartition('/')[0]}/{FIRST_EPOCH}"


def mirror_name(authority: str) -> str:
    """Key name of the centre as mirror."""
    return f"{authority}/mirror"
