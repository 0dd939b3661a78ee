"""In what innovations are alike, in the reader's language."""

import pytest

from protocol.canonical import Json
from protocol.look_alikes import Likeness, likeness
from runtime.pages.field_words import Reader
from runtime.pages.finding_words import error_sentence
from runtime.pages.likeness_words import told_likeness
from runtime.pages.translating import translations
from tests.support.entries import HUB, MINIMAL, record_id
from tests.support.reconciling import existing

ORIGINAL = record_id(1)
TEXT = " ".join(f"kata{number}" for number in range(60))
NUMBER: Json = [{"system": "sinovik", "value": "2019/51-7"}]


def found(**both: Json) -> Likeness:
    """Between hub 52's record and what another hub would publish, both with these fields."""
    record: dict[str, Json] = {"id": record_id(2), "hub": HUB, **MINIMAL, **both}
    it = likeness(record, existing("52", **both))
    assert it is not None
    return it


def reader(language: str) -> Reader:
    return Reader(language, translations("central.web", language).gettext)


@pytest.mark.parametrize(
    ("both", "indonesian", "english"),
    [
        (
            {"background": TEXT},
            "judul, dan 100 % uraian",
            "the title, and 100 % of the descriptions",
        ),
        (
            {"external_ids": NUMBER},
            "nomor luar sinovik 2019517",
            "the external number sinovik 2019517",
        ),
    ],
)
def test_what_they_share_is_said_in_the_readers_language(
    both: dict[str, Json], indonesian: str, english: str
) -> None:
    it = found(**both)
    for language, said in (("id", indonesian), ("en", english)):
        told = told_likeness(reader(language).say, it.code, it.message)
        assert told is not None
        assert (told.record, told.hub, told.shared) == (ORIGINAL, "52", said)


def test_the_whole_sentence_is_translated_and_its_source_stays() -> None:
    it = found(background=TEXT)
    assert error_sentence(reader("id"), it.code, it.message) == it.message
    assert error_sentence(reader("en"), it.code, it.message) == (
        f"The same as innovation {ORIGINAL} of hub 52: the title, and 100 % of the descriptions."
    )


@pytest.mark.parametrize("message", ["", "Sama dengan yang lain.", "Sama dengan inovasi x"])
def test_a_sentence_that_nobody_here_wrote_tells_nothing_and_is_shown_as_it_is(
    message: str,
) -> None:
    assert told_likeness(str, "same_text", message) is None
    assert error_sentence(reader("en"), "same_text", message) == message
