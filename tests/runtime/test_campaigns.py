"""Campaigns as tables, on both databases: what is kept comes back, is found and is counted."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from protocol.campaign_numbers import BREAKDOWNS, NUMBERS, breakdown, numbers_of, query_of
from protocol.campaigns import Ledger, Targeted
from protocol.canonical import Json
from runtime.campaigns import FILTERS, CampaignStore, define_campaign_tables
from runtime.database import Database, new_metadata
from tests.support.campaigns import CAMPAIGN, Fold, closed, fold, opened
from tests.support.entries import MINIMAL, applied, record_id

METADATA = new_metadata()
STORE = CampaignStore(define_campaign_tables(METADATA))
ROADMAP: Json = [{"year": 2027, "activity": "Perluasan"}]


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    database.create(METADATA)
    database.run_sync(lambda conn: STORE.keep(conn, campaign().ledger))
    with database._writer.begin() as connection:
        yield connection


def campaign() -> Fold:
    """Five records of two hubs: one attested, one withdrawn, one with an award and a road map."""
    made = [
        applied({**MINIMAL, "started": f"20{10 + number}"}, record=record_id(number), index=number)
        for number in (1, 2, 3, 4)
    ]
    award: Json = {"scheme": "Top 99", "year": 2019}
    awarded: dict[str, Json] = {**MINIMAL, "awards": [award], "roadmap": ROADMAP}
    return fold(
        *made,
        applied(awarded, record=record_id(5), hub="35"),
        opened(),
        applied(change="record.attest", record=record_id(1)),
        applied(change="record.withdraw", record=record_id(2), reason="Berhenti"),
    )


def test_what_a_ledger_changed_comes_back(conn: Connection) -> None:
    assert STORE.every(conn) == [campaign().campaign()]
    assert {row.record: row for row in STORE.rows(conn, CAMPAIGN)} == campaign().rows()
    assert STORE.is_same(conn, campaign().ledger)


def test_a_row_that_was_altered_is_noticed(conn: Connection) -> None:
    before = STORE.fingerprint(conn)
    conn.execute(STORE._r.update().values(hub="99"))
    assert STORE.fingerprint(conn) != before
    assert not STORE.is_same(conn, campaign().ledger)


def test_a_ledger_holds_the_rows_of_its_records_alone(conn: Connection) -> None:
    ledger = STORE.open_ledger(conn, [record_id(3), record_id(77)])
    assert list(ledger.targeted) == [record_id(3)]
    assert ledger.changed == {}


def test_a_ledger_of_closed_campaigns_holds_no_rows(conn: Connection) -> None:
    STORE.keep(conn, campaign().add(closed()).ledger)
    ledger = STORE.open_ledger(conn, [record_id(3)])
    assert (list(ledger.campaigns), ledger.targeted) == ([CAMPAIGN], {})


def test_a_closing_comes_back(conn: Connection) -> None:
    ended = campaign().add(closed())
    STORE.keep(conn, ended.ledger)
    assert STORE.get(conn, CAMPAIGN) == ended.campaign()
    assert STORE.get(conn, "another") is None


def test_a_record_that_is_not_asked_for_has_no_row(conn: Connection) -> None:
    assert STORE.of_record(conn, CAMPAIGN, record_id(3)) == campaign().rows()[record_id(3)]
    assert STORE.of_record(conn, CAMPAIGN, record_id(77)) is None


def test_cells_count_every_record_once(conn: Connection) -> None:
    found = numbers_of(STORE.cells(conn, CAMPAIGN))
    assert found.all() == {
        "targeted": 5,
        "refreshed": 1,
        "withdrawn": 1,
        "left": 3,
        "complete": 0,
        "incomplete": 5,
    }


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_every_number_is_what_its_filters_find(conn: Connection, by: str) -> None:
    for value, row in breakdown(STORE.cells(conn, CAMPAIGN), by).items():
        for name in NUMBERS:
            found = STORE.rows(conn, CAMPAIGN, **query_of(name, by=by, value=value))
            assert len(found) == row.all()[name], (name, value)


def test_complete_is_all_of_a_to_d(conn: Connection) -> None:
    whole = Targeted(
        campaign=CAMPAIGN,
        record=record_id(9),
        hub="51",
        year="2020",
        scheme="none",
        is_there=True,
        full="ABCD",
    )
    rows = [whole, replace(whole, record=record_id(8), full="ABCE")]
    STORE.keep(conn, Ledger(changed={(it.campaign, it.record): it for it in rows}))
    assert STORE.rows(conn, CAMPAIGN, complete="yes") == [whole]
    assert whole not in STORE.rows(conn, CAMPAIGN, complete="no")


def test_filters_hold_together(conn: Connection) -> None:
    assert STORE.rows(conn, CAMPAIGN, hub="35", progress="refreshed") == []
    [found] = STORE.rows(conn, CAMPAIGN, hub="35", progress="left", full="E", scheme="Top 99")
    assert found.record == record_id(5)


def test_facets_count_among_what_was_found(conn: Connection) -> None:
    among = STORE.ids(CAMPAIGN, {"hub": "51"})
    assert STORE.facets(conn, CAMPAIGN, among) == {
        "progress": {"left": 2, "refreshed": 1, "withdrawn": 1},
        "hub": {"51": 4},
        "year": {"2011": 1, "2012": 1, "2013": 1, "2014": 1},
        "scheme": {"none": 4},
    }


def test_ids_can_be_asked_within_another_question(conn: Connection) -> None:
    ids = STORE.ids(CAMPAIGN, {"progress": "withdrawn"})
    assert list(conn.execute(select(ids.subquery())).scalars()) == [record_id(2)]


def test_what_was_cleared_is_gone(conn: Connection) -> None:
    STORE.clear(conn)
    assert STORE.every(conn) == []
    assert STORE.is_same(conn, Ledger())


def test_every_filter_of_a_number_is_one_that_there_is() -> None:
    used = {
        key for by in BREAKDOWNS for name in NUMBERS for key in query_of(name, by=by, value="A")
    }
    assert used == set(FILTERS)
