"""A real centre on loopback for tests: its folder, its database, its web face."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from central import registry
from central.app import build_web
from central.centre import Centre
from central.opening import create_folder, opened_centre
from central.reconciler import Reconciler
from central.settings import CentralSettings
from protocol.canonical import Json, parse
from protocol.enrolment import encode_enrol_request
from protocol.keys import SigningKey
from runtime.http.identity import sign_request
from runtime.http.server import serve
from runtime.ports import Request, Response
from runtime.settings import make_settings
from runtime.system import SystemEntropy
from tests.support.author import Author
from tests.support.servers import ask

AUTHORITY = "jippnas.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCentre:
    """A centre that answers at `url`. It reconciles only when told to."""

    url: str
    centre: Centre
    reconciler: Reconciler

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """Asks for a public page."""
        return await ask(self.url + path, headers=headers)

    async def post(
        self, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Posts a body as it is."""
        return await ask(self.url + path, method="POST", body=body, headers=headers)

    async def signed(
        self, method: str, path: str, *, key: SigningKey, body: bytes = b""
    ) -> Response:
        """Asks in the name of whoever holds `key`."""
        request = sign_request(
            Request(method=method, url=self.url + path, body=body),
            key=key,
            authority=self.centre.authority,
            now=self.centre.clock.now(),
            nonce=self.centre.entropy.bytes(16),
        )
        return await ask(request.url, method=method, body=body, headers=request.headers)

    def invitation(self, hub: str) -> str:
        """A fresh invitation for a hub."""
        return self.centre.db.run_sync(
            lambda conn: registry.create_invitation(
                conn,
                self.centre,
                hub=hub,
                name=f"Hub {hub}",
                hours=1,
                url=self.url,
                by="rina",
            )
        )

    async def enrol(self, author: Author) -> Response:
        """Enrols a hub over HTTP."""
        body = encode_enrol_request(author.enrol_request(self.invitation(author.hub)))
        return await self.post("/sync/v1/enrol", body)

    async def submit(self, author: Author, *, start: int = 0) -> Response:
        """Sends what the centre lacks of a hub's log, from `start`."""
        await self.post("/sync/v1/add-checkpoint", author.add_checkpoint(old=start))
        return await self.post("/sync/v1/add-entries", author.add_entries(start))

    async def reconcile(self) -> None:
        """Decides whatever waits."""
        while await self.reconciler.run_once():
            pass


@asynccontextmanager
async def running_centre(
    folder: Path, database_url: str = "", **chosen: str
) -> AsyncIterator[RunningCentre]:
    """A fresh centre in `folder`, on a database of its own unless one is given.

    Args:
        folder: where it lives.
        database_url: of its database, or "".
        chosen: other settings by their names.
    """
    create_folder(folder, authority=AUTHORITY, entropy=SystemEntropy())
    said = {"authority": AUTHORITY, "database_url": database_url, **chosen}
    settings = make_settings(CentralSettings, said)
    with opened_centre(folder, settings) as centre:
        reconciler = Reconciler(centre)
        runner, url = await serve(build_web(centre, reconciler, settings), host="127.0.0.1", port=0)
        try:
            yield RunningCentre(url=url, centre=centre, reconciler=reconciler)
        finally:
            await runner.cleanup()


def document(response: Response) -> dict[str, Json]:
    """The JSON object in a response."""
    value = parse(response.body)
    assert isinstance(value, dict)
    return value
