"""An operator's edit is checked before it looks saved, and says what its author had seen."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from hubnode.authoring import Desk, EditRefused, UnknownRecord, own_record
from hubnode.node import Node
from hubnode.store import identity, outbox, records
from hubnode.sync.run import sync
from protocol.canonical import Json
from protocol.entries.changes import (
    RecordAttest,
    RecordChange,
    RecordPut,
    RecordRestore,
    RecordWithdraw,
    decode_change,
)
from protocol.entries.members import Seen
from protocol.limits import CHANGE_BYTES_MAX
from tests.support.nodes import FIELDS, publish

GOOD: dict[str, Json] = {**FIELDS, "title": "Antrean daring puskesmas"}


def desk(node: Node, conn: Connection) -> Desk:
    who = identity.get(conn)
    assert who is not None
    return Desk.open(conn, node, who, by="rina")


def put(node: Node, fields: dict[str, Json], record: str | None = None) -> str:
    def work(conn: Connection) -> str:
        table = desk(node, conn)
        known = record or table.new_id()
        table.put(records.get(conn, known), known, fields)
        table.save(conn)
        return known

    return node.db.run_sync(work)


def changes(node: Node) -> list[RecordChange]:
    found = node.db.read_sync(lambda conn: outbox.pending(conn, 100))
    decoded = [decode_change(it.entry) for it in found]
    return [it for it in decoded if isinstance(it, RecordChange)]


def codes(node: Node, fields: dict[str, Json]) -> list[tuple[str, str]]:
    with pytest.raises(EditRefused) as refused:
        put(node, fields)
    assert changes(node) == []
    return [(finding.pointer, finding.code) for finding in refused.value.findings]


@pytest.mark.parametrize("by", ["siti@contoh.go.id", "siti\n", "siti\x07"])
async def test_an_account_is_named_neither_by_personal_data_nor_by_signs_that_nobody_sees(
    hub: Node, by: str
) -> None:
    def work(conn: Connection) -> None:
        who = identity.get(conn)
        assert who is not None
        Desk.open(conn, hub, who, by=by)

    with pytest.raises(EditRefused) as refused:
        hub.db.read_sync(work)
    assert refused.value.findings[0].pointer == "/by"


async def test_a_new_record_is_written_whole(hub: Node) -> None:
    record = put(hub, GOOD)
    (change,) = changes(hub)
    assert isinstance(change, RecordPut)
    assert (change.record, change.set, change.unset, change.by) == (record, GOOD, (), "rina")


async def test_an_amendment_writes_only_what_differs(hub: Node) -> None:
    record = put(hub, {**GOOD, "summary": "Antre dari rumah."})
    put(hub, {**GOOD, "stage": "penerapan"}, record)
    change = changes(hub)[-1]
    assert isinstance(change, RecordPut)
    assert (change.set, change.unset) == ({"stage": "penerapan"}, ("summary",))


async def test_each_change_has_seen_those_before_it(hub: Node) -> None:
    record = put(hub, GOOD)
    put(hub, {**GOOD, "stage": "penerapan"}, record)
    assert [change.seen.own for change in changes(hub)] == [1, 2]
    await sync(hub)
    put(hub, {**GOOD, "stage": "uji_coba"}, record)
    (after,) = changes(hub)
    assert after.seen == Seen(national=1, own=3)


async def test_every_salt_is_another(hub: Node) -> None:
    for number in range(20):
        put(hub, {**GOOD, "title": f"Antrean daring {number}"})
    assert len({change.salt for change in changes(hub)}) == 20


async def test_withdrawing_restoring_and_attesting_are_changes_of_their_own(hub: Node) -> None:
    record = put(hub, GOOD)

    def work(conn: Connection) -> None:
        table = desk(hub, conn)
        own = own_record(conn, record)
        table.withdraw(own, "berhenti")
        table.restore(table.current(own), "berjalan lagi")
        table.attest(table.current(own), "2026")
        assert not table.current(own).withdrawn
        assert table.save(conn) == 3

    hub.db.run_sync(work)
    kinds = [type(change) for change in changes(hub)]
    assert kinds == [RecordPut, RecordWithdraw, RecordRestore, RecordAttest]


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"title": "tes"}, ("/title", "too_short")),
        ({"started": "2099"}, ("/started", "date_range")),
        ({"summary": "Surel: a@b.example"}, ("/summary", "privacy_email")),
        ({"region": "99"}, ("/region", "unknown_region")),
        ({"novelty": "e\u0301 terurai"}, ("", "bad_format")),
        ({"novelty": "nol \x00"}, ("/novelty", "bad_format")),
    ],
)
async def test_an_edit_that_is_not_good_is_refused_and_nothing_waits(
    hub: Node, changed: dict[str, Json], wanted: tuple[str, str]
) -> None:
    assert wanted in codes(hub, {**GOOD, **changed})


async def test_everything_that_is_wrong_with_an_edit_is_told_at_once(hub: Node) -> None:
    wrong: dict[str, Json] = {
        "stage": "selesai",
        "started": "2099",
        "summary": "Surel: a@b.example",
    }
    assert codes(hub, {**GOOD, **wrong}) == [
        ("/stage", "not_allowed"),
        ("/started", "date_range"),
        ("/summary", "privacy_email"),
    ]


async def test_a_change_that_no_decision_could_repeat_is_refused(hub: Node) -> None:
    long = "x" * (CHANGE_BYTES_MAX // 12)
    names = ("impact", "implementation", "background", "objective", "novelty", "resources")
    found = codes(hub, {**GOOD, **dict.fromkeys(names, long + " " + long)})
    assert found[0][1] in {"change_too_large", "too_long"}


async def test_an_edit_of_another_hubs_record_is_refused(hub: Node) -> None:
    with pytest.raises(UnknownRecord):
        hub.db.read_sync(lambda conn: own_record(conn, "01942b6e-4c00-7000-8000-000000000001"))


async def test_ids_are_of_their_time_and_never_the_same(hub: Node) -> None:
    ids = {publish(hub, f"Antrean daring {number}") for number in range(50)}
    assert len(ids) == 50
    assert {record[:13] for record in ids} == {next(iter(ids))[:13]}


async def test_a_reason_with_personal_data_is_not_signed(hub: Node) -> None:
    record = put(hub, GOOD)

    def work(conn: Connection) -> None:
        desk(hub, conn).withdraw(own_record(conn, record), "Tanya budi@contoh.go.id")

    with pytest.raises(EditRefused) as refused:
        hub.db.run_sync(work)
    assert [(f.pointer, f.code) for f in refused.value.findings] == [("/reason", "privacy_email")]


async def test_a_reason_is_one_line_without_signs_that_nobody_sees(hub: Node) -> None:
    record = put(hub, GOOD)
    for reason in ("satu\ndua", "\x1b[31mmerah", "\u202etipu"):

        def work(conn: Connection, reason: str = reason) -> None:
            desk(hub, conn).withdraw(own_record(conn, record), reason)

        with pytest.raises(EditRefused) as refused:
            hub.db.run_sync(work)
        assert [(f.pointer, f.code) for f in refused.value.findings] == [("/reason", "bad_format")]


async def test_a_campaign_with_personal_data_is_not_attested(hub: Node) -> None:
    record = put(hub, GOOD)

    def work(conn: Connection) -> None:
        desk(hub, conn).attest(own_record(conn, record), "Tanya budi@contoh.go.id")

    with pytest.raises(EditRefused) as refused:
        hub.db.run_sync(work)
    assert [f.pointer for f in refused.value.findings] == ["/campaign"]


def test_an_edit_names_the_oldest_schema_that_has_its_fields(hub: Node) -> None:
    record = put(hub, GOOD)
    put(hub, {**GOOD, "tags": ["antrean daring"]}, record)
    put(hub, {**GOOD, "tags": ["antrean daring"], "short_name": "ANDAL"}, record)
    found = [it.schema for it in changes(hub) if isinstance(it, RecordPut)]
    assert found == ["1.0.0", "1.1.0", "1.0.0"]


def test_a_field_that_only_a_newer_program_knows_stays_as_it_is(hub: Node) -> None:
    record = put(hub, GOOD)
    whole: dict[str, Json] = {**GOOD, "from_the_future": {"colour": "red"}}

    def receive(conn: Connection) -> None:
        records.save_many(conn, [replace(own_record(conn, record), fields=whole)])

    hub.db.run_sync(receive)
    put(hub, {**whole, "short_name": "ANDAL"}, record)
    last = changes(hub)[-1]
    assert isinstance(last, RecordPut)
    assert (last.set, last.unset) == ({"short_name": "ANDAL"}, ())


def test_nobody_writes_a_field_that_this_program_does_not_know(hub: Node) -> None:
    assert codes(hub, {**GOOD, "from_the_future": 1}) == [("", "unknown_field")]
