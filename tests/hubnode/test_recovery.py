"""The recovery table: which case a situation is, and what a run may then do."""

import pytest

from hubnode.recovery import RULES, Act, Situation, diagnose


def situation(
    *, own: int = 10, centre: int = 10, agree: bool | None = True, met: bool = True
) -> Situation:
    return Situation(own_size=own, centre_size=centre, roots_agree=agree, mark_met=met)


@pytest.mark.parametrize(
    ("found", "case", "act"),
    [
        (situation(), "A", Act.PUSH),
        (situation(centre=4), "A", Act.PUSH),
        (situation(own=0, centre=0), "A", Act.PUSH),
        (situation(centre=12, agree=None), "B", Act.COMPARE),
        (situation(centre=12), "B", Act.FETCH),
        (situation(own=0, centre=12), "D", Act.FETCH),
        (situation(agree=False), "C", Act.STOP),
        (situation(centre=12, agree=False), "C", Act.STOP),
        (situation(met=False), "H", Act.STOP),
    ],
)
def test_each_situation_is_one_case(found: Situation, case: str, act: Act) -> None:
    rule = diagnose(found)
    assert (rule.case, rule.act) == (case, act)


def test_what_the_centre_has_comes_home_before_a_mark_ahead_stops_anything() -> None:
    assert diagnose(situation(centre=12, met=False)).act is Act.FETCH


def test_two_histories_stop_even_where_something_could_be_fetched() -> None:
    assert diagnose(situation(centre=12, agree=False, met=False)).case == "C"


def test_every_rule_has_a_code_of_its_own_and_both_sentences() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.id and rule.en for rule in RULES)
