"""What people call a hub: its name as the national log has it, with its id behind."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from protocol.innovation.regions import region_name
from protocol.merge import CENTRE
from runtime.pages.translating import Say, msg

_CENTRE = msg("Pusat")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubNames:
    """The names of the hubs for one reader.

    Attributes:
        names: by id, as far as they are known.
        say: turns Indonesian words into the reader's.
    """

    names: Mapping[str, str]
    say: Say

    def text(self, hub: str) -> str:
        """A hub in plain words: `JIPP Provinsi Bali (51)`; the id alone where nothing is known."""
        name = self._name(hub)
        return name if hub == CENTRE else f"{name} ({hub})" if name else hub

    def html(self, hub: str) -> str:
        """The same with the id in small."""
        name = self._name(hub)
        if hub == CENTRE or not name:
            return name or hub
        return Markup("<span>{} <small>({})</small></span>").format(name, hub)

    def _name(self, hub: str) -> str:
        """A province's own name stands in where its hub has none but its id."""
        if hub == CENTRE:
            return self.say(_CENTRE)
        name = self.names.get(hub, "")
        return name if name and name != hub else region_name(hub) or ""
