"""The text of an alert in two languages, and what a small channel takes of it."""

from runtime.alerts.message import TEST, Message, in_both, in_indonesian


def message(indonesian: str) -> Message:
    return Message(event=TEST, subject="s", text=in_both(indonesian, "english"), body={})


def test_a_chat_gets_the_first_language_only() -> None:
    assert in_indonesian(message("satu\ndua"), characters_max=100) == "satu\ndua"


def test_what_is_too_long_ends_after_a_whole_line_and_says_so() -> None:
    assert in_indonesian(message("satu\ndua\ntiga"), characters_max=11) == "satu\ndua\n…"
    assert len(in_indonesian(message("satu\n" * 900), characters_max=4_000)) <= 4_000
