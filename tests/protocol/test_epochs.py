"""The opening of an epoch: it stands where it says, and carries over what it says."""

from dataclasses import replace

import pytest

from protocol.entries.epoch import EpochOpened
from protocol.epochs import check_opening, next_epoch
from protocol.errors import EpochRefused
from protocol.merkle import Tree
from tests.support.entries import AT, SALT

AUTHORITY = "jippnas.test"
CARRIED = Tree(3, b"r" * 32)
OPENING = EpochOpened(
    salt=SALT,
    at=AT,
    epoch=2,
    origin="jippnas.test/national/1",
    size=3,
    root=CARRIED.root.hex(),
    known_size=5,
    known_root="ff" * 32,
    reason="Disk rusak",
    by="rina",
    second_by="budi",
    agency="panrb",
)


def test_an_opening_that_names_the_tree_before_it_is_accepted() -> None:
    check_opening(OPENING, authority=AUTHORITY, epoch=2, carried=CARRIED)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(OPENING, epoch=3),
        replace(OPENING, origin="jippnas.test/national/2"),
        replace(OPENING, origin="lain.test/national/1"),
        replace(OPENING, size=4),
        replace(OPENING, root="00" * 32),
    ],
)
def test_any_other_opening_is_refused(wrong: EpochOpened) -> None:
    with pytest.raises(EpochRefused):
        check_opening(wrong, authority=AUTHORITY, epoch=2, carried=CARRIED)


def test_the_epoch_after_a_log_is_one_more() -> None:
    assert next_epoch("jippnas.test/national/4", AUTHORITY) == 5


def test_a_hubs_log_has_no_next_epoch() -> None:
    with pytest.raises(EpochRefused):
        next_epoch("jippnas.test/hub/51/1", AUTHORITY)
