"""A centre that can be stopped, backed up, restored and recovered, with hubs that live on."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from central import recovering
from central.app import build_recovering_web, build_web
from central.centre import Centre
from central.issued import MARK_FILE
from central.opening import create_folder, opened_centre
from central.reconciler import Reconciler
from central.recovering import Finding, Wish, recovering_centre
from central.registry import create_invitation
from central.settings import CentralSettings, load_central_settings
from hubnode.enrolment import create_node, enrol
from hubnode.node import Node
from hubnode.opening import online_node
from hubnode.sync.endings import RunReport
from hubnode.sync.run import sync
from runtime.http.server import serve
from runtime.system import SystemEntropy
from tests.support.databases import DatabaseUnderTest
from tests.support.nodes import backup, restore_backup

AUTHORITY = "test.jippnas.example"
WISH = Wish(reason="Diska pusat rusak", by="rina", second_by="budi", agency="panrb")


class RestorableFederation:
    """Opens the centre when entered; `hub` adds a node, and `restore` takes the centre back."""

    def __init__(self, folder: Path, database: DatabaseUnderTest) -> None:
        self.folder = folder
        self.database = database
        self.nodes: dict[str, Node] = {}
        self.port = 0
        self._hubs = AsyncExitStack()
        self._of_node: dict[str, AsyncExitStack] = {}
        self._backups = 0
        create_folder(self.data, authority=AUTHORITY, entropy=SystemEntropy())

    @property
    def data(self) -> Path:
        """The centre's folder."""
        return self.folder / "centre"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        for stack in self._of_node.values():
            await stack.aclose()

    async def start(self) -> None:
        """Serves as `central serve` does; refuses where that does."""
        settings = self._settings()
        self._stack = AsyncExitStack()
        self.centre: Centre = self._stack.enter_context(opened_centre(self.data, settings))
        self.reconciler = Reconciler(self.centre)
        runner, self.url = await serve(
            build_web(self.centre, self.reconciler, settings), host="127.0.0.1", port=self.port
        )
        self.port = int(self.url.rsplit(":", 1)[1])
        self._stack.push_async_callback(runner.cleanup)

    async def stop(self) -> None:
        """Ends it as a signal does."""
        await self._stack.aclose()

    async def back_up(self) -> Path:
        """A backup of the centre's database."""
        self._backups += 1
        made = self.folder / f"backup_{self.database.url.rsplit('/', 1)[1]}_{self._backups}"
        await self.stop()
        self.database.copy(Path(str(made).replace(".", "_")))
        await self.start()
        return Path(str(made).replace(".", "_"))

    async def restore(self, made: Path, *, with_mark: bool = True) -> None:
        """Puts a backup in place; the centre is stopped afterwards."""
        await self.stop()
        self.database.put_back(made)
        if not with_mark:
            (self.data / MARK_FILE).unlink()

    async def recover(self, hubs: Sequence[str], *, wish: Wish = WISH) -> Finding:
        """Takes back what these hubs hold, declares the next epoch, and serves again."""
        with self.recovering() as centre:
            centre.db.run_sync(lambda conn: recovering.begin(conn, centre))
        with self.recovering() as centre:
            web = build_recovering_web(centre, self._settings())
            runner, _ = await serve(web, host="127.0.0.1", port=self.port)
            for name in hubs:
                report = await sync(self.nodes[name])
                assert report.code == "centre_recovering", report
            found = centre.db.read_sync(lambda conn: recovering.find(conn, centre))
            await runner.cleanup()
        with self.recovering() as centre:
            following = centre.db.run_sync(lambda conn: recovering.declare(conn, centre, wish))
            recovering.finish(following)
        await self.start()
        return found

    def recovering(self) -> AbstractContextManager[Centre]:
        """The centre as `central recover` opens it."""
        return recovering_centre(self.data, self._settings())

    async def hub(self, name: str) -> Node:
        """A fresh node, enrolled as this hub."""
        create_node(self.folder / name, entropy=SystemEntropy())
        node = await self._open(name)

        def invite(conn: Connection) -> str:
            return create_invitation(
                conn, self.centre, hub=name, name=name, hours=1, url=self.url, by="rina"
            )

        text = await self.centre.db.run(invite)
        await enrol(node, text, yes=lambda _asked, _words: True)
        return node

    async def back_up_hub(self, name: str) -> Path:
        """A backup of a node's database; the node goes on."""
        self._backups += 1
        made = self.folder / f"backup-{name}-{self._backups}"
        backup(self.nodes[name], made)
        await self._open(name)
        return made

    async def restore_hub(self, name: str, made: Path, *, with_marks: bool = True) -> Node:
        """Puts it in place."""
        self.nodes[name].db.close()
        restore_backup(self.folder / name, made, with_marks=with_marks)
        return await self._open(name)

    async def settle(self) -> None:
        """Reconciles until nothing waits, and writes the issued mark as the service does."""
        while await self.reconciler._round():
            pass

    async def sync(self, *names: str) -> list[RunReport]:
        """A run of each, the centre's decisions, and runs that fetch them."""
        for name in names:
            await sync(self.nodes[name])
        await self.settle()
        return [await sync(self.nodes[name]) for name in names]

    async def _open(self, name: str) -> Node:
        if name in self._of_node:
            await self._of_node.pop(name).aclose()
        stack = AsyncExitStack()
        self._of_node[name] = stack
        self.nodes[name] = await stack.enter_async_context(online_node(self.folder / name))
        return self.nodes[name]

    def _settings(self) -> CentralSettings:
        settings = load_central_settings(self.data)
        return replace(settings, database_url=self.database.url)
