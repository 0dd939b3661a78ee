"""The audit says nothing of what people at the centre decide, of new keys and of late files."""

import pytest

from hubnode.auditing import Audited, Level, audit_node
from hubnode.evidence import record_evidence
from hubnode.keys import begin_rotation, load_own_keys
from hubnode.node import Node
from hubnode.store.outcomes import Standing
from hubnode.sync.run import sync
from protocol.canonical import Json
from protocol.entries.hub_decisions import HubKeyRotated
from protocol.entries.members import Seen, Source
from protocol.entries.record_decisions import (
    PublicationSet,
    RecordMerged,
    RecordReverted,
    RecordTransferred,
)
from protocol.evidence import check_record_evidence
from tests.support.entries import signing_keys
from tests.support.nodes import publish, withdraw
from tests.support.ports import ManualClock
from tests.support.simulated_answers import answer_file
from tests.support.simulated_centre import SimulatedCentre
from tests.support.sticks import into_hub
from tests.support.stories import who

PERSON = {"at": "2026-11-23T07:00:00Z", "by": "rina", "agency": "panrb", "reason": "Sama"}


def audited(node: Node) -> Audited:
    keys = load_own_keys(node.folder, who(node)).verifiers
    return node.db.read_sync(lambda conn: audit_node(conn, node, who(node), keys))


async def settled(hub: Node, centre: SimulatedCentre) -> None:
    await sync(hub)
    centre.reconcile()
    await sync(hub)


def at_centre(centre: SimulatedCentre) -> dict[str, str]:
    """What every decision of a person has."""
    return {**PERSON, "salt": f"{len(centre.national):032x}"}


def seen(centre: SimulatedCentre) -> Seen:
    return Seen(national=len(centre.national), own=0)


async def test_a_record_that_the_centre_hides_is_hidden_and_no_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring")
    await settled(hub, centre)
    centre.decide(PublicationSet(**at_centre(centre), record=record, state="hidden"))
    await sync(hub)
    found = audited(hub)
    assert found.findings == ()
    assert found.standings[Standing.HIDDEN] == 1


async def test_a_merge_hides_the_one_and_writes_on_the_other_and_is_no_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    survivor, absorbed = publish(hub, "Antrean daring"), publish(hub, "Antrean online")
    await settled(hub, centre)
    title: dict[str, Json] = {"title": "Antrean daring dan luring"}
    publish(hub, "Antrean daring puskesmas", record=survivor)
    await settled(hub, centre)
    centre.decide(
        RecordMerged(
            **at_centre(centre),
            record=survivor,
            absorbed=absorbed,
            set=title,
            unset=(),
            seen=seen(centre),
        )
    )
    await sync(hub)
    found = audited(hub)
    assert found.findings == ()
    assert (found.standings[Standing.HIDDEN], found.standings[Standing.SUPERSEDED]) == (1, 1)


@pytest.mark.parametrize("state", [None, "withdrawn"])
async def test_what_a_person_wrote_back_is_superseded_and_no_alarm(
    hub: Node, centre: SimulatedCentre, state: str | None
) -> None:
    record = publish(hub, "Antrean daring")
    await settled(hub, centre)
    publish(hub, "Antrean daring dua", record=record)
    await settled(hub, centre)
    centre.decide(
        RecordReverted(
            **at_centre(centre),
            record=record,
            to=2,
            set={"title": "Antrean daring"},
            unset=(),
            seen=seen(centre),
            state=state,
        )
    )
    await sync(hub)
    found = audited(hub)
    assert found.findings == ()
    assert found.standings[Standing.SUPERSEDED] == 1
    assert found.standings[Standing.HIDDEN] == (0 if state is None else 1)


async def test_a_withdrawal_that_a_person_undid_is_superseded_and_no_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring")
    await settled(hub, centre)
    withdraw(hub, record)
    await settled(hub, centre)
    centre.decide(
        RecordReverted(
            **at_centre(centre),
            record=record,
            to=2,
            set={},
            unset=(),
            seen=seen(centre),
            state="active",
        )
    )
    await sync(hub)
    assert audited(hub).findings == ()
    assert audited(hub).standings[Standing.SUPERSEDED] == 1


async def test_a_record_that_went_to_another_hub_is_no_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring")
    await settled(hub, centre)
    centre.decide(RecordTransferred(**at_centre(centre), record=record, giver="51", to="35"))
    await sync(hub)
    found = audited(hub)
    assert found.findings == ()
    assert found.standings[Standing.SHOWN] == 1


async def test_a_rotation_is_no_alarm_and_evidence_of_either_key_holds(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring")
    await settled(hub, centre)
    begin_rotation(hub.folder, who(hub), hub.entropy)
    await settled(hub, centre)
    publish(hub, "Antrean daring puskesmas", record=record)
    await settled(hub, centre)
    assert load_own_keys(hub.folder, who(hub)).past
    assert audited(hub).findings == ()
    made = hub.db.read_sync(lambda conn: record_evidence(conn, hub, who(hub), record))
    assert made is not None
    found = check_record_evidence(made, [centre.national_key.verifier_key])
    assert [it.is_faithful for it in found.decisions] == [True, True]


@pytest.mark.parametrize(
    ("index", "code"), [(1, "decision_unfaithful"), (9, "decision_of_nothing")]
)
async def test_new_keys_that_this_hub_did_not_sign_in_are_an_alarm(
    hub: Node, centre: SimulatedCentre, index: int, code: str
) -> None:
    publish(hub, "Antrean daring")
    await settled(hub, centre)
    centre.decide(foreign_keys(hub, centre, index))
    await sync(hub)
    [found] = audited(hub).findings
    assert (found.code, found.level, found.index) == (code, Level.ALARM, index)
    assert str(len(centre.national) - 1) in found.detail


async def test_other_keys_than_those_signed_in_are_an_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    await settled(hub, centre)
    begin_rotation(hub.folder, who(hub), hub.entropy)
    await settled(hub, centre)
    centre.decide(foreign_keys(hub, centre, 1))
    await sync(hub)
    [found] = audited(hub).findings
    assert (found.code, found.index) == ("decision_unfaithful", 1)


def foreign_keys(hub: Node, centre: SimulatedCentre, index: int) -> HubKeyRotated:
    """Keys of somebody else, as if that entry of the hub's log had signed them in."""
    log_key, witness_key = signing_keys(77)
    return HubKeyRotated(
        salt=f"{len(centre.national):032x}",
        at=PERSON["at"],
        source=Source(origin=who(hub).origin, index=index),
        hub="51",
        log_key=log_key.verifier_key.text,
        witness_key=witness_key.verifier_key.text,
    )


async def test_a_file_that_comes_late_accuses_nobody(
    hub: Node, centre: SimulatedCentre, clock: ManualClock
) -> None:
    publish(hub, "Antrean daring")
    await sync(hub)
    file = answer_file(centre)
    clock.advance(7 * 3600)
    await into_hub(hub, file)
    assert audited(hub).findings == ()
