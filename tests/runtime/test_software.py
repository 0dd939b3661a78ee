"""Which of two programs is older."""

import pytest

from runtime.software import SOFTWARE, is_older


@pytest.mark.parametrize(
    ("software", "than", "expected"),
    [
        ("jipp/0.9", "jipp/1.0", True),
        ("jipp/1.0", "jipp/1.0", False),
        ("jipp/1", "jipp/1.0.0", False),
        ("jipp/1.10", "jipp/1.9", False),
        ("jipp/1.9", "jipp/1.10", True),
        ("fork/0.1", "jipp/1.0", False),
        ("", "jipp/1.0", False),
        ("jipp/0.9rc1", "jipp/1.0", False),
        ("jipp/0.9", "jipp/x", False),
    ],
)
def test_an_older_release_of_the_same_program_is_older(
    software: str, than: str, *, expected: bool
) -> None:
    assert is_older(software, than) is expected


def test_this_program_is_not_older_than_itself() -> None:
    assert not is_older(SOFTWARE)
