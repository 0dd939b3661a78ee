"""Lineage as tables, on both databases: what is kept comes back, and is followed both ways."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from protocol.entries.decisions import Decision
from protocol.family import GENERATIONS_MAX
from protocol.lineage import link_of, replications_of
from runtime.database import Database, new_metadata
from runtime.lineages import LineageStore, define_lineage_tables
from tests.support.campaigns import Fold, fold
from tests.support.entries import HUB, applied, record_id
from tests.support.lineages import (
    ORIGINAL,
    RESULT,
    WANTER,
    claiming,
    implemented,
    made,
    states,
    step,
)
from tests.support.verdicts import TRANSFERRED, merged, unmerged

METADATA = new_metadata()
STORE = LineageStore(define_lineage_tables(METADATA))

Keeping = Callable[..., Fold]


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    database.create(METADATA)
    with database._writer.begin() as connection:
        yield connection


@pytest.fixture
def keep(conn: Connection) -> Keeping:
    """Folds decisions and keeps what each of them changed."""
    folded = Fold()

    def add(*decisions: Decision) -> Fold:
        for decision in decisions:
            before = dict(folded.records)
            folded.add(decision)
            STORE.keep(conn, [it for it in states(folded) if before.get(it.id) != it])
        return folded

    return add


def below(conn: Connection, record: str) -> list[str]:
    return [it.record for it in STORE.below(conn, record)]


def above(conn: Connection, record: str) -> list[str]:
    return [it.record for it in STORE.above(conn, record)]


def counted(conn: Connection, record: str) -> list[str]:
    return sorted(row.record for row in conn.execute(STORE.replicating(conn, record)))


def test_records_without_lineage_leave_no_row(conn: Connection, keep: Keeping) -> None:
    empty = STORE.fingerprint(conn)
    keep(made(1), made(2), applied({"title": "Judul baru"}, record=ORIGINAL))
    assert STORE.fingerprint(conn) == empty


def test_what_records_say_comes_back(conn: Connection, keep: Keeping) -> None:
    folded = keep(made(1), made(2, hub=WANTER), step("interest"), implemented(ORIGINAL, RESULT))
    assert STORE.replications(conn, [ORIGINAL]) == replications_of(folded.records[ORIGINAL])
    assert STORE._links(conn, None) == [link_of(folded.records[RESULT])]
    assert STORE.is_same(conn, states(folded))


def test_whatever_happens_the_rows_are_those_of_the_records(
    conn: Connection, keep: Keeping
) -> None:
    folded = keep(made(1), claiming(2, ORIGINAL), step("interest"), step("refusal", HUB))
    emptied = applied({}, unset=("replicates",), record=RESULT, hub=WANTER, index=3)
    for decision in (merged(), unmerged(), emptied, TRANSFERRED):
        keep(decision)
        assert STORE.is_same(conn, states(folded)), decision


def test_a_row_that_was_altered_is_noticed(conn: Connection, keep: Keeping) -> None:
    folded = keep(made(1), claiming(2, ORIGINAL))
    before = STORE.fingerprint(conn)
    conn.execute(STORE._l.update().values(state="hidden"))
    assert STORE.fingerprint(conn) != before
    assert not STORE.is_same(conn, states(folded))


def test_a_hub_takes_part_as_the_one_that_wants_or_as_the_owner(
    conn: Connection, keep: Keeping
) -> None:
    keep(made(1), step("interest"))
    taking_part = {hub for hub in (HUB, WANTER, "52") if STORE.replications_with(conn, hub)}
    assert taking_part == {HUB, WANTER}
    keep(TRANSFERRED)
    assert STORE.replications_with(conn, HUB) == []
    assert len(STORE.replications_with(conn, "52")) == 1


def test_a_family_is_followed_up_and_down(conn: Connection, keep: Keeping) -> None:
    keep(made(1), claiming(2, ORIGINAL), claiming(3, RESULT), claiming(4, ORIGINAL))
    assert above(conn, record_id(3)) == [RESULT, ORIGINAL]
    assert sorted(below(conn, ORIGINAL)) == [RESULT, record_id(3), record_id(4)]
    assert below(conn, RESULT) == [record_id(3)]


def test_a_circle_ends_where_it_began(conn: Connection, keep: Keeping) -> None:
    keep(claiming(1, RESULT), claiming(2, ORIGINAL))
    assert above(conn, ORIGINAL) == below(conn, ORIGINAL) == [RESULT]


def test_a_family_is_followed_no_further_than_its_bound(conn: Connection, keep: Keeping) -> None:
    keep(*(claiming(number + 1, record_id(number)) for number in range(1, 20)))
    assert len(below(conn, record_id(1))) == GENERATIONS_MAX
    assert len(above(conn, record_id(20))) == GENERATIONS_MAX


def test_only_active_records_count(conn: Connection, keep: Keeping) -> None:
    keep(made(1), claiming(2, ORIGINAL), claiming(3, ORIGINAL))
    keep(applied(change="record.withdraw", record=RESULT, hub=WANTER, reason="Berhenti", index=9))
    assert counted(conn, ORIGINAL) == [record_id(3)]


def test_a_merged_result_counts_no_more(conn: Connection, keep: Keeping) -> None:
    keep(made(1), claiming(2, ORIGINAL), made(3, hub=WANTER))
    keep(merged(record=record_id(3), absorbed=RESULT))
    assert counted(conn, ORIGINAL) == []
    keep(unmerged(record=record_id(3), absorbed=RESULT))
    assert counted(conn, ORIGINAL) == [RESULT]


def test_what_stands_for_a_merged_original_has_its_replications(
    conn: Connection, keep: Keeping
) -> None:
    keep(made(1), claiming(2, ORIGINAL), made(3))
    keep(merged(record=record_id(3), absorbed=ORIGINAL))
    assert counted(conn, record_id(3)) == below(conn, record_id(3)) == [RESULT]
    assert above(conn, RESULT) == [record_id(3)]
    assert [it.original for it in STORE.below(conn, record_id(3))] == [record_id(3)]
    assert sorted(STORE.stood_for(conn, record_id(3))) == [ORIGINAL, record_id(3)]


def test_two_replications_of_one_id_on_two_originals_are_two(
    conn: Connection, keep: Keeping
) -> None:
    other = record_id(2)
    keep(made(1), made(2), step("interest"), replace(step("interest"), record=other))
    assert len(STORE.replications(conn, [ORIGINAL, other])) == 2


def test_what_a_hub_left_behind_by_setting_out_again_has_no_row(
    conn: Connection, keep: Keeping
) -> None:
    keep(made(1), step("interest"), step("withdrawal"))
    folded = keep(step("interest", replication=record_id(91)))
    assert [it.id for it in STORE.replications(conn, [ORIGINAL])] == [record_id(91)]
    assert STORE.is_same(conn, states(folded))


def test_what_was_cleared_is_gone(conn: Connection, keep: Keeping) -> None:
    keep(made(1), claiming(2, ORIGINAL), step("interest"))
    STORE.clear(conn)
    assert STORE.is_same(conn, states(fold(made(1))))
