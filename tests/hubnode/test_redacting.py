"""What a redaction takes from a hub's own tables, and what an import knows again without it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from hubnode import redacting
from hubnode.node import Node
from hubnode.store import imports, outbox, records
from hubnode.store.identity import Identity
from hubnode.store.imports import KnownRow, Step
from hubnode.withheld import is_said_again, remembered, withheld
from protocol.canonical import Json
from protocol.entries.changes import RecordPut, RecordWithdraw, decode_change, encode_change
from protocol.entries.redaction import EntryRedacted, RedactedEntry
from protocol.merkle import leaf_hash
from runtime.logstore import GONE
from tests.support.entries import ORIGIN, put, record_id, withdraw
from tests.support.nodes import opened_node
from tests.support.ports import ManualClock
from tests.support.redactions import SIGNED
from tests.support.simulated_centre import SimulatedCentre

PRIVATE = "Penggagasnya sakit jantung sejak kecil"
RECORD = record_id()
SALT = "ab" * 16
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", min_size=1), inner),
    max_leaves=4,
)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    clock = ManualClock()
    with opened_node(tmp_path / "node", SimulatedCentre(clock), clock) as opened:
        yield opened


IDENTITY = Identity(
    authority="jippnas.test",
    hub="51",
    name="Bali",
    url="",
    generation=1,
    epoch=1,
    national_key="",
    mirror_key="",
    enrolled_key="",
    state="active",
)


def redact(node: Node, entry: bytes, *fields: str) -> None:
    """An own entry, and the decision that redacts it."""
    decision = EntryRedacted(
        **SIGNED,
        record=RECORD,
        entries=(RedactedEntry(origin=ORIGIN, index=0),),
        fields=fields,
        campaigns=(),
    )

    def work(conn: Connection) -> None:
        log = node.logs.open(conn, ORIGIN)
        node.logs.append(conn, log, [entry], leaves=[leaf_hash(entry)])
        redacting.follow(conn, node, IDENTITY, [(9, decision)])

    node.db.run_sync(work)


def pend(node: Node, entry: bytes) -> None:
    now = node.clock.now()
    node.db.run_sync(lambda conn: outbox.add(conn, entry=entry, record=RECORD, created_at=now))


def waiting(node: Node) -> list[bytes]:
    return [it.entry for it in node.db.read_sync(lambda conn: outbox.of_record(conn, RECORD))]


def test_the_own_entry_loses_its_bytes(node: Node) -> None:
    redact(node, encode_change(put({"summary": PRIVATE})), "summary")

    def read(conn: Connection) -> list[bytes]:
        return node.logs.entries(conn, node.logs.open(conn, ORIGIN), 0, 1)

    assert node.db.read_sync(read) == [GONE]


def test_a_change_that_waits_is_sent_without_the_value(node: Node) -> None:
    pend(node, encode_change(put({"summary": PRIVATE, "title": "Judul"})))
    pend(node, encode_change(put({"summary": "Ringkas"})))
    redact(node, encode_change(put({"summary": PRIVATE})), "summary")
    first, second = (decode_change(it) for it in waiting(node))
    assert isinstance(first, RecordPut)
    assert isinstance(second, RecordPut)
    assert (first.set, second.set) == ({"title": "Judul"}, {"summary": "Ringkas"})


def test_a_withdrawal_that_waits_is_sent_with_another_reason(node: Node) -> None:
    pend(node, encode_change(withdraw(reason=PRIVATE)))
    pend(node, encode_change(withdraw(reason="Ganda")))
    redact(node, encode_change(withdraw(reason=PRIVATE)), "state")
    reasons = [
        it.reason for it in map(decode_change, waiting(node)) if isinstance(it, RecordWithdraw)
    ]
    assert reasons == [redacting.REASON, "Ganda"]


def test_an_own_record_that_waits_for_a_decision_loses_the_value_too(node: Node) -> None:
    own = records.OwnRecord(
        id=RECORD,
        fields={"title": "Judul", "summary": PRIVATE},
        withdrawn=False,
        withdrawn_own=None,
        last_own=5,
        updated_at=None,
    )
    node.db.run_sync(lambda conn: records.save_many(conn, [own]))
    redact(node, encode_change(put({"summary": PRIVATE})), "summary")
    after = node.db.read_sync(lambda conn: records.get(conn, RECORD))
    assert after is not None
    assert after.fields == {"title": "Judul"}


def test_what_imports_remember_loses_the_value_and_is_known_again(node: Node) -> None:
    fields: dict[str, Json] = {"title": "Judul", "summary": PRIVATE}
    row = KnownRow(record=RECORD, fields=fields, national=0)
    step = Step(record=RECORD, before=None, after=fields, was_withdrawn=False, is_withdrawn=False)

    def fill(conn: Connection) -> None:
        now = node.clock.now()
        imports.remember_rows(conn, "uji", {"1": row})
        imports.add_steps(conn, imports.begin(conn, mapping="uji", file="x", at=now), [step])

    node.db.run_sync(fill)
    redact(node, encode_change(put({"summary": PRIVATE})), "summary")
    known = node.db.read_sync(lambda conn: imports.known_rows(conn, "uji"))["1"].fields
    assert known["title"] == "Judul"
    assert PRIVATE not in str(known)
    assert is_said_again(known["summary"], PRIVATE)
    [after] = node.db.read_sync(lambda conn: imports.steps_to_undo(conn, 1, limit=10))
    assert after.after == {"title": "Judul"}


def test_where_the_bytes_are_gone_already_nothing_is_forgotten(node: Node) -> None:
    pend(node, encode_change(put({"summary": PRIVATE})))
    redact(node, GONE, "summary")
    assert PRIVATE.encode() in waiting(node)[0]


@given(value=PLAIN, other=PLAIN)
def test_a_withheld_value_is_known_again_and_no_other_is(value: Json, other: Json) -> None:
    mark = withheld(value, salt=SALT)
    assert is_said_again(mark, value)
    assert is_said_again(mark, other) == (withheld(other, salt=SALT) == mark)
    assert is_said_again(value, value)


@pytest.mark.parametrize("mark", [[], ["x"], [1, 2], "x", None, ["a", "b", "c"]])
def test_what_only_looks_like_a_mark_is_a_value(mark: Json) -> None:
    assert not is_said_again({"redacted": mark}, "x")


def test_what_was_withheld_stays_so_until_the_row_says_something_else() -> None:
    last: Mapping[str, Json] = {"a": withheld("x", salt=SALT), "b": "1"}
    assert remembered(last, {"a": "x", "b": "2", "c": "3"}) == {**last, "b": "2", "c": "3"}
    assert remembered(last, {"a": "y", "b": "1"}) == {"a": "y", "b": "1"}
