"""A text with personal data is published, read by two hubs, and redacted: it is nowhere any more.

Told over real HTTP, once with the centre on SQLite and once on PostgreSQL.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy import text as sql

from central.casework import redaction
from central.casework.person import Person
from central.casework.redaction import RedactionOrder
from central.registry import create_invitation
from central.store import decisions as index
from central.store.tables import LOG_TABLES
from hubnode.adopting import adopt
from hubnode.auditing import audit_node
from hubnode.enrolment import create_node, enrol
from hubnode.imports.mapping import parse_mapping
from hubnode.imports.readers import SourceRow, SourceTable
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.opening import online_node
from hubnode.review import record_history
from hubnode.store import outbox, records
from hubnode.store.outcomes import Standing, count_by_standing
from hubnode.sync.run import sync
from hubnode.verify import verify_node
from protocol.canonical import Json
from protocol.errors import ProofRefused
from protocol.tiles import bundle_path, decode_bundle
from runtime.logstore import GONE
from runtime.system import SystemEntropy
from tests.support.federation import FederationUnderTest, import_into
from tests.support.nodes import backup, publish, restore_backup
from tests.support.servers import ask
from tests.support.sticks import from_centre, into_hub
from tests.support.stories import assert_sound, at_centre, at_hub, who

PRIVATE = "Penggagasnya sakit jantung sejak kecil"
RINA = Person(by="rina", agency="panrb", reason="Permohonan warga")


def is_in(folder: Path, text: str = PRIVATE) -> list[str]:
    """The files below a folder that have the text, also as it is searched."""
    forms = (text.encode(), text.lower().encode())
    return [
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and any(form in file.read_bytes() for form in forms)
    ]


def redact(federation: FederationUnderTest, record: str, *fields: str) -> None:
    order = RedactionOrder(
        record=record,
        place=place_of(federation, record),
        fields=fields,
        ground="UU 27/2022 pasal 8",
        second_by="budi",
    )
    centre = federation.centre
    centre.db.run_sync(lambda conn: redaction.redact(conn, centre, order, RINA))
    vacuum(federation)


def place_of(federation: FederationUnderTest, record: str) -> int:
    return federation.centre.db.read_sync(lambda conn: index.of_record(conn, record)[-1])


def vacuum(federation: FederationUnderTest) -> None:
    """What the command does on SQLite, and the admin on PostgreSQL."""
    db = federation.centre.db
    assert db.scrub_sync()
    if db.dialect == "postgresql":
        with db._writer.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(sql("VACUUM FULL"))


def verified(node: Node) -> dict[str, Json]:
    keys = load_own_keys(node.folder, who(node)).verifiers
    return node.db.read_sync(lambda conn: verify_node(conn, node, who(node), keys))


def findings(node: Node) -> list[str]:
    keys = load_own_keys(node.folder, who(node)).verifiers
    found = node.db.read_sync(lambda conn: audit_node(conn, node, who(node), keys))
    return [it.code for it in found.findings]


def standings(node: Node) -> dict[Standing, int]:
    return node.db.read_sync(count_by_standing)


async def served(federation: FederationUnderTest) -> bytes:
    """Every bundle of the national log, as any reader gets it."""
    centre = federation.centre
    log = centre.db.read_sync(lambda conn: centre.logs.open(conn, centre.national_origin))
    size = log.tree.size
    answer = await ask(f"{federation.url}/log/national/1/{bundle_path(0, size)}")
    assert GONE in decode_bundle(answer.body)
    return answer.body


async def test_a_redacted_text_is_nowhere_and_everything_holds(
    federation: FederationUnderTest,
) -> None:
    bali, jatim = await federation.hub("51"), await federation.hub("35")
    record = publish(bali, "Antrean daring", summary=PRIVATE)
    publish(jatim, "Perizinan satu pintu")
    for node in (bali, jatim, bali, jatim):
        assert (await federation.sync(node)).state == "ok"
    assert is_in(bali.folder)
    assert is_in(jatim.folder)

    redact(federation, record, "summary")
    for node in (bali, jatim):
        assert (await sync(node)).state == "ok"
    ntb = await federation.hub("52")
    assert (await federation.sync(ntb)).state == "ok"
    for node in (bali, jatim):
        assert (await sync(node)).state == "ok"

    assert is_in(federation.folder) == []
    assert PRIVATE.encode() not in await served(federation)
    for node in (bali, jatim, ntb):
        assert at_hub(node) == at_centre(federation.centre)
        assert verified(node)["verified"]
        assert findings(node) == []
    assert_sound(federation.centre)
    assert standings(bali) == {Standing.NOTED: 1, Standing.REDACTED: 1}


async def test_the_author_goes_on_and_its_own_tables_forget(
    federation: FederationUnderTest,
) -> None:
    bali = await federation.hub("51")
    record = publish(bali, "Antrean daring", summary=PRIVATE)
    assert (await federation.sync(bali)).state == "ok"
    publish(bali, "Antrean daring terpadu", record=record)
    redact(federation, record, "summary")
    assert (await federation.sync(bali)).state == "ok"
    own = bali.db.read_sync(lambda conn: records.get(conn, record))
    assert own is not None
    assert (own.fields["title"], own.fields.get("summary")) == ("Antrean daring terpadu", None)
    history = bali.db.read_sync(lambda conn: record_history(conn, bali, who(bali), record))
    assert "redacted" in {row["change"] for row in history}
    assert is_in(bali.folder) == []


async def test_a_node_that_lost_its_database_takes_its_log_back_without_the_text(
    federation: FederationUnderTest,
) -> None:
    centre, folder = federation.centre, federation.folder / "51"
    invitation = centre.db.run_sync(
        lambda conn: create_invitation(
            conn, centre, hub="51", name="51", hours=1, url=federation.url, by="rina"
        )
    )
    async with enrolled_node(folder, invitation) as bali:
        record = publish(bali, "Antrean daring", summary=PRIVATE)
        assert (await federation.sync(bali)).state == "ok"
        redact(federation, record, "summary")
    for file in folder.glob("node.sqlite*"):
        file.unlink()
    async with enrolled_node(folder, invitation) as again:
        await adopt(again, who(again))
        assert (await federation.sync(again)).state == "ok"
        assert at_hub(again) == at_centre(centre)
        assert verified(again)["redacted"] == 2
        assert findings(again) == []
        assert standings(again) == {Standing.NOTED: 1, Standing.REDACTED: 1}


@asynccontextmanager
async def enrolled_node(folder: Path, invitation: str) -> AsyncIterator[Node]:
    if not (folder / "keys.pem").exists():
        create_node(folder, entropy=SystemEntropy())
    async with online_node(folder) as node:
        await enrol(node, invitation, yes=lambda _asked, _words: True)
        yield node


async def test_a_backup_of_before_is_redacted_again(federation: FederationUnderTest) -> None:
    bali = await federation.hub("51")
    record = publish(bali, "Antrean daring", summary=PRIVATE)
    assert (await federation.sync(bali)).state == "ok"
    backup(bali, federation.folder / "cadangan")
    async with online_node(bali.folder) as again:
        redact(federation, record, "summary")
        assert (await sync(again)).state == "ok"
        assert is_in(bali.folder) == []
    restore_backup(bali.folder, federation.folder / "cadangan")
    assert is_in(bali.folder)
    async with online_node(bali.folder) as restored:
        report = await federation.sync(restored)
        assert (report.state, report.code) == ("ok", "")
        assert is_in(bali.folder) == []
        assert at_hub(restored) == at_centre(federation.centre)
        assert verified(restored)["redacted"] == 2


async def test_a_change_that_was_sent_before_the_backup_came_back_is_not_sent_again(
    federation: FederationUnderTest,
) -> None:
    bali = await federation.hub("51")
    assert (await federation.sync(bali)).state == "ok"
    record = publish(bali, "Antrean daring", summary=PRIVATE)
    backup(bali, federation.folder / "cadangan")
    async with online_node(bali.folder) as again:
        assert (await federation.sync(again)).state == "ok"
        redact(federation, record, "summary")
        assert (await sync(again)).state == "ok"
    restore_backup(bali.folder, federation.folder / "cadangan")
    async with online_node(bali.folder) as restored:
        assert (await federation.sync(restored)).state == "ok"
        assert restored.db.read_sync(outbox.count) == 0
        assert is_in(bali.folder) == []
        assert at_hub(restored) == at_centre(federation.centre)
        assert findings(restored) == []


async def test_a_hub_without_a_network_follows_by_a_courier_file(
    federation: FederationUnderTest, tmp_path: Path
) -> None:
    bali, jatim = await federation.hub("51"), await federation.hub("35")
    record = publish(bali, "Antrean daring", summary=PRIVATE)
    assert (await federation.sync(bali)).state == "ok"
    redact(federation, record, "summary")
    for node, hub in ((bali, "51"), (jatim, "35")):
        for data in from_centre(federation.centre, hub, tmp_path, since=0, has_own_log=True):
            assert PRIVATE.encode() not in data
            read = await into_hub(node, data)
            assert (read.report.state, read.report.code) == ("ok", "")
        assert is_in(node.folder) == []
        assert at_hub(node) == at_centre(federation.centre)
        assert verified(node)["verified"]


async def test_bytes_that_go_without_a_decision_are_an_alarm(
    federation: FederationUnderTest,
) -> None:
    bali = await federation.hub("51")
    record = publish(bali, "Antrean daring", summary=PRIVATE)
    assert (await federation.sync(bali)).state == "ok"
    entry, place = LOG_TABLES.entry, place_of(federation, record)

    def withhold(conn: Connection) -> None:
        log = federation.centre.logs.open(conn, federation.centre.national_origin)
        is_it = (entry.c.log_id == log.id) & (entry.c.index == place)
        conn.execute(entry.update().where(is_it).values(bytes=GONE))

    federation.centre.db.run_sync(withhold)
    ntb = await federation.hub("52")
    assert (await sync(ntb)).state == "ok"
    with pytest.raises(ProofRefused) as refused:
        verified(ntb)
    assert refused.value.code in {"entry_withheld", "catalogue_altered"}
    report = await federation.sync(ntb)
    assert (report.state, report.code) == ("alarm", "entry_withheld")
    assert list((ntb.folder / "evidence").glob("entry_withheld-*.json"))


@pytest.mark.parametrize("title", ["Antrean daring", "Antrean terpadu"])
async def test_an_import_of_the_same_file_does_not_bring_it_back(
    federation: FederationUnderTest, title: str
) -> None:
    bali = await federation.hub("51")
    assert import_into(bali, table_of("Antrean daring", PRIVATE), MAPPING).errors == []
    assert (await federation.sync(bali)).state == "ok"
    [own] = bali.db.read_sync(lambda conn: records.page(conn, limit=1))
    redact(federation, own.id, "summary")
    assert (await federation.sync(bali)).state == "ok"
    assert is_in(bali.folder) == []
    report = import_into(bali, table_of(title, PRIVATE), MAPPING)
    assert (report.errors, report.unchanged) == ([], int(title == "Antrean daring"))
    assert (await federation.sync(bali)).state == "ok"
    assert is_in(federation.folder) == []
    report = import_into(bali, table_of(title, "Antre dari rumah"), MAPPING)
    assert (report.errors, report.amended) == ([], 1)


MAPPING = parse_mapping(
    b"""
fields.title.column = "judul"
fields.summary.column = "ringkasan"
fields.region.constant = "51.71"
fields.started.constant = "2021"
[fields.agency]
name = { constant = "Dinas Kesehatan" }
kind = { constant = "kota" }
[key]
columns = ["no"]
""",
    name="uji",
)


def table_of(title: str, summary: str) -> SourceTable:
    cells = {"no": "1", "judul": title, "ringkasan": summary}
    return SourceTable(columns=tuple(cells), rows=(SourceRow(number=2, cells=cells),))
