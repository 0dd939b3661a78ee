"""The fold: what each decision does to a record, and what readers then see."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import Json
from protocol.catalogue import (
    SET_FIELDS,
    apply,
    conflicts,
    is_settled_as,
    is_withdrawn,
    public_record,
    shown_record,
    touched,
)
from protocol.entries.decisions import ChangeHeld, ChangeProposed, ChangeVoid, Decision
from protocol.entries.members import Source
from protocol.innovation.fields import fields
from protocol.merge import covers, is_same
from protocol.record_state import (
    RecordState,
    catalogue_hash,
    decode_record_state,
    encode_record_state,
    with_digests,
)
from tests.support import reference_merge as reference
from tests.support.entries import (
    AT,
    HUB,
    MINIMAL,
    NATIONAL,
    ORIGIN,
    SALT,
    applied,
    curated,
    record_id,
    seen,
)
from tests.support.reference_merge import Said

LATER = "2026-04-01T08:00:00Z"
SOURCE = Source(origin=ORIGIN, index=3)


def fold(decisions: Sequence[Decision], *, start: int = 0) -> dict[str, RecordState]:
    records: dict[str, RecordState] = {}
    for place, decision in enumerate(decisions, start):
        records |= apply(records, decision, place=place, origin=NATIONAL)
    return records


def state_of(*decisions: Decision) -> RecordState:
    return fold(decisions)[record_id()]


def curated_and_edited() -> tuple[Decision, ...]:
    """A title that the owner and a curator wrote without seeing each other."""
    return (
        applied(index=1),
        curated({"title": "Judul kurator"}, seen=seen(1, 0)),
        applied({"title": "Judul pemilik"}, index=2, seen=seen(1, 2)),
    )


def test_a_put_of_a_new_record_makes_its_author_the_owner() -> None:
    state = state_of(applied())
    assert (state.owner, state.revision, state.last_place) == (HUB, 1, 0)
    assert shown_record(state) == {"id": record_id(), "hub": HUB, **MINIMAL}


def test_the_members_of_a_shown_record_stand_in_one_order() -> None:
    amended = applied({"summary": "Ringkas", "title": "Judul baru"}, index=2, seen=seen(1, 2))
    names = list(shown_record(state_of(applied({**MINIMAL, "sdgs": [3]}), amended)))
    assert names == sorted(names)


def test_a_later_put_changes_what_it_sets_and_empties_what_it_unsets() -> None:
    amended = applied({"title": "Judul baru"}, index=2, unset=("region",), seen=seen(1, 2))
    record = shown_record(state_of(applied(), amended))
    assert record["title"] == "Judul baru"
    assert "region" not in record
    assert record["started"] == MINIMAL["started"]


def test_each_decision_that_changes_a_record_counts_as_a_revision() -> None:
    state = state_of(applied(), applied({"title": "Judul baru"}, index=2, seen=seen(1, 2)))
    assert (state.revision, state.last_place) == (2, 1)


def test_a_noop_is_no_revision_but_its_write_counts() -> None:
    again = applied(index=2, outcome="noop", seen=seen(1, 2))
    unaware = curated({"title": "Judul kurator"}, seen=seen(1, 0))
    state = state_of(applied(), again, unaware)
    assert (state.revision, state.last_place) == (2, 2)
    assert set(conflicts(state)) == {"title"}


def test_two_who_did_not_see_each_other_are_in_conflict() -> None:
    state = state_of(*curated_and_edited())
    assert [w.value for w in conflicts(state)["title"]] == ["Judul kurator", "Judul pemilik"]
    assert shown_record(state)["title"] == "Judul pemilik"


def test_to_resolve_is_to_write_having_seen_all_heads() -> None:
    resolving = applied({"title": "Judul bersama"}, index=3, seen=seen(3, 3))
    state = state_of(*curated_and_edited(), resolving)
    assert not conflicts(state)
    assert shown_record(state)["title"] == "Judul bersama"


def test_a_withdrawal_hides_and_a_restoration_shows_again() -> None:
    hidden = applied(index=2, change="record.withdraw", reason="Ganda", seen=seen(1, 2))
    again = applied(index=3, change="record.restore", reason="Keliru", seen=seen(2, 3))
    assert is_withdrawn(state_of(applied(), hidden))
    assert not is_withdrawn(state_of(applied(), hidden, again))
    assert not is_withdrawn(state_of(applied()))


def test_the_state_is_no_field_of_the_shown_record() -> None:
    hidden = applied(index=2, change="record.withdraw", reason="Ganda", seen=seen(1, 2))
    assert "state" not in shown_record(state_of(applied(), hidden))


def test_an_attestation_is_remembered_and_writes_nothing() -> None:
    attested = applied(index=2, change="record.attest", claimed_at=LATER, seen=seen(1, 2))
    before, after = state_of(applied()), state_of(applied(), attested)
    assert (before.attested_at, after.attested_at) == (None, LATER)
    assert after.fields == before.fields
    assert after.revision == 2


@pytest.mark.parametrize(
    "decision",
    [
        applied(change="record.withdraw", reason="x"),
        applied(change="record.attest"),
        applied(change="hub.opened", record=None, seen=None, outcome="noop"),
        curated({"title": "x"}),
        ChangeHeld(salt=SALT, at=AT, source=SOURCE, author=HUB, code="c", errors=()),
        ChangeVoid(salt=SALT, at=AT, source=SOURCE, author=HUB, code="c"),
        ChangeProposed(
            salt=SALT,
            at=AT,
            source=SOURCE,
            change="record.put",
            author="52",
            claimed_at=AT,
            record=record_id(),
            set={"title": "Usul"},
        ),
    ],
)
def test_what_is_no_put_changes_no_unknown_record(decision: Decision) -> None:
    assert fold([decision]) == {}


def test_a_decision_names_the_record_that_it_touches() -> None:
    assert touched(applied()) == (record_id(),)
    assert touched(curated({"title": "x"})) == (record_id(),)
    assert touched(applied(change="hub.opened", record=None)) == ()


def test_odd_decisions_still_give_a_state() -> None:
    bare = applied(change="record.withdraw", index=2, seen=None, reason=None)
    odd = curated({"state": "gone", "sdgs": "x"}, seen=seen(9, 9))
    state = state_of(applied(), bare, odd)
    assert not is_withdrawn(state)
    assert shown_record(state)["sdgs"] == ["x"]


def test_sets_are_united_and_are_no_conflict() -> None:
    state = state_of(
        applied({**MINIMAL, "sdgs": [1]}),
        curated({"sdgs": [1, 16]}, seen=seen(1, 0)),
        applied({"sdgs": [1, 4]}, index=2, seen=seen(1, 2)),
    )
    assert shown_record(state)["sdgs"] == [1, 4, 16]
    assert not conflicts(state)


def test_every_set_of_the_schema_merges_by_element() -> None:
    assert {field.name for field in fields() if field.is_set} <= SET_FIELDS


def test_settled_means_one_value_and_this_one() -> None:
    state = state_of(applied({**MINIMAL, "sdgs": [1, 4]}), *curated_and_edited()[1:])
    assert is_settled_as(state, "region", "51")
    assert not is_settled_as(state, "region", "52")
    assert not is_settled_as(state, "title", "Judul pemilik")
    assert is_settled_as(state, "sdgs", [4, 1])
    assert not is_settled_as(state, "sdgs", [1, 4, 5])
    assert not is_settled_as(state, "sdgs", None)
    assert is_settled_as(state, "credit", None)
    assert is_settled_as(state, "state", {"status": "active"})


def test_a_settled_set_may_have_several_authors() -> None:
    state = state_of(
        applied({**MINIMAL, "sdgs": [1]}), curated({"sdgs": [2]}), applied({"sdgs": [3]}, index=2)
    )
    assert is_settled_as(state, "sdgs", [1, 2, 3])


def test_the_public_record_is_what_the_interface_promises() -> None:
    hidden = applied(index=3, change="record.withdraw", reason="Ganda", seen=seen(3, 3))
    public = public_record(state_of(*curated_and_edited(), hidden))
    completeness = public.pop("completeness")
    record = public.pop("record")
    assert public == {
        "id": record_id(),
        "hub": HUB,
        "revision": 4,
        "state": "withdrawn",
        "conflicts": ["title"],
        "updated_place": 3,
        "attested_at": None,
        "facts": {},
        "awards": [],
    }
    assert isinstance(completeness, dict)
    assert completeness.keys() == {"A", "B", "C", "D", "E", "complete"}
    assert isinstance(record, dict)
    assert record["title"] == "Judul pemilik"


def test_a_plain_create_is_hardly_longer_than_its_fields() -> None:
    data = encode_record_state(state_of(applied({**MINIMAL, "summary": "kata " * 100})))
    assert len(data) < 900


def test_the_catalogue_hash_is_over_ids_and_digests() -> None:
    encoded = [(record_id(n), bytes([n])) for n in (1, 2)]
    joined = b"".join(record.encode() + hashlib.sha256(it).digest() for record, it in encoded)
    assert catalogue_hash(with_digests(encoded)) == hashlib.sha256(joined).hexdigest()


FIELD_NAMES = ("title", "region", "sdgs")
TEXTS: st.SearchStrategy[Json] = st.sampled_from(["a", "b", "c"])
SETS: st.SearchStrategy[Json] = st.sampled_from([[1], [1, 2], [3]])
WRITTEN: st.SearchStrategy[dict[str, Json]] = st.fixed_dictionaries(
    {}, optional={"title": TEXTS, "region": TEXTS, "sdgs": SETS}
)


@st.composite
def logs(draw: st.DrawFn) -> list[Decision]:
    """A national log of one record: its creation, then amendments by owner, curator and another."""
    decisions: list[Decision] = [applied({"title": "a", "sdgs": [1]}, index=1)]
    lengths = {HUB: 2, "52": 1}
    for place in range(1, draw(st.integers(1, 7))):
        author = draw(st.sampled_from([HUB, "52", "centre"]))
        set_ = draw(WRITTEN)
        unset = tuple(sorted(draw(st.sets(st.sampled_from(FIELD_NAMES))) - set_.keys()))
        national = draw(st.integers(0, place))
        if author == "centre":
            decisions.append(curated(set_, unset=unset, seen=seen(national, 0)))
            continue
        index = lengths[author]
        lengths[author] += 1
        own = draw(st.integers(0, index))
        outcome = draw(st.sampled_from(["applied", "noop"]))
        decisions.append(
            applied(
                set_,
                index=index,
                hub=author,
                unset=unset,
                seen=seen(national, own),
                outcome=outcome,
            )
        )
    return decisions


def as_said(decisions: Sequence[Decision]) -> dict[str, list[Said]]:
    """Every write of every field, for the reference."""
    found: dict[str, list[Said]] = {}
    for place, decision in enumerate(decisions):
        source = getattr(decision, "source", Source(origin=NATIONAL, index=place))
        author = getattr(decision, "author", "centre")
        for name, value in written_by(decision).items():
            found.setdefault(name, []).append(
                Said(place, source.origin, source.index, *seen_by(decision), author, value)
            )
    return found


def written_by(decision: Decision) -> dict[str, Json]:
    set_, unset = getattr(decision, "set"), getattr(decision, "unset")  # noqa: B009
    return {**dict.fromkeys(unset), **set_}


def seen_by(decision: Decision) -> tuple[int, int]:
    found = getattr(decision, "seen")  # noqa: B009
    return found.national, found.own


@given(logs())
def test_the_fold_equals_the_reference(decisions: list[Decision]) -> None:
    state, said = state_of(*decisions), as_said(decisions)
    assert state.fields.keys() == said.keys()
    record = shown_record(state)
    for name in state.fields.keys() - SET_FIELDS:
        assert record.get(name) == reference.shown_write(said[name], HUB).value
        is_contested = len(reference.head_values(said[name])) > 1
        assert (name in conflicts(state)) == is_contested
    elements = record.get("sdgs") or []
    assert isinstance(elements, list)
    assert set(map(reference.text, elements)) == reference.element_texts(said["sdgs"], HUB)


@given(logs())
def test_folding_twice_gives_the_same_bytes(decisions: list[Decision]) -> None:
    once, again = state_of(*decisions), state_of(*decisions)
    assert encode_record_state(once) == encode_record_state(again)


@given(logs(), st.integers(0, 7))
def test_a_state_that_was_stored_in_between_folds_on_alike(
    decisions: list[Decision], pause: int
) -> None:
    records: dict[str, RecordState] = {}
    for place, decision in enumerate(decisions):
        records |= apply(records, decision, place=place, origin=NATIONAL)
        if place == pause:
            records = {k: decode_record_state(encode_record_state(s)) for k, s in records.items()}
    assert records[record_id()] == state_of(*decisions)


@given(logs())
def test_a_state_survives_its_bytes(decisions: list[Decision]) -> None:
    state = state_of(*decisions)
    assert decode_record_state(encode_record_state(state)) == state


@given(logs())
def test_no_saved_value_disappears_without_a_covering_write(decisions: list[Decision]) -> None:
    state = state_of(*decisions)
    for name, said in as_said(decisions).items():
        stamps = {w.stamp.place: w.stamp for w in state.fields[name]}
        kept = [w for w in state.fields[name] if not w.is_covered]
        for one in said:
            is_kept = any(is_same(one.value, write.value) for write in kept)
            others = [s for place, s in stamps.items() if place != one.place]
            assert is_kept or any(covers(other, stamps[one.place]) for other in others)


@given(st.permutations([0, 1, 2, 3]), st.data())
def test_authors_who_saw_only_the_creation_may_arrive_in_any_mix(
    order: list[int], data: st.DataObject
) -> None:
    """Two amendments by the owner and two by another hub; each log keeps its own order."""
    created = applied({"title": "a", "sdgs": [1]}, index=1)
    queues: dict[str, list[Decision]] = {
        hub: [
            applied(data.draw(WRITTEN), index=index, hub=hub, seen=seen(1, index))
            for index in (2, 3)
        ]
        for hub in (HUB, "52")
    }
    plain = state_of(created, *queues[HUB], *queues["52"])
    mixed = [queues[HUB if turn < 2 else "52"].pop(0) for turn in order]
    assert heads_by_entry(state_of(created, *mixed)) == heads_by_entry(plain)


def heads_by_entry(state: RecordState) -> dict[str, set[tuple[str, int]]]:
    return {
        name: {(w.stamp.origin, w.stamp.number) for w in writes if not w.is_covered}
        for name, writes in state.fields.items()
    }
