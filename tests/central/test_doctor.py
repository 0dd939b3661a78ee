"""The centre's doctor: one finding a point, on both databases."""

import pytest

from central.casework.conflicts import curate
from central.doctor import DUMP_DAYS_MAX, ORDINARY_WORK, examine
from central.dumps.making import make_dump
from central.issued import MARK_FILE
from central.monitoring.service_state import ServiceState
from central.settings import CentralSettings
from central.store import hubs, webhooks
from central.store.webhooks import DISABLED, WebhookRow
from runtime.findings import Finding, Health
from runtime.settings import make_settings
from tests.support.author import Author
from tests.support.casework import with_records
from tests.support.rooms import AUTHORITY, Room

DAY_S = 86_400
ROOMY = ServiceState(free_bytes=10**12)


def findings(room: Room, *, service: ServiceState = ROOMY, **chosen: object) -> dict[str, Finding]:
    settings = make_settings(CentralSettings, {"authority": AUTHORITY, **chosen})
    found = room.read(lambda conn, centre: examine(conn, centre, settings, service))
    return {it.point: it for it in found}


@pytest.fixture
def decided(room: Room, hub: Author) -> Room:
    """The centre has decided about a record."""
    with_records(room, hub, {})
    return room


def curated(room: Room) -> None:
    """A curator decides something, of which neither mark nor matcher know yet."""
    record = Author(hub="51").record(1)
    room.write(
        lambda conn, it: curate(
            conn, it, record=record, set_={"title": "Judul kurator"}, by="rina", agency="panrb"
        )
    )


def test_a_centre_that_is_well_has_no_problem(decided: Room) -> None:
    make_dump(decided.centre, kept=1)
    assert [it for it in findings(decided).values() if it.health is Health.PROBLEM] == []


def test_entries_that_nobody_decides_are_noticed_and_counted(room: Room, hub: Author) -> None:
    hub.grow(4)
    room.submit(hub)
    room.clock.advance(ORDINARY_WORK.total_seconds())
    found = findings(room)["decisions"]
    assert (found.health, found.detail) == (Health.NOTICE, "5")


def test_entries_that_have_just_come_are_ordinary_work(room: Room, hub: Author) -> None:
    room.clock.advance(DAY_S)
    hub.grow(4)
    room.submit(hub)
    room.write(lambda conn, it: hubs.change(conn, "51", last_seen_at=it.clock.now()))
    found = findings(room)["decisions"]
    assert (found.health, found.detail) == (Health.GOOD, "5")


@pytest.mark.parametrize("point", ["mark", "matcher"])
def test_what_follows_a_decision_is_ordinary_work_until_it_takes_too_long(
    decided: Room, point: str
) -> None:
    curated(decided)
    soon = findings(decided)[point]
    decided.clock.advance(ORDINARY_WORK.total_seconds())
    late = findings(decided)[point]
    assert (soon.health, late.health) == (Health.GOOD, Health.NOTICE)
    assert soon.sentence == late.sentence


def test_a_mark_that_cannot_be_written_is_a_problem_at_once(decided: Room) -> None:
    service = ServiceState(free_bytes=10**12, mark_failure="read-only file system")
    assert findings(decided, service=service)["mark"].health is Health.PROBLEM


def test_what_fails_for_minutes_is_a_problem_with_its_hub(room: Room) -> None:
    service = ServiceState(free_bytes=1, setbacks={"51": "disk I/O error"})
    found = findings(room, service=service)["decisions"]
    assert (found.health, found.detail) == (Health.PROBLEM, "51: disk I/O error")


def test_a_mark_that_cannot_be_read_is_a_problem(decided: Room) -> None:
    (decided.centre.folder / MARK_FILE).write_text("nothing of the kind")
    assert findings(decided)["mark"].health is Health.PROBLEM


def test_a_centre_that_has_decided_nothing_needs_no_dump(room: Room) -> None:
    assert "dump" not in findings(room)


def test_a_dump_is_asked_for_and_grows_old(decided: Room) -> None:
    assert findings(decided)["dump"].health is Health.NOTICE
    made = make_dump(decided.centre, kept=1)
    assert (findings(decided)["dump"].health, findings(decided)["dump"].detail) == (
        Health.GOOD,
        made.name,
    )
    decided.clock.advance((DUMP_DAYS_MAX + 1) * DAY_S)
    assert findings(decided)["dump"].health is Health.PROBLEM


def test_where_no_dump_is_wanted_none_is_missed(decided: Room) -> None:
    assert "dump" not in findings(decided, dumps_kept=0)


def test_a_webhook_that_is_switched_off_is_noticed(room: Room) -> None:
    now = room.clock.now()
    row = WebhookRow(
        id="aa",
        url="https://contoh.go.id/x",
        events="record.applied",
        agency="lan",
        by="rina",
        state=DISABLED,
        created_at=now,
        next_at=now,
    )
    assert "webhooks" not in findings(room)
    room.write(lambda conn, _: webhooks.add(conn, row))
    assert findings(room)["webhooks"].detail == "aa"


def test_alerts_that_reach_nobody_are_noticed(room: Room) -> None:
    assert findings(room)["alerts"].health is Health.NOTICE
    assert "alerts" not in findings(room, alert_webhook="https://contoh.go.id/alarm")


def test_a_centre_without_an_administrator_says_how_the_first_gets_an_account(room: Room) -> None:
    assert "central user add" in findings(room)["people"].sentence.en


@pytest.mark.parametrize(("host", "is_open"), [("127.0.0.1", False), ("10.20.0.4", True)])
def test_signing_in_without_a_second_factor_is_a_problem_on_a_network(
    room: Room, host: str, *, is_open: bool
) -> None:
    found = findings(room, host=host, second_factor=False)
    assert ("second_factor" in found) is is_open
    assert "second_factor" not in findings(room, host=host)


def test_an_address_of_its_own_is_asked_for(room: Room) -> None:
    assert "url" in findings(room)
    assert "url" not in findings(room, url="https://pusat.contoh.go.id")


def test_an_almost_full_disk_is_a_problem(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.doctor.FREE_BYTES_MIN", 2**62)
    assert findings(room)["disk"].health is Health.PROBLEM
