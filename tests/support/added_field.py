"""A node whose schema has one field more, in a process of its own; prints what became of it.

    python -m tests.support.added_field FOLDER

Run where the packages are a copy in which the field was added and nothing else was changed.
"""

import asyncio
import sys
from pathlib import Path

import orjson
from yarl import URL

from hubnode.imports.headings import fitted
from hubnode.imports.mapping import TEMPLATE, load_mapping, map_row
from hubnode.imports.readers import read_table
from hubnode.imports.template_file import GUIDE_HEADER_ROW, GUIDE_SHEET, write_template
from hubnode.imports.templates import template_columns
from hubnode.store import drafts
from hubnode.store.accounts import ACCOUNTS
from protocol.canonical import Json
from protocol.innovation.completeness import completeness
from runtime.http.client import HttpTransport
from runtime.pages.cookies import session_cookie
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
    found: dict[str, object] = {"page": shown, "form": form, "missing": missing, "columns": columns}
    found |= imported(folder)
    sys.stdout.buffer.write(orjson.dumps(found))


def imported(folder: Path) -> dict[str, object]:
    """What the template explains, and what a file under its headings becomes."""
    file = folder / "templat.xlsx"
    write_template(file)
    guide = read_table(file, sheet=GUIDE_SHEET, header_row=GUIDE_HEADER_ROW)
    records = [
        _read(folder, [getattr(column, called) for column in template_columns()], field)
        for called, field in (("heading", "Sampah yang berkurang"), ("name", "waste_reduced"))
    ]
    return {"guide": [row.cells["Kolom"] for row in guide.rows], "records": records}


def _read(folder: Path, columns: list[str], filled: str) -> dict[str, Json]:
    mapping = fitted(load_mapping(TEMPLATE, folder=folder), columns)
    return map_row(mapping, {**dict.fromkeys(columns, ""), filled: "12"})[0]


async def page(url: str) -> str:
    """What somebody who has signed in gets."""
    headers = {"Cookie": f"{session_cookie(URL(url))}={TOKEN}"}
    async with HttpTransport() as transport:
        answer = await transport.request(Request(method="GET", url=url, headers=headers))
    return answer.body.decode()


if __name__ == "__main__":
    asyncio.run(show(Path(sys.argv[1])))
