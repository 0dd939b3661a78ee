"""Replications at a node: what is this hub's to do, and what is refused before it is saved."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from hubnode import replications
from hubnode.authoring import Desk, EditRefused, UnknownRecord
from hubnode.node import Node
from hubnode.replications import HeldStep, Progress, StepRefused
from hubnode.review import record_history
from hubnode.status import status_of
from hubnode.store import outbox
from hubnode.store.identity import Identity
from hubnode.sync.run import sync
from protocol.entries.changes import ReplicationStep, decode_change
from protocol.limits import RUNNING_REPLICATIONS_MAX
from tests.support.entries import record_id
from tests.support.lineages import WANTER, made, step
from tests.support.nodes import publish
from tests.support.simulated_centre import SimulatedCentre
from tests.support.stories import who
from tests.support.verdicts import TRANSFERRED

T = TypeVar("T")
THEIRS = record_id(1)
"""A record of hub 73."""


def asked(hub: Node, question: Callable[[Connection, Node, Identity], T]) -> T:
    return hub.db.read_sync(lambda conn: question(conn, hub, who(hub)))


def progress(hub: Node) -> list[Progress]:
    return asked(hub, replications.progress)


def held(hub: Node) -> list[HeldStep]:
    return asked(hub, replications.held_steps)


def waits(hub: Node) -> list[str]:
    found: list[str] = asked(hub, lambda conn, node, _: status_of(conn, node))["to_replicate"]
    return found


def begin(hub: Node, record: str = THEIRS, details: str = "Surat minat 12/2026") -> str:
    def work(conn: Connection) -> str:
        desk = Desk.open(conn, hub, who(hub), by="rina")
        made = replications.begin(conn, desk, who(hub), record=record, details=details)
        desk.save(conn)
        return made

    return hub.db.run_sync(work)


def take(
    hub: Node, replication: str, kind: str, *, details: str = "Baik.", result: str | None = None
) -> None:
    def work(conn: Connection) -> None:
        desk = Desk.open(conn, hub, who(hub), by="rina")
        replications.take(
            conn,
            desk,
            who(hub),
            replication=replication,
            step=kind,
            details=details,
            result=result,
        )
        desk.save(conn)

    hub.db.run_sync(work)


def refusal(attempt: Callable[[], object]) -> str:
    """Why a step was refused; then nothing was saved."""
    with pytest.raises(StepRefused) as refused:
        attempt()
    return refused.value.code


def saved(hub: Node) -> list[ReplicationStep]:
    found = hub.db.read_sync(lambda conn: outbox.pending(conn, 100))
    changes = [decode_change(it.entry) for it in found]
    return [it for it in changes if isinstance(it, ReplicationStep)]


async def decided(hub: Node, centre: SimulatedCentre) -> None:
    await sync(hub)
    centre.reconcile()
    await sync(hub)


@pytest.fixture
async def wanting(hub: Node, centre: SimulatedCentre) -> str:
    """Hub 51 has said that it wants a record of hub 73; the id of the replication."""
    centre.decide(made(1, hub=WANTER))
    await sync(hub)
    replication = begin(hub)
    await decided(hub, centre)
    return replication


@pytest.fixture
async def wanted(hub: Node, centre: SimulatedCentre) -> tuple[str, str]:
    """Hub 73 wants a record of hub 51; the record, and the id of the replication."""
    record = publish(hub, "Antrean daring puskesmas")
    await decided(hub, centre)
    centre.decide(step("interest", original=record))
    await sync(hub)
    return record, progress(hub)[0].replication.id


async def test_an_interest_is_a_change_about_another_hubs_record(
    hub: Node, centre: SimulatedCentre
) -> None:
    centre.decide(made(1, hub=WANTER))
    await sync(hub)
    replication = begin(hub)
    [change] = saved(hub)
    assert (change.record, change.replication, change.step) == (THEIRS, replication, "interest")
    assert (change.by, change.details, change.result) == ("rina", "Surat minat 12/2026", None)
    assert (change.seen.national, change.seen.own) == (2, 1)


async def test_a_replication_goes_from_interest_to_a_record_of_this_hub(
    hub: Node, centre: SimulatedCentre, wanting: str
) -> None:
    centre.decide(step("agreement", original=THEIRS, replication=wanting))
    await sync(hub)
    take(hub, wanting, "approval")
    await decided(hub, centre)
    result = publish(hub, "Antrean daring rumah sakit")
    take(hub, wanting, "implementation", result=result)
    await decided(hub, centre)
    [found] = progress(hub)
    assert (found.replication.step, found.replication.result) == ("implementation", result)
    assert (found.next, found.turn) == ("", "")
    assert centre.records[result].facts == {"original": THEIRS}


@pytest.mark.usefixtures("wanting")
def test_a_list_says_what_is_next_and_whose_turn_it_is(hub: Node) -> None:
    [found] = progress(hub)
    assert (found.title, found.details) == ("Inovasi 1", "Surat minat 12/2026")
    assert (found.replication.step, found.next, found.turn) == ("interest", "agreement", WANTER)
    assert waits(hub) == []


def test_status_says_how_many_wait_for_this_hub(hub: Node, wanted: tuple[str, str]) -> None:
    [found] = progress(hub)
    assert (found.next, found.turn, found.is_waiting) == ("agreement", "51", False)
    sentence = "1 replikasi menunggu langkah hub ini. Lihat: hubnode replication list"
    assert waits(hub) == [sentence]
    take(hub, wanted[1], "agreement")
    assert progress(hub)[0].is_waiting
    assert waits(hub) == []


async def test_a_step_waits_until_the_centre_has_decided(
    hub: Node, centre: SimulatedCentre, wanted: tuple[str, str]
) -> None:
    take(hub, wanted[1], "agreement")
    assert refusal(lambda: take(hub, wanted[1], "refusal")) == "step_waiting"
    await sync(hub)
    assert progress(hub)[0].is_waiting
    assert refusal(lambda: take(hub, wanted[1], "refusal")) == "step_waiting"
    await decided(hub, centre)
    take(hub, wanted[1], "refusal")


async def test_a_second_interest_is_refused_while_the_first_may_come_to_something(
    hub: Node, centre: SimulatedCentre
) -> None:
    centre.decide(made(1, hub=WANTER))
    await sync(hub)
    replication = begin(hub)
    assert refusal(lambda: begin(hub)) == "step_waiting"
    await decided(hub, centre)
    assert refusal(lambda: begin(hub)) == "step_out_of_order"
    take(hub, replication, "withdrawal")
    await decided(hub, centre)
    assert begin(hub) != replication


@pytest.mark.parametrize("kind", ["agreement", "approval", "implementation", "refusal", "interest"])
def test_a_step_that_is_not_this_hubs_now_is_refused(hub: Node, wanting: str, kind: str) -> None:
    assert refusal(lambda: take(hub, wanting, kind)) == "step_out_of_order"
    assert saved(hub) == []


async def test_no_interest_is_said_in_a_record_that_too_many_replicate(
    hub: Node, centre: SimulatedCentre
) -> None:
    centre.decide(made(1, hub=WANTER))
    for number in range(RUNNING_REPLICATIONS_MAX):
        name = record_id(100 + number)
        centre.decide(step("interest", f"hub-{number}", original=THEIRS, replication=name))
    await sync(hub)
    assert refusal(lambda: begin(hub)) == "replications_full"


def test_an_own_record_is_not_replicated(hub: Node, wanted: tuple[str, str]) -> None:
    assert refusal(lambda: begin(hub, wanted[0])) == "step_out_of_order"


async def test_a_record_that_the_hub_was_given_meanwhile_is_not_replicated_further(
    hub: Node, centre: SimulatedCentre
) -> None:
    centre.decide(made(1, hub="52"))
    await sync(hub)
    replication = begin(hub)
    await decided(hub, centre)
    centre.decide(replace(TRANSFERRED, giver="52", to="51"))
    await sync(hub)
    assert progress(hub)[0].turn == ""
    assert refusal(lambda: take(hub, replication, "withdrawal")) == "step_out_of_order"


@pytest.mark.usefixtures("wanting")
def test_a_replication_of_others_is_not_known_here(hub: Node) -> None:
    assert refusal(lambda: take(hub, record_id(77), "agreement")) == "replication_unknown"


def test_a_record_that_is_not_in_the_catalogue_cannot_be_wanted(hub: Node) -> None:
    with pytest.raises(UnknownRecord):
        begin(hub, record_id(77))


async def test_what_came_of_it_is_a_record_of_this_hub(
    hub: Node, centre: SimulatedCentre, wanting: str
) -> None:
    centre.decide(step("agreement", original=THEIRS, replication=wanting))
    await sync(hub)
    take(hub, wanting, "approval")
    await decided(hub, centre)
    result = record_id(77)
    code = refusal(lambda: take(hub, wanting, "implementation", result=result))
    assert code == "result_not_own"


@pytest.mark.usefixtures("wanting")
async def test_details_with_personal_data_are_refused(hub: Node, centre: SimulatedCentre) -> None:
    other = record_id(2)
    centre.decide(made(2, hub=WANTER))
    await sync(hub)
    with pytest.raises(EditRefused):
        begin(hub, other, "Hubungi siti@contoh.go.id")
    assert saved(hub) == []


async def test_a_step_that_another_hub_forestalled_is_held_and_said_in_a_sentence(
    hub: Node, centre: SimulatedCentre, wanting: str
) -> None:
    centre.decide(step("agreement", original=THEIRS, replication=wanting))
    await sync(hub)
    take(hub, wanting, "approval")
    centre.decide(step("refusal", WANTER, original=THEIRS, replication=wanting))
    await decided(hub, centre)
    [found] = held(hub)
    assert (found.replication, found.step) == (wanting, "approval")
    assert found.code == "step_out_of_order"
    assert found.sentence == "Langkah replikasi ini belum atau tidak lagi giliran hub ini."
    assert progress(hub)[0].replication.step == "refusal"


async def test_an_own_record_follows_the_centre_though_a_step_of_it_waited(
    hub: Node, centre: SimulatedCentre, wanted: tuple[str, str]
) -> None:
    record, replication = wanted
    take(hub, replication, "agreement")
    await decided(hub, centre)
    centre.curate(record, {"title": "Judul kurator"})
    await sync(hub)
    [title] = [it.title for it in progress(hub)]
    assert title == "Judul kurator"
    history = asked(hub, lambda conn, node, mine: record_history(conn, node, mine, record))
    assert ("replication.step", "Baik.") in [(it["change"], it["reason"]) for it in history]
