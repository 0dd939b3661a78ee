"""What a record's state says of its lineage."""

from dataclasses import replace

import pytest

from protocol.canonical import Json
from protocol.entries.decisions import Decision
from protocol.lineage import Link, Replication, link_of, replications_of
from tests.support.campaigns import Fold, fold
from tests.support.entries import HUB, applied, record_id
from tests.support.lineages import (
    ORIGINAL,
    REPLICATION_ID,
    RESULT,
    WANTER,
    WAY,
    claiming,
    implemented,
    made,
    step,
)
from tests.support.verdicts import HIDDEN, LINKED, PUBLIC, TRANSFERRED, merged


def link(of: Fold, record: str = RESULT) -> Link | None:
    return link_of(of.records[record])


def two(*decisions: Decision) -> Fold:
    """A record of hub 51, one of hub 73, and what was decided then."""
    return fold(made(1), made(2, hub=WANTER), *decisions)


def test_a_record_on_its_own_has_no_lineage() -> None:
    assert link(two()) is None
    assert replications_of(two().records[ORIGINAL]) == []


def test_every_step_moves_the_replication_of_the_original() -> None:
    found = two()
    for place, (kind, hub) in enumerate(WAY, 2):
        result = RESULT if kind == "implementation" else None
        found.add(step(kind, hub, result=result))
        assert replications_of(found.records[ORIGINAL]) == [
            Replication(
                id=REPLICATION_ID,
                original=ORIGINAL,
                owner=HUB,
                hub=WANTER,
                step=kind,
                place=place,
                result=result,
            )
        ]


def test_a_replication_is_with_whoever_owns_the_original_today() -> None:
    found = two(step("interest"), TRANSFERRED)
    assert [it.owner for it in replications_of(found.records[ORIGINAL])] == ["52"]


def test_what_came_of_a_replication_names_its_original() -> None:
    assert link(two(implemented(ORIGINAL, RESULT))) == Link(
        record=RESULT, original=ORIGINAL, is_confirmed=True, merged_into=None, state="active"
    )


def test_what_a_record_says_itself_is_a_claim() -> None:
    found = link(fold(made(1), claiming(2, ORIGINAL)))
    assert found is not None
    assert (found.original, found.is_confirmed) == (ORIGINAL, False)


def test_the_facts_stand_before_the_claim() -> None:
    found = link(fold(made(1), claiming(2, record_id(9)), implemented(ORIGINAL, RESULT)))
    assert found is not None
    assert (found.original, found.is_confirmed) == (ORIGINAL, True)


@pytest.mark.parametrize(
    "claim",
    [{"nri": "2026-000001"}, {"innovation": "Antrean daring"}, {"innovation": RESULT}],
)
def test_a_claim_that_names_no_other_innovation_by_its_id_ties_nothing(claim: Json) -> None:
    assert link(fold(made(2, hub=WANTER, replicates=claim))) is None


def test_a_claim_that_was_taken_back_ties_nothing() -> None:
    emptied = applied({}, unset=("replicates",), record=RESULT, hub=WANTER, index=2)
    assert link(fold(claiming(2, ORIGINAL), emptied)) is None


def test_what_is_hidden_claims_nothing_until_it_is_public_again() -> None:
    found = fold(claiming(2, ORIGINAL), replace(HIDDEN, record=RESULT))
    assert link(found) is None
    assert link(found.add(replace(PUBLIC, record=RESULT))) is not None


def test_a_merged_record_names_the_one_that_stands_for_it() -> None:
    found = link(fold(made(1), made(2), merged()))
    assert found is not None
    assert (found.merged_into, found.original, found.state) == (ORIGINAL, None, "merged")


def test_a_person_links_two_records_as_firmly_as_two_logs_do() -> None:
    found = link(fold(made(1), made(2), LINKED), ORIGINAL)
    assert found is not None
    assert (found.original, found.is_confirmed) == (RESULT, True)
