"""The audit says nothing of an honest centre, and names whatever another one did."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import text

from hubnode.auditing import Audited, Finding, Level, audit_node
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.store import identity
from hubnode.store.identity import Identity
from hubnode.store.outcomes import Standing
from hubnode.sync.run import sync
from protocol.canonical import Json, canonicalise
from protocol.entries.decisions import (
    ChangeApplied,
    ChangeHeld,
    ChangeRefused,
    Decision,
    decode_decision,
)
from protocol.entries.members import Source
from protocol.evidence import RecordEvidence, check_record_evidence, parse_evidence
from tests.support.nodes import publish, withdraw
from tests.support.ports import ManualClock
from tests.support.simulated_centre import SimulatedCentre

HOUR_S = 3600


def who(node: Node) -> Identity:
    found = node.db.read_sync(identity.get)
    assert found is not None
    return found


def audited(node: Node) -> Audited:
    keys = load_own_keys(node.folder, who(node)).verifiers
    return node.db.read_sync(lambda conn: audit_node(conn, node, who(node), keys))


def codes(node: Node) -> list[str]:
    return [it.code for it in audited(node).findings]


def alarm(node: Node) -> Finding:
    [found] = [it for it in audited(node).findings if it.level is Level.ALARM]
    return found


def judged_faithful(centre: SimulatedCentre, evidence: Mapping[str, Json]) -> bool:
    """What somebody else makes of the evidence, who trusts the national key alone."""
    file = parse_evidence(canonicalise(dict(evidence)))
    assert isinstance(file, RecordEvidence)
    return check_record_evidence(file, [centre.national_key.verifier_key]).is_faithful


async def settled(hub: Node, centre: SimulatedCentre) -> None:
    await sync(hub)
    centre.reconcile()
    await sync(hub)


def rewrite(centre: SimulatedCentre, **changed: object) -> None:
    """The centre takes back its last decision and makes another one of it."""
    last = decoded(centre)[-1]
    assert isinstance(last, ChangeApplied)
    centre.national.pop()
    centre.decide(replace(last, **changed))  # type: ignore[arg-type]


def decoded(centre: SimulatedCentre) -> list[Decision]:
    return [decode_decision(it) for it in centre.national]


async def test_an_honest_centre_is_not_accused(hub: Node, centre: SimulatedCentre) -> None:
    record = publish(hub, "Antrean daring")
    await settled(hub, centre)
    publish(hub, "Antrean daring puskesmas", record=record)
    hidden = publish(hub, "Perizinan satu pintu")
    await settled(hub, centre)
    withdraw(hub, hidden)
    await settled(hub, centre)
    found = audited(hub)
    assert found.findings == ()
    assert (found.own, found.receipted, found.undecided, found.pending) == (5, 5, 0, 0)
    assert found.standings[Standing.NOTED] == 1
    assert sum(found.standings.values()) + found.undecided == found.own


async def test_the_counts_add_up_while_something_waits(hub: Node, centre: SimulatedCentre) -> None:
    publish(hub, "Antrean daring")
    await settled(hub, centre)
    publish(hub, "Perizinan satu pintu")
    await sync(hub)
    publish(hub, "Belum dikirim")
    found = audited(hub)
    assert found.findings == ()
    assert (found.own, found.undecided, found.pending) == (3, 1, 1)
    assert sum(found.standings.values()) == 2


async def test_a_receipt_that_is_not_honoured_within_an_hour_is_an_alarm(
    hub: Node, centre: SimulatedCentre, clock: ManualClock
) -> None:
    publish(hub, "Antrean daring")
    await sync(hub)
    clock.advance(HOUR_S)
    await sync(hub)
    assert codes(hub) == []
    clock.advance(1)
    assert codes(hub) == []  # nobody has asked since
    await sync(hub)
    assert (alarm(hub).code, alarm(hub).index) == ("receipt_not_honoured", 0)
    assert centre.mirror_key.verifier_key.text in alarm(hub).evidence["verifier_keys"]  # type: ignore[operator]


async def test_a_conflict_is_for_a_person(hub: Node, centre: SimulatedCentre) -> None:
    record = publish(hub, "Antrean daring")
    await settled(hub, centre)
    seen = len(centre.national)
    publish(hub, "Antrean daring puskesmas", record=record)
    centre.curate(record, {"title": "Antrean Daring"}, seen=seen)
    await settled(hub, centre)
    [found] = audited(hub).findings
    assert (found.code, found.level) == ("changes_need_a_person", Level.ATTENTION)


async def test_what_a_curator_replaced_is_superseded_and_no_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring")
    await settled(hub, centre)
    publish(hub, "Antrean daring dua", record=record)
    await settled(hub, centre)
    centre.curate(record, {"title": "Antrean Daring"})
    await sync(hub)
    found = audited(hub)
    assert found.findings == ()
    assert found.standings[Standing.SUPERSEDED] == 1


async def test_a_decision_that_says_something_else_is_an_alarm_that_others_can_judge(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring")
    await sync(hub)
    centre.reconcile()
    decision = decoded(centre)[-1]
    assert isinstance(decision, ChangeApplied)
    rewrite(centre, set={**(decision.set or {}), "title": "Judul lain"})
    await sync(hub)
    found = alarm(hub)
    assert (found.code, found.index, found.record) == ("decision_unfaithful", 1, record)
    assert not judged_faithful(centre, found.evidence)


async def test_a_change_filed_under_another_record_is_an_alarm_that_others_can_judge(
    hub: Node, centre: SimulatedCentre
) -> None:
    other = publish(hub, "Perizinan satu pintu")
    publish(hub, "Antrean daring")
    await sync(hub)
    centre.reconcile()
    rewrite(centre, record=other)
    await sync(hub)
    found = alarm(hub)
    assert found.code == "decision_unfaithful"
    assert not judged_faithful(centre, found.evidence)


async def test_a_change_that_is_decided_twice_is_an_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    publish(hub, "Antrean daring")
    await sync(hub)
    centre.reconcile()
    centre.decide(decoded(centre)[-1])
    await sync(hub)
    assert alarm(hub).code == "decided_twice"


async def test_a_held_change_that_a_person_refused_is_no_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    publish(hub, "Antrean daring")
    centre.breaks_at = 1
    await sync(hub)
    centre.reconcile()
    held = decoded(centre)[-1]
    assert isinstance(held, ChangeHeld)
    await sync(hub)
    assert codes(hub) == []
    centre.decide(
        ChangeRefused(
            salt=held.salt,
            at=held.at,
            source=held.source,
            author=held.author,
            by="rina",
            agency="panrb",
            reason="ganda",
        )
    )
    await sync(hub)
    assert codes(hub) == []


async def test_a_decision_about_a_change_that_was_never_made_is_an_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    publish(hub, "Antrean daring")
    await settled(hub, centre)
    last = decoded(centre)[-1]
    assert isinstance(last, ChangeApplied)
    centre.decide(replace(last, source=Source(origin=who(hub).origin, index=7)))
    await sync(hub)
    assert "decision_of_nothing" in codes(hub)


async def test_receipts_and_outcomes_that_were_altered_here_are_found(
    hub: Node, centre: SimulatedCentre
) -> None:
    publish(hub, "Antrean daring")
    await settled(hub, centre)
    hub.db.run_sync(lambda conn: conn.execute(text("UPDATE receipt SET size = size - 1")))
    assert codes(hub) == ["receipt_altered"]
    hub.db.run_sync(lambda conn: conn.execute(text("UPDATE receipt SET size = size + 1")))
    hub.db.run_sync(
        lambda conn: conn.execute(text("UPDATE own_outcome SET standing = 'superseded'"))
    )
    assert codes(hub) == ["outcomes_altered"]


async def test_a_log_that_was_altered_is_the_one_alarm(hub: Node, centre: SimulatedCentre) -> None:
    publish(hub, "Antrean daring")
    await settled(hub, centre)
    hub.db.run_sync(
        lambda conn: conn.execute(
            text('UPDATE log_entry SET bytes = zeroblob(20) WHERE "index" = 1')
        )
    )
    assert alarm(hub).code == "log_altered"


async def test_evidence_of_an_earlier_alarm_asks_for_a_person(
    hub: Node, centre: SimulatedCentre
) -> None:
    await settled(hub, centre)
    (hub.folder / "evidence").mkdir()
    (hub.folder / "evidence" / "national_log_forked-1.json").write_text("{}")
    assert codes(hub) == ["evidence_kept"]


async def test_a_write_that_vanished_uncovered_is_an_alarm(
    hub: Node, centre: SimulatedCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(hub, "Antrean daring")
    await settled(hub, centre)
    monkeypatch.setattr("hubnode.replica.standings_in", lambda _state, _origin: {})
    assert "change_not_shown" in codes(hub)
