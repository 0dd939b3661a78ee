"""The judged list itself: what is measured with it is worth what the list is worth."""

from collections import Counter

from tests.support.judged import judged_pairs

PAIRS_MIN = 150
TRAPS = {
    *("external id", "typo", "abbreviation", "agency renamed", "papua split"),
    *("two cities", "near title, one owner", "near title, two owners"),
}


def test_it_is_long_enough_to_measure_with() -> None:
    assert len(judged_pairs()) >= PAIRS_MIN


def test_every_pair_is_judged_with_a_reason() -> None:
    pairs = judged_pairs()
    assert {pair.judgement for pair in pairs} == {"same", "replication", "distinct"}
    assert [pair.line for pair in pairs if not (pair.variation and pair.reason)] == []


def test_no_pair_stands_twice() -> None:
    counts = Counter(str(pair.records) for pair in judged_pairs())
    assert [pair for pair, count in counts.items() if count > 1] == []


def test_the_traps_of_the_domain_are_in_it() -> None:
    assert {pair.variation for pair in judged_pairs()} >= TRAPS
