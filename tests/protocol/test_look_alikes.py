"""Look-alikes: which new record is a near copy of another hub's, and which honestly is not."""

from dataclasses import replace

import pytest

from protocol.canonical import Json
from protocol.entries.changes import encode_change
from protocol.entries.decisions import ChangeApplied, ChangeReleased
from protocol.facts import NUMBER
from protocol.look_alikes import EQUAL_PERCENT_MIN, equal_percent, keys_of, likeness
from protocol.reconcile import prepare, release
from protocol.record_state import RecordState
from tests.support.entries import HUB, MINIMAL, attest, put, record_id
from tests.support.reconciling import (
    DECIDED_AT,
    DECIDED_SALT,
    decide,
    existing,
    held,
    known,
)

ORIGINAL = record_id(1)
WORDS = [f"kata{number}" for number in range(60)]
TEXT = " ".join(WORDS)
NUMBER_51: Json = [{"system": "sinovik", "value": "2019/51-7"}]
DESCRIBED: dict[str, Json] = {**MINIMAL, "background": TEXT}


def original(**more: Json) -> RecordState:
    """Hub 52's record."""
    return existing("52", **more)


def copy(**more: Json) -> dict[str, Json]:
    """What hub 51 would publish."""
    return {"id": record_id(2), "hub": HUB, **MINIMAL, **more}


def code(record: dict[str, Json], other: RecordState) -> str | None:
    found = likeness(record, other)
    return found.code if found else None


def test_the_same_title_and_text_is_a_copy() -> None:
    assert code(copy(background=TEXT), original(background=TEXT)) == "same_text"


def test_case_signs_and_accents_make_no_other_text() -> None:
    written = copy(
        title="LAYANAN Jemput-Bola: administrasi kependudukan!", background=TEXT.upper() + "."
    )
    assert code(written, original(background=TEXT)) == "same_text"


def test_a_copy_with_a_word_here_and_there_changed_is_a_copy() -> None:
    changed = [*WORDS[:20], "lain", *WORDS[21:40], "lain", *WORDS[41:]]
    assert code(copy(background=" ".join(changed)), original(background=TEXT)) == "same_text"


def test_the_same_words_in_another_order_are_another_text() -> None:
    shuffled = " ".join(WORDS[::2] + WORDS[1::2])
    assert code(copy(background=shuffled), original(background=TEXT)) is None


def test_the_same_title_in_other_words_is_a_replication_that_nobody_holds() -> None:
    own = " ".join(f"sendiri{number}" for number in range(60))
    assert code(copy(background=own), original(background=TEXT)) is None


def test_the_same_text_under_another_title_is_no_copy() -> None:
    record = copy(title="Antrean daring puskesmas", background=TEXT)
    assert code(record, original(background=TEXT)) is None


def test_a_title_alone_decides_nothing() -> None:
    assert code(copy(), original()) is None


def test_a_phrase_that_two_may_choose_decides_nothing() -> None:
    phrase = "Pelayanan yang cepat, mudah dan murah"
    assert code(copy(summary=phrase), original(summary=phrase)) is None


def test_a_text_that_only_one_of_them_has_is_not_compared() -> None:
    record = copy(background=TEXT, impact="Antrean turun " * 60)
    assert code(record, original(background=TEXT)) == "same_text"


def test_a_text_that_goes_on_where_the_other_ends_is_another() -> None:
    longer = TEXT + " " + " ".join(f"baru{number}" for number in range(30))
    assert equal_percent({"background": longer}, {"background": TEXT}) < EQUAL_PERCENT_MIN


def test_the_same_number_of_a_named_system_is_enough() -> None:
    record = copy(title="Judul lain sama sekali", external_ids=NUMBER_51)
    written_otherwise: Json = [{"system": "sinovik", "value": "2019 51 7"}]
    assert code(record, original(external_ids=written_otherwise)) == "same_number"


def test_a_number_of_an_unnamed_system_says_nothing() -> None:
    number: Json = [{"system": "other", "value": "7"}]
    assert code(copy(external_ids=number), original(external_ids=number)) is None


@pytest.mark.parametrize(
    "origin", [{"innovation": ORIGINAL}, {"nri": "2026-000001"}, {"nri": "77"}]
)
def test_who_names_the_original_replicates_it(origin: dict[str, Json]) -> None:
    numbered = original(background=TEXT, external_ids=[{"system": "nri", "value": "77"}])
    numbered = replace(numbered, facts={NUMBER: "2026-000001"})
    assert code(copy(background=TEXT, replicates=origin), numbered) is None


def test_who_names_another_one_does_not() -> None:
    record = copy(background=TEXT, replicates={"innovation": record_id(9)})
    assert code(record, original(background=TEXT)) == "same_text"


def test_an_original_that_comes_after_its_replication_is_no_copy() -> None:
    replication = original(background=TEXT, replicates={"innovation": record_id(2)})
    assert code(copy(background=TEXT), replication) is None


def test_two_that_are_alike_share_a_key() -> None:
    by_title = {*keys_of(copy())} & {*keys_of({"title": str(MINIMAL["title"]).upper()})}
    by_number = {*keys_of(copy(external_ids=NUMBER_51))} & {
        *keys_of({"title": "Lain", "external_ids": NUMBER_51})
    }
    assert (len(by_title), len(by_number)) == (1, 1)


def test_a_record_without_a_title_is_found_by_nothing() -> None:
    assert keys_of({"title": "…"}) == keys_of({}) == ()


def test_a_copy_is_held_and_says_of_what() -> None:
    knowledge = replace(known(), alike=[original(background=TEXT)])
    decision = held(put(DESCRIBED, record=record_id(2)), knowledge)
    assert decision.code == "look_alike"
    assert list(decision.errors) == [
        {
            "pointer": "/title",
            "code": "same_text",
            "message": f"Sama dengan inovasi {ORIGINAL} milik hub 52: judul, dan 100 % uraian.",
        }
    ]


def test_an_amendment_is_never_a_look_alike() -> None:
    knowledge = replace(known(existing()), alike=[original(background=TEXT)])
    assert isinstance(decide(put({"background": TEXT}), knowledge), ChangeApplied)
    assert isinstance(decide(attest(), knowledge), ChangeApplied)


def test_a_person_may_let_a_look_alike_count() -> None:
    knowledge = replace(known(), alike=[original(background=TEXT)])
    prepared = prepare(encode_change(put(DESCRIBED, record=record_id(2))))
    ruling = release(
        knowledge,
        prepared,
        index=2,
        at=DECIDED_AT,
        salt=DECIDED_SALT,
        by="rina",
        agency="panrb",
    )
    assert isinstance(ruling, ChangeReleased)
