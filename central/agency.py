"""The agencies that keep JIPPNas together, for one of which every curator decides."""

from enum import StrEnum


class Agency(StrEnum):
    """The names that the national log carries."""

    PANRB = "panrb"
    KEMENDAGRI = "kemendagri"
    LAN = "lan"
