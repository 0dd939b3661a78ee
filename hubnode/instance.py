"""Which machine this is: an id that neither a copy of the folder nor another machine has.

It is made of the installation's random id, which lies in the database, and of where the folder
lies. So a copied folder, or a backup on another machine, is another instance, which the centre
does not take for the hub before somebody says so: `adopt` (docs/decisions/0022).
"""

from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from hubnode.store import identity
from runtime.machine import place_of
from runtime.ports import Entropy

INSTALLATION_BYTES = 8
_CHARACTERS = 16


def instance_of(folder: Path, installation: str) -> str:
    """The id of the machine on which an installation runs in this folder: 16 hex digits."""
    return sha256(f"{installation}\n{place_of(folder)}\n".encode()).hexdigest()[:_CHARACTERS]


def own_instance(conn: Connection, folder: Path) -> str:
    """The id of this machine; "" before its first enrolment."""
    installation = identity.installation(conn)
    return instance_of(folder, installation) if installation is not None else ""


def fresh_installation(entropy: Entropy) -> str:
    """An id for an installation that begins."""
    return entropy.bytes(INSTALLATION_BYTES).hex()
