"""The licence under which the catalogue's data may be used, as its authority has set it."""

from dataclasses import dataclass

OPEN = frozenset(["CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "ODbL-1.0", "ODC-By-1.0", "PDDL-1.0"])
"""SPDX names of those that opendefinition.org lists as conformant for data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence.

    Attributes:
        name: its SPDX identifier, or what people call it.
        url: where its text stands.
    """

    name: str
    url: str

    @property
    def is_open(self) -> bool:
        """Whether it is known to be an open one."""
        return self.name in OPEN
