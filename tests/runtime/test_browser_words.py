"""A list of sessions names browsers as people do."""

import pytest

from runtime.pages.browsers import browser_words

MOZILLA = "Mozilla/5.0 "
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{MOZILLA}(X11; Linux x86_64) {WEBKIT}Chrome/156.0 Safari/537.36", "Chrome di Linux"),
        (f"{MOZILLA}(Windows NT 10.0) {WEBKIT}Chrome/1 Safari/5 Edg/1", "Edge di Windows"),
        (f"{MOZILLA}(Linux; Android 14) {WEBKIT}Chrome/1 Mobile Safari/5", "Chrome di Android"),
        (f"{MOZILLA}(iPhone; like Mac OS X) {WEBKIT}Version/17 Safari/6", "Safari di iPhone"),
        (f"{MOZILLA}(Macintosh; Intel Mac OS X) Gecko/2 Firefox/130", "Firefox di macOS"),
        ("curl/8.5.0", "Program curl"),
        ("", "Tidak dikenal"),
    ],
)
def test_a_browser_is_called_by_its_name_and_its_system(agent: str, words: str) -> None:
    assert browser_words(agent, str) == words
