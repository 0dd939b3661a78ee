"""A mistyped name is answered with the one that was meant, or with nothing."""

from protocol.nearest import nearest

NAMES = ("title", "summary", "sdgs")


def test_a_name_with_a_letter_wrong_brings_the_one_that_was_meant() -> None:
    assert nearest("sumary", NAMES) == "; did you mean summary?"


def test_a_name_like_no_other_brings_no_hint() -> None:
    assert nearest("warna", NAMES) == ""


def test_what_all_names_begin_with_makes_none_like_another() -> None:
    known = ["SHOP_PORT", "SHOP_NAME"]
    assert nearest("SHOP_PROT", known, prefix="SHOP_") == "; did you mean SHOP_PORT?"
    assert nearest("SHOP_ZZZ", known, prefix="SHOP_") == ""
