"""A centre and hubs in one process, over real HTTP on loopback: for stories on real data."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from central.app import build_web
from central.centre import Centre
from central.opening import create_folder, opened_centre
from central.reconciler import Reconciler
from central.registry import create_invitation
from central.settings import CentralSettings
from hubnode.enrolment import create_node, enrol
from hubnode.imports.commit import ImportOrder, ImportReport, import_table
from hubnode.imports.mapping import ColumnMapping
from hubnode.imports.readers import SourceTable
from hubnode.node import Node
from hubnode.opening import online_node
from hubnode.store import identity
from hubnode.sync.endings import RunReport
from hubnode.sync.run import sync
from runtime.http.server import serve
from runtime.system import SystemEntropy

AUTHORITY = "test.jippnas.example"


@dataclass
class FederationUnderTest:
    """Opens the centre when entered; `hub` adds a node."""

    folder: Path
    database_url: str = ""

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        create_folder(self.folder / "centre", authority=AUTHORITY, entropy=SystemEntropy())
        await self._open_centre(port=0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        await self._serving.aclose()

    async def restart(self) -> None:
        """Ends the centre and starts it again, at the same address, from what it has stored."""
        await self._serving.aclose()
        await self._open_centre(port=urlsplit(self.url).port or 0)

    async def go_away(self) -> None:
        """Ends the centre: nobody answers at its address."""
        await self._serving.aclose()

    async def _open_centre(self, *, port: int) -> None:
        self._serving = AsyncExitStack()
        settings = CentralSettings(authority=AUTHORITY, database_url=self.database_url)
        opened = opened_centre(self.folder / "centre", settings)
        self.centre: Centre = self._serving.enter_context(opened)
        self.reconciler = Reconciler(self.centre)
        app = build_web(self.centre, self.reconciler, settings)
        runner, self.url = await serve(app, host="127.0.0.1", port=port)
        self._serving.push_async_callback(runner.cleanup)

    async def invitation(self, hub: str) -> str:
        """The text with which a hub enrols."""
        return await self.centre.db.run(
            lambda conn: create_invitation(
                conn, self.centre, hub=hub, name=hub, hours=1, url=self.url, by="rina"
            )
        )

    async def fresh(self, name: str) -> Node:
        """A node that is not enrolled yet."""
        folder = self.folder / name
        create_node(folder, entropy=SystemEntropy())
        return await self._stack.enter_async_context(online_node(folder))

    async def hub(self, name: str) -> Node:
        """A fresh node, enrolled as this hub."""
        node = await self.fresh(name)
        await enrol(node, await self.invitation(name), yes=lambda _asked, _words: True)
        return node

    async def settle(self) -> None:
        """Reconciles until nothing waits."""
        while await self.reconciler.run_once():
            pass

    async def sync(self, node: Node) -> RunReport:
        """One run, the centre's decisions about it, and one run to fetch them."""
        await sync(node)
        await self.settle()
        return await sync(node)


def import_into(
    node: Node,
    table: SourceTable,
    mapping: ColumnMapping,
    *,
    where: Mapping[str, str] | None = None,
    withdraw_missing: bool = False,
) -> ImportReport:
    """Imports a table as the operator would."""
    who = node.db.read_sync(identity.get)
    assert who is not None
    order = ImportOrder(
        table=table,
        mapping=mapping,
        file="test",
        by="operator",
        where=where or {},
        withdraw_missing=withdraw_missing,
    )
    return import_table(node, who, order, advance=_ignore)


def _ignore(_count: int) -> Any:
    return None
