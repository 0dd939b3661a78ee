"""The settings of a node that runs: its pages change them, and what runs is told at once.

The environment and the command line go before the file, so what they say cannot be changed here.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hubnode.settings import SETTINGS_FILE, NodeSettings, load_node_settings
from hubnode.settings_file import Value, write_settings
from runtime.setting_values import Secret
from runtime.settings import make_settings, read_toml, variables_of, with_options


class LiveSettings:
    """What holds now; `change` writes the file and reads it again.

    Args:
        folder: the node's data folder.
        now: as the service was started with them.
        given: what was said at the command line, by name.
    """

    def __init__(
        self, folder: Path, now: NodeSettings, *, given: Mapping[str, Any] | None = None
    ) -> None:
        self._folder = folder
        self._given = dict(given or {})
        self._followers: list[Callable[[NodeSettings], None]] = []
        self.now = now

    @property
    def fixed(self) -> Mapping[str, str]:
        """What says a setting, by its name, so that the file cannot: a variable or an option."""
        found = {name: it for name, it in variables_of(NodeSettings).items() if it in os.environ}
        options = {name: "hubnode serve" for name, it in self._given.items() if it is not None}
        return {**found, **options}

    def follow(self, told: Callable[[NodeSettings], None]) -> None:
        """Has somebody told of every change."""
        self._followers.append(told)

    def check(self, values: Mapping[str, Value]) -> NodeSettings:
        """The settings as they would be with these, of which nothing is kept.

        Raises:
            SettingsRefused: they cannot be used; what is in the file stays.
        """
        there = read_toml(self._folder / SETTINGS_FILE)
        return make_settings(NodeSettings, {**there, **self._changeable(values)})

    def change(self, values: Mapping[str, Value]) -> None:
        """Writes these into the file, and tells whoever follows; takes effect at once.

        Raises:
            SettingsRefused: they cannot be used; nothing was written.
            OSError: the file cannot be written.
        """
        self.check(values)
        write_settings(self._folder / SETTINGS_FILE, self._changeable(values))
        self.read_again()

    def read_again(self) -> None:
        """Takes the file as it is now, and tells whoever follows.

        Raises:
            SettingsRefused: it cannot be used; what held before holds.
        """
        self.now = with_options(load_node_settings(self._folder), self._given)
        for told in self._followers:
            told(self.now)

    def _changeable(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {name: value for name, value in values.items() if name not in self.fixed}


def shown_value(settings: NodeSettings, name: str) -> str:
    """A setting as a form shows it; a password is never shown."""
    value = getattr(settings, name)
    if isinstance(value, Secret):
        return ""
    return "\n".join(value) if isinstance(value, tuple) else str(value)
