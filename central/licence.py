"""The licence under which the catalogue's data may be used, as its authority has set it."""

from collections.abc import Mapping
from dataclasses import dataclass

OPEN: Mapping[str, str] = {
    "CC0-1.0": "Creative Commons Zero v1.0 Universal",
    "CC-BY-4.0": "Creative Commons Attribution 4.0 International",
    "CC-BY-SA-4.0": "Creative Commons Attribution Share Alike 4.0 International",
    "ODbL-1.0": "Open Data Commons Open Database License v1.0",
    "ODC-By-1.0": "Open Data Commons Attribution License v1.0",
    "PDDL-1.0": "Open Data Commons Public Domain Dedication & License 1.0",
}
"""SPDX names and titles of those that opendefinition.org lists as conformant for data."""


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

    @property
    def title(self) -> str:
        """Its title, where SPDX has one of its name; else the name itself."""
        return OPEN.get(self.name, self.name)
