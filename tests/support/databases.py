"""The centre's database as an administrator backs it up: copied whole, and put back whole."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.support.postgres import Cluster


@dataclass(frozen=True)
class DatabaseUnderTest:
    """A database of either kind, closed while it is copied.

    Attributes:
        url: its address.
        cluster: where it lives, if it is PostgreSQL's.
    """

    url: str
    cluster: Cluster | None = None

    def copy(self, to: Path) -> None:
        """Makes a backup under the name of `to`."""
        if self.cluster is None:
            to.mkdir()
            for file in self._files():
                shutil.copy(file, to / file.name)
            return
        self.cluster.psql(f"CREATE DATABASE {to.name} TEMPLATE {self._name}")

    def put_back(self, backup: Path) -> None:
        """Puts a backup in place of what is there."""
        if self.cluster is None:
            for file in self._files():
                file.unlink()
            for file in backup.iterdir():
                shutil.copy(file, self._path.parent / file.name)
            return
        self.cluster.psql(f"DROP DATABASE {self._name} WITH (FORCE)")
        self.cluster.psql(f"CREATE DATABASE {self._name} TEMPLATE {backup.name}")

    @property
    def _name(self) -> str:
        return self.url.rsplit("/", 1)[1]

    @property
    def _path(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))

    def _files(self) -> list[Path]:
        return list(self._path.parent.glob(self._path.name + "*"))
