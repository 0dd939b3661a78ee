"""How the centre's answers are read."""

from datetime import UTC, datetime

import pytest

from hubnode.sync.answers import recognised
from runtime.ports import Response, Unreachable

NOW = datetime(2026, 11, 26, 8, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [408, 429, 500, 503, 507])
@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("", 0),
        ("-7", 0),
        ("soon", 0),
        ("9" * 400, 999_999_999),
        ("Thu, 26 Nov 2026 08:01:30 GMT", 90),
        ("Thu, 26 Nov 2026 07:01:30 GMT", 0),
        ("Thu, 26 Nov 2026 08:01:30 -0000", 0),
    ],
)
def test_a_centre_in_trouble_says_for_how_long(
    status: int, retry_after: str, seconds: float
) -> None:
    headers = {"jipp-protocol": "1", "retry-after": retry_after}
    with pytest.raises(Unreachable) as caught:
        recognised(Response(status=status, headers=headers, body=b""), now=NOW)
    assert caught.value.retry_after_s == seconds


def test_a_page_of_somebody_else_says_nothing() -> None:
    headers = {"content-type": "text/html", "retry-after": "7"}
    with pytest.raises(Unreachable) as caught:
        recognised(Response(status=503, headers=headers, body=b""), now=NOW)
    assert caught.value.retry_after_s == 0
