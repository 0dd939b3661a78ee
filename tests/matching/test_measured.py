"""How good the rules are, measured with the judged list; `pytest -s` prints the numbers."""

from collections import Counter

import pytest

from protocol.matching.candidates import Candidate, compare
from protocol.matching.features import Features, features_of
from protocol.matching.keys import keys_of
from tests.support.judged import Judged, judged_pairs

RECALL_MIN = 0.95
PAIRS = judged_pairs()


def features(pair: Judged) -> tuple[Features, Features]:
    first, second = pair.records
    return features_of(f"{pair.line}a", first), features_of(f"{pair.line}b", second)


def suggested(pair: Judged) -> str:
    """What is suggested: same, replication, none; absent where a search would not find it."""
    found = found_candidate(pair)
    return (found.suggestion or "none") if found else "absent"


def found_candidate(pair: Judged) -> Candidate | None:
    first, second = features(pair)
    is_found = not set(keys_of(first)).isdisjoint(keys_of(second))
    return compare(first, second) if is_found else None


@pytest.fixture(scope="module")
def counts() -> Counter[tuple[str, str]]:
    """Pairs by what a person says and what is suggested."""
    return Counter((pair.judgement, suggested(pair)) for pair in PAIRS)


def recall(counts: Counter[tuple[str, str]], judgement: str, *suggestions: str) -> float:
    total = sum(count for (judged, _), count in counts.items() if judged == judgement)
    return sum(counts[judgement, it] for it in suggestions) / total


def precision(counts: Counter[tuple[str, str]], suggestion: str) -> float:
    total = sum(count for (_, it), count in counts.items() if it == suggestion)
    return counts[suggestion, suggestion] / total


def test_no_two_innovations_are_suggested_as_one() -> None:
    assert [p.line for p in PAIRS if suggested(p) == "same" and p.judgement != "same"] == []


def test_nearly_every_true_duplicate_is_suggested(counts: Counter[tuple[str, str]]) -> None:
    for suggestion in ("same", "replication"):
        print(  # noqa: T201  # the numbers are what this test is for
            f"\n{suggestion}: precision {precision(counts, suggestion):.3f}, "
            f"recall {recall(counts, suggestion, suggestion):.3f}",
            end="",
        )
    assert recall(counts, "same", "same") >= RECALL_MIN


def test_every_true_duplicate_is_put_before_a_person(counts: Counter[tuple[str, str]]) -> None:
    assert recall(counts, "same", "same", "replication", "none") == 1


def test_every_replication_of_the_list_is_suggested(counts: Counter[tuple[str, str]]) -> None:
    assert recall(counts, "replication", "replication") == 1


def test_nothing_is_suggested_where_the_titles_are_only_near(
    counts: Counter[tuple[str, str]],
) -> None:
    assert counts["distinct", "same"] + counts["distinct", "replication"] == 0


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair.line))
def test_the_order_of_the_two_does_not_matter(pair: Judged) -> None:
    first, second = features(pair)
    assert compare(first, second) == compare(second, first)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair.line))
def test_every_candidate_says_why(pair: Judged) -> None:
    found = found_candidate(pair)
    assert found is None or all(it.id and it.en for it in found.reasons)
