"""A sync run against an honest centre: what arrives, what is asked, how it says what happened."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from hubnode.enrolment import create_node
from hubnode.keys import KEY_NAMES
from hubnode.node import SYNC_LOCK, Node
from hubnode.store import identity, receipts, runs
from hubnode.store.runs import RunState
from hubnode.sync.plan import Known, Rest, Step
from hubnode.sync.run import PERFORMERS, sync
from runtime.durable import FolderLock
from runtime.keyfile import load_keys, save_keys
from runtime.ports import Response
from tests.support.nodes import own_entries, pending_count, publish, publish_many, withdraw
from tests.support.ports import ManualClock, SeededEntropy
from tests.support.simulated_centre import SimulatedCentre

ORIGIN = "jippnas.test/hub/51/1"


async def test_an_edit_arrives_and_its_decision_comes_home(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring puskesmas")
    first = await sync(hub)
    centre.reconcile()
    second = await sync(hub)
    assert (first.state, second.state) == (RunState.OK, RunState.OK)
    assert centre.mirrors[ORIGIN].entries == own_entries(hub)
    assert record in centre.records
    assert second.catalogue_hash == centre.catalogue_hash()
    assert pending_count(hub) == 0


async def test_a_run_counts_what_it_did(hub: Node, centre: SimulatedCentre) -> None:
    publish_many(hub, ["Perizinan satu pintu", "Jemput bola kependudukan"])
    first = await sync(hub)
    centre.reconcile()
    second = await sync(hub)
    assert (first.pushed, first.pulled, first.national_size) == (3, 1, 1)
    assert (second.pushed, second.pulled, second.national_size) == (0, 3, 4)
    assert second.standings == {"noted": 1, "shown": 2}
    assert second.sentence == "3 perubahan: 2 tampil, 1 tercatat"
    assert second.sentence_en == "3 changes: 2 shown, 1 noted"


async def test_changes_of_a_withdrawn_record_are_not_counted_as_shown(
    hub: Node, centre: SimulatedCentre
) -> None:
    record, _ = publish_many(hub, ["Perizinan satu pintu", "Jemput bola kependudukan"])
    withdraw(hub, record)
    await sync(hub)
    centre.reconcile()
    report = await sync(hub)
    assert report.sentence == "4 perubahan: 1 tampil, 1 tercatat, 2 tersembunyi"


async def test_nothing_new_costs_two_requests(hub: Node, centre: SimulatedCentre) -> None:
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    centre.requests.clear()
    report = await sync(hub)
    assert report.state is RunState.OK
    assert centre.requests == ["GET /sync/v1/hub", "GET /log/national/1/checkpoint"]


async def test_a_batch_costs_two_requests_to_send(hub: Node, centre: SimulatedCentre) -> None:
    await sync(hub)
    publish_many(hub, [f"Inovasi nomor {number}" for number in range(300)])
    centre.requests.clear()
    await sync(hub)
    posts = [it for it in centre.requests if it.startswith("POST /sync/v1/add-")]
    assert posts == ["POST /sync/v1/add-checkpoint", "POST /sync/v1/add-entries"]


async def test_the_hub_cosigns_what_it_checked(hub: Node, centre: SimulatedCentre) -> None:
    await sync(hub)
    assert centre.cosigned == {"jippnas.test/hub/51/witness": 1}


async def test_a_receipt_is_kept_for_what_was_sent(hub: Node) -> None:
    publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    assert hub.db.read_sync(receipts.largest_size) == 2


async def test_without_a_centre_the_data_stays_and_the_report_says_so(
    hub: Node, centre: SimulatedCentre
) -> None:
    publish(hub, "Antrean daring puskesmas")
    centre.is_offline = True
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.OFFLINE, "unreachable")
    assert "Data aman di sini" in report.sentence
    assert pending_count(hub) == 1
    centre.is_offline = False
    assert (await sync(hub)).pushed == 2


def asking_for_a_pause(status: int, headers: Mapping[str, str]) -> Callable[..., Response]:
    """Turns every answer into this one."""

    def tamper(_path: str, response: Response) -> Response:
        return replace(response, status=status, headers={**response.headers, **headers})

    return tamper


@pytest.mark.parametrize(
    ("status", "state"),
    [(429, RunState.OFFLINE), (503, RunState.OFFLINE), (403, RunState.BLOCKED)],
)
async def test_how_long_the_centre_asks_to_be_left_alone_is_reported(
    hub: Node, centre: SimulatedCentre, status: int, state: RunState
) -> None:
    centre.tamper = asking_for_a_pause(status, {"retry-after": "120"})
    report = await sync(hub)
    assert (report.state, report.retry_after_s) == (state, 120)


async def test_a_moment_to_come_back_is_read_by_the_clock_of_whoever_named_it(
    hub: Node, centre: SimulatedCentre
) -> None:
    dates = {
        "date": "Mon, 01 Jan 2001 00:00:00 GMT",
        "retry-after": "Mon, 01 Jan 2001 00:05:00 GMT",
    }
    centre.tamper = asking_for_a_pause(503, dates)
    assert (await sync(hub)).retry_after_s == 300


async def test_a_proxy_that_stands_for_the_centre_may_ask_for_a_pause_too(
    hub: Node, centre: SimulatedCentre
) -> None:
    centre.tamper = lambda _path, response: replace(
        response, status=503, headers={"retry-after": "60"}
    )
    report = await sync(hub)
    assert (report.state, report.retry_after_s) == (RunState.OFFLINE, 60)


async def test_when_the_centre_would_like_to_be_called_again_is_reported(hub: Node) -> None:
    report = await sync(hub)
    assert (report.call_again_s, report.retry_after_s) == (3600, 0)


async def test_before_enrolment_there_is_nothing_to_sync(node: Node) -> None:
    report = await sync(node)
    assert (report.state, report.code) == (RunState.BLOCKED, "not_enrolled")


async def test_a_second_run_at_the_same_time_is_told_so(hub: Node) -> None:
    with FolderLock(hub.folder, SYNC_LOCK):
        report = await sync(hub)
    assert (report.state, report.code) == (RunState.RUNNING, "already_running")


async def test_without_its_keys_a_node_makes_no_new_ones(hub: Node) -> None:
    key_file = hub.folder / "keys.pem"
    key_file.unlink()
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.BLOCKED, "key_file_refused")
    assert not key_file.exists()


async def test_with_the_keys_of_another_node_nothing_is_asked_and_nothing_signed(
    hub: Node, centre: SimulatedCentre, tmp_path: Path
) -> None:
    create_node(tmp_path / "other", entropy=SeededEntropy(7))
    (hub.folder / "keys.pem").write_bytes((tmp_path / "other" / "keys.pem").read_bytes())
    asked = len(centre.requests)
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.BLOCKED, "key_file_refused")
    assert len(centre.requests) == asked
    assert "these are not the keys this node enrolled with" in report.sentence_en


async def test_an_unreadable_mark_stops_the_signing(hub: Node) -> None:
    await sync(hub)
    (hub.folder / "issued-mark.json").write_bytes(b"{")
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.BLOCKED, "issued_mark_unreadable")


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("suspended", "hub_suspended"),
        ("retired", "hub_retired"),
        ("revoked", "key_revoked"),
        ("pending", "hub_not_active"),
    ],
)
async def test_a_hub_of_which_nothing_is_taken_keeps_its_changes_and_still_pulls(
    hub: Node, centre: SimulatedCentre, state: str, code: str
) -> None:
    await sync(hub)
    centre.reconcile()
    centre.mirrors[ORIGIN].state = state
    publish(hub, "Antrean daring puskesmas")
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.BLOCKED, code)
    assert (report.pushed, report.pulled) == (0, 1)
    assert pending_count(hub) == 1


async def test_a_resumed_hub_sends_what_it_kept(hub: Node, centre: SimulatedCentre) -> None:
    await sync(hub)
    centre.mirrors[ORIGIN].state = "suspended"
    publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.mirrors[ORIGIN].state = "active"
    assert (await sync(hub)).pushed == 1
    assert pending_count(hub) == 0


async def test_the_state_at_the_centre_is_remembered(hub: Node, centre: SimulatedCentre) -> None:
    centre.mirrors[ORIGIN].state = "pending"
    await sync(hub)
    who = hub.db.read_sync(identity.get)
    assert who is not None
    assert who.state == "pending"


async def test_progress_is_told_of_every_step_with_its_sizes(hub: Node) -> None:
    seen: list[tuple[str, int]] = []

    def progress(step: Step, known: Known) -> None:
        seen.append((type(step).__name__, known.own.size))

    await sync(hub, progress=progress)
    assert [name for name, _ in seen] == [
        "Ask",
        "Append",
        "Mark",
        "Offer",
        "Send",
        "KeepReceipt",
        "Ask",
        "Fetch",
        "Apply",
        "Audit",
        "Cosign",
        "Rest",
    ]
    assert seen[-1][1] == 1


def test_every_step_has_somebody_who_performs_it() -> None:
    assert set(PERFORMERS) == set(get_args(Step)) - {Rest}


async def test_a_run_that_never_ended_is_found_as_interrupted(
    hub: Node, clock: ManualClock
) -> None:
    hub.db.run_sync(lambda conn: runs.start(conn, clock.now()))
    await sync(hub)
    states = [run.state for run in hub.db.read_sync(lambda conn: runs.history(conn, limit=9))]
    assert states == [RunState.OK, RunState.INTERRUPTED]


async def test_the_history_tells_what_each_run_did(hub: Node, centre: SimulatedCentre) -> None:
    publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.is_offline = True
    await sync(hub)
    latest, before = hub.db.read_sync(lambda conn: runs.history(conn, limit=2))
    assert (latest.state, latest.code) == (RunState.OFFLINE, "unreachable")
    assert (before.state, before.pushed_count, before.pulled_count) == (RunState.OK, 2, 1)
    success = hub.db.read_sync(runs.latest_success)
    assert success is not None
    assert success.id == before.id


async def test_what_happened_is_reported_to_the_centre(hub: Node, centre: SimulatedCentre) -> None:
    await sync(hub)
    (report,) = centre.reports
    assert isinstance(report, dict)
    assert (report["state"], report["pushed"]) == ("ok", 1)
    assert (report["pending"], report["attention"], report["duration_s"]) == (0, 0, 0)


async def test_the_keys_may_be_locked_by_a_passphrase(hub: Node, tmp_path: Path) -> None:
    seeds = load_keys(hub.folder / "keys.pem", KEY_NAMES)
    (hub.folder / "keys.pem").rename(tmp_path / "old.pem")
    words = "rahasia sekali"
    save_keys(hub.folder / "keys.pem", seeds, passphrase=words)
    assert (await sync(hub)).code == "key_file_refused"
    assert (await sync(hub, passphrase=words)).state is RunState.OK


@pytest.mark.parametrize("code", ["hub_suspended", "key_revoked"])
async def test_a_refusal_of_the_centre_is_reported_by_its_code(
    hub: Node, centre: SimulatedCentre, code: str
) -> None:
    centre.refuse_with, centre.refuse_path = code, "/sync/"
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.BLOCKED, code)
    assert report.sentence
