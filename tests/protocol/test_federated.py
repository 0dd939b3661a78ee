"""What holds of all that hubs may say, in any order: decided by `reconcile`, folded by `apply`.

The order of the national log is the order of delivery. A second centre, slow and obvious, decides
the same changes (`tests.support.reference_catalogue`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import hypothesis.strategies as st
from hypothesis import given, settings

from protocol.canonical import Json
from protocol.catalogue import apply, conflicts, shown_record
from protocol.entries.changes import RecordChange, encode_change
from protocol.entries.decisions import ChangeHeld, Decision, Outcome, decode_decision, outcome_of
from protocol.entries.members import Seen
from protocol.merge import covers
from protocol.reconcile import encode_outcome, prepare, reconcile
from protocol.record_state import RecordState, encode_record_state
from tests.support.entries import (
    AT,
    AUTHORITY,
    MINIMAL,
    NATIONAL,
    SALT,
    attest,
    put,
    record_id,
    restore,
    withdraw,
)
from tests.support.reconciling import known
from tests.support.reference_catalogue import Step, as_set, decided
from tests.support.reference_merge import text

HUBS = ("51", "52", "kemenkes")
RECORDS = (record_id(1), record_id(2))
OPTIONAL = ("sdgs", "summary")
FIELDS: st.SearchStrategy[dict[str, Json]] = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Judul satu", "Judul dua", "Judul tiga"]),
        "summary": st.sampled_from(["Ringkas", "Lebih ringkas"]),
        "sdgs": st.sampled_from([[1], [1, 2], [3]]),
    },
)
COUNTING = {"applied", "noop", "conflict"}


@dataclass
class Centre:
    """Decides steps one after another, as a batch does."""

    states: dict[str, RecordState] = field(default_factory=dict)
    decisions: list[Outcome] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)

    def decide(self, step: Step) -> None:
        place = len(self.decisions)
        knowledge = known(self.states.get(step.record), hub=step.hub, size=place)
        prepared = prepare(encode_change(change_of(step)))
        outcome = reconcile(knowledge, prepared, index=step.number, at=AT, salt=SALT)
        self.states |= apply(self.states, outcome, place=place, origin=NATIONAL)
        self.decisions.append(outcome)
        self.entries.append(encode_outcome(outcome, prepared))


def centre_of(steps: Iterable[Step]) -> Centre:
    centre = Centre()
    for step in steps:
        centre.decide(step)
    return centre


def change_of(step: Step) -> RecordChange:
    seen = Seen(national=step.national, own=step.own)
    match step.kind:
        case "put":
            return put(step.set, unset=step.unset, seen=seen, record=step.record)
        case "attest":
            return replace(attest(seen=seen, at=step.at), record=step.record)
        case "withdraw":
            return replace(withdraw(seen=seen), record=step.record)
        case _:
            return replace(restore(seen=seen), record=step.record)


@st.composite
def step_of(draw: st.DrawFn, hub: str, index: int, national: int, *, more: int = 0) -> Step:
    """A change at that index of a hub's log, whose author saw at most `national` decisions.

    Args:
        draw: of Hypothesis.
        hub: its author.
        index: in its log.
        national: the decisions that it may have seen.
        more: by how much its author may claim to have seen what is not there yet.
    """
    set_ = draw(FIELDS)
    return Step(
        hub=hub,
        number=index,
        national=draw(st.integers(0, national + more)),
        own=draw(st.integers(0, index + more)),
        kind=draw(st.sampled_from(["put", "put", "put", "put", "attest", "withdraw", "restore"])),
        record=draw(st.sampled_from(RECORDS)),
        set=set_,
        unset=tuple(name for name in OPTIONAL if name not in set_ and draw(st.booleans())),
        at=draw(st.sampled_from([AT, "2026-04-01T08:00:00Z"])),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Changes in the order of decision; some make a record, some are about none, some lie."""
    lengths = dict.fromkeys(HUBS, 1)
    steps: list[Step] = []
    for place in range(draw(st.integers(1, 12))):
        hub = draw(st.sampled_from(HUBS[:2]))
        step = draw(step_of(hub, lengths[hub], place, more=draw(st.sampled_from([0, 0, 0, 1]))))
        if step.kind == "put" and draw(st.booleans()):
            step = step._replace(set={**MINIMAL, **step.set})
        lengths[hub] += 1
        steps.append(step)
    return steps


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Step], list[Step]]:
    """Hubs that worked offline since both records were made, arriving in one order and another."""
    made = [
        Step(hub, 1, 0, 1, "put", record, {**MINIMAL, "sdgs": [1]}, (), AT)
        for hub, record in zip(HUBS[:2], RECORDS, strict=True)
    ]
    logs: dict[str, list[Step]] = {}
    for hub in HUBS:
        length = draw(st.integers(0, 4))
        logs[hub] = [draw(step_of(hub, index, len(made))) for index in range(2, 2 + length)]
    orders = [made + draw(interleavings(logs)) for _ in range(2)]
    return orders[0], orders[1]


