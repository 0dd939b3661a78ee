"""Names of logs: what an epoch is, and where an entry of an earlier one stands now."""

import pytest

from protocol.names import centre_author, epoch_of, standing_origin

PRESENT = "jippnas.test/national/3"


@pytest.mark.parametrize(
    ("origin", "epoch"),
    [
        ("jippnas.test/national/1", 1),
        ("jippnas.test/national/12", 12),
        ("jippnas.test/national/0", None),
        ("jippnas.test/national/01", None),
        ("jippnas.test/national/", None),
        ("lain.test/national/1", None),
        ("jippnas.test/hub/51/1", None),
        ("1", None),
    ],
)
def test_a_national_log_of_this_authority_has_an_epoch(origin: str, epoch: int | None) -> None:
    assert epoch_of(origin, "jippnas.test") == epoch


def test_an_entry_of_an_earlier_epoch_stands_in_the_present_log() -> None:
    assert standing_origin("jippnas.test/national/1", PRESENT) == PRESENT


@pytest.mark.parametrize("origin", ["jippnas.test/hub/51/1", "lain.test/national/1"])
def test_an_entry_of_another_log_stands_where_it_stood(origin: str) -> None:
    assert standing_origin(origin, PRESENT) == origin


def test_the_centre_is_one_author_in_all_epochs() -> None:
    assert centre_author(PRESENT) == "jippnas.test/national/1"
