"""A node whose schema has one field more, in a process of its own; prints what became of it.

    python -m tests.support.added_field FOLDER

Run where the packages are a copy in which the field was added and nothing else was changed.
"""

import asyncio
import sys
from pathlib import Path

import orjson
from yarl import URL

from hubnode.imports.templates import template_columns
from hubnode.store import drafts
from hubnode.store.accounts import ACCOUNTS
from hubnode.web.visit import session_cookie
from protocol.innovation.completeness import completeness
from runtime.http.client import HttpTransport
from runtime.ports import Request
from tests.support.federation import FederationUnderTest
from tests.support.hub_accounts import employ
from tests.support.hub_pages import quiet_pages_of
from tests.support.nodes import publish

TOKEN = "7" * 64


async def show(folder: Path) -> None:
    """Prints one JSON object: the form and the page of a record, what is missing, the columns."""
    async with FederationUnderTest(folder) as federation:
        hub = await federation.hub("51")
        record = publish(hub, "Antar obat")
        employ(hub, "rina")
        session = {"token": TOKEN, "account": "rina", "csrf": "", "agent": ""}
        now = hub.clock.now()
        hub.db.run_sync(lambda conn: ACCOUNTS.begin_session(conn, **session, now=now))
        async with quiet_pages_of(hub) as url:
            shown = await page(f"{url}/inovasi/{record}")
            await page(f"{url}/inovasi/{record}/ubah")
            [draft] = hub.db.read_sync(drafts.every)
            form = await page(f"{url}/inovasi/draf/{draft.id}")
    missing = {name: group.missing for name, group in completeness({}).groups.items()}
    columns = [column.name for column in template_columns()]
    found = {"page": shown, "form": form, "missing": missing, "columns": columns}
    sys.stdout.buffer.write(orjson.dumps(found))


async def page(url: str) -> str:
    """What somebody who has signed in gets."""
    headers = {"Cookie": f"{session_cookie(URL(url))}={TOKEN}"}
    async with HttpTransport() as transport:
        answer = await transport.request(Request(method="GET", url=url, headers=headers))
    return answer.body.decode()


if __name__ == "__main__":
    asyncio.run(show(Path(sys.argv[1])))