@st.composite
def interleavings(draw: st.DrawFn, logs: dict[str, list[Step]]) -> list[Step]:
    """All logs in one order that keeps the order of each."""
    turns = [hub for hub, steps in logs.items() for _ in steps]
    queues = {hub: iter(steps) for hub, steps in logs.items()}
    return [next(queues[hub]) for hub in draw(st.permutations(turns))]


def words(decision: Decision) -> str:
    return decision.code if isinstance(decision, ChangeHeld) else outcome_of(decision) or ""


def as_texts(record: dict[str, Json]) -> dict[str, Json]:
    """A shown record as the reference shows it: without id and hub, sets without an order."""
    shown: dict[str, Json] = {k: v for k, v in record.items() if k not in {"id", "hub"}}
    elements = shown.get("sdgs")
    if isinstance(elements, list):
        shown["sdgs"] = as_set(map(text, elements))
    return shown


def facts(centre: Centre) -> set[tuple[str, ...]]:
    """What is so, whatever came first: what each change came to, who wrote what, and what stands.

    Whether a change that counts was in conflict or said nothing new when it came is about the
    moment of its arrival, and so is which of several standing values is shown.
    """
    found: set[tuple[str, ...]] = set()
    for decision in centre.decisions:
        word = "counts" if words(decision) in COUNTING else words(decision)
        found.add((decision.source.origin, str(decision.source.index), word))
    for state in centre.states.values():
        for name, writes in state.fields.items():
            for write in writes:
                stands = "covered" if write.is_covered else text(write.value).decode()
                source = (write.stamp.origin, str(write.stamp.number))
                found.add((state.id, name, *source, stands if name != "sdgs" else ""))
        found |= {(state.id, "conflict", name) for name in conflicts(state)}
    return found


@settings(deadline=None)
@given(histories())
def test_a_second_centre_decides_the_same_and_shows_the_same(steps: list[Step]) -> None:
    centre = centre_of(steps)
    outcomes, records = decided(steps)
    assert [words(it) for it in centre.decisions] == outcomes
    assert centre.states.keys() == records.keys()
    for record, reference in records.items():
        state = centre.states[record]
        shown = {name: it for name, it in reference.shown().items() if name != "state"}
        assert as_texts(shown_record(state)) == shown
        assert conflicts(state).keys() == reference.contested()
        assert (state.owner, state.attested_at) == (reference.owner, reference.attested_at)


@settings(deadline=None)
@given(deliveries())
def test_any_order_of_delivery_gives_the_same_facts(
    orders: tuple[list[Step], list[Step]],
) -> None:
    first, second = map(centre_of, orders)
    assert facts(first) == facts(second)


@settings(deadline=None)
@given(histories())
def test_a_replica_that_folds_the_entries_has_the_bytes_of_the_centre(steps: list[Step]) -> None:
    centre = centre_of(steps)
    replica: dict[str, RecordState] = {}
    for place, entry in enumerate(centre.entries):
        replica |= apply(replica, decode_decision(entry), place=place, origin=NATIONAL)
    assert {it: encode_record_state(state) for it, state in replica.items()} == {
        it: encode_record_state(state) for it, state in centre.states.items()
    }


@settings(deadline=None)
@given(histories())
def test_no_change_disappears_without_a_trace(steps: list[Step]) -> None:
    """Each has a decision that names it; what counts stands, or was covered by who had seen it."""
    centre = centre_of(steps)
    sources = [(it.source.origin, it.source.index) for it in centre.decisions]
    assert sources == [(f"{AUTHORITY}/hub/{it.hub}/1", it.number) for it in steps]
    for place, (step, decision) in enumerate(zip(steps, centre.decisions, strict=True)):
        if words(decision) not in COUNTING or step.kind != "put":
            continue
        for name, value in {**dict.fromkeys(step.unset), **step.set}.items():
            writes = centre.states[step.record].writes(name)
            own = next(it for it in writes if it.stamp.place == place)
            others = [it.stamp for it in writes if it.stamp.place != place]
            assert own.value == value or any(covers(it, own.stamp) for it in others)
