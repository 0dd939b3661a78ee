"""What two records are to one another: suggestion, score and reasons."""

from typing import Any

import pytest

from protocol.canonical import Json
from protocol.matching.candidates import compare
from protocol.matching.features import Features, decode_features, encode_features, features_of
from protocol.matching.keys import keys_of
from protocol.matching.reasons import SENTENCES

SURAKARTA: Json = {"name": "Kota Surakarta", "kind": "kota"}
DENPASAR: Json = {"name": "Kota Denpasar", "kind": "kota"}
TITLE = "Kota Layak Anak"


def record(number: int, title: str = TITLE, agency: Json = SURAKARTA, **more: Json) -> Features:
    return features_of(str(number), {"title": title, "agency": agency, **more})


def suggestion(first: Features, second: Features) -> str | None:
    found = compare(first, second)
    assert found is not None
    return found.suggestion


def codes(first: Features, second: Features) -> list[str]:
    found = compare(first, second)
    return [it.code for it in found.reasons] if found else []


def numbered(system: str, value: str) -> dict[str, Any]:
    return {"external_ids": [{"system": system, "value": value}]}


def test_one_title_of_one_owner_is_the_same() -> None:
    assert suggestion(record(1), record(2, "KOTA LAYAK ANAK")) == "same"


def test_one_title_of_two_owners_is_a_replication() -> None:
    assert suggestion(record(1), record(2, agency=DENPASAR)) == "replication"


def test_an_external_number_is_the_same_whatever_the_titles_say() -> None:
    first = record(1, **numbered("nri", "N-12/A"))
    second = record(2, "Antrean Daring", DENPASAR, **numbered("nri", "n 12 a"))
    assert suggestion(first, second) == "same"
    assert codes(first, second)[0] == "same_number"


def test_a_number_of_an_unnamed_system_says_nothing() -> None:
    first = record(1, **numbered("other", "12"))
    assert compare(first, record(2, "Antrean Daring", DENPASAR, **numbered("other", "12"))) is None


def test_a_similar_title_of_one_owner_is_listed_without_a_suggestion() -> None:
    first = record(1, "Penanganan Pengemis dan Pengamen dengan Pendekatan Kemanusiaan")
    second = record(2, "Penanganan Gelandangan dan Pengamen dengan Pendekatan Kemanusiaan")
    assert suggestion(first, second) is None


def test_a_similar_title_of_two_owners_is_nothing() -> None:
    assert compare(record(1, "Program Sumikolah"), record(2, "Program Basekolah", DENPASAR)) is None


def test_a_new_title_of_one_unit_in_one_year_is_listed() -> None:
    more: dict[str, Any] = {"service_unit": "UPT Penanggulangan Kemiskinan", "started": "2012"}
    first = record(1, "One Stop Service Penanggulangan Kemiskinan", **more)
    second = record(2, "Pelayanan Terpadu Penanggulangan Kemiskinan", **more)
    assert codes(first, second)[1:] == ["same_owner", "same_unit", "same_year"]


@pytest.mark.parametrize("origin", [{"innovation": "1"}, {"nri": "n 7"}])
def test_a_declared_replication_is_not_asked_about(origin: dict[str, Any]) -> None:
    replica = record(2, agency=DENPASAR, replicates=origin)
    assert compare(record(1, **numbered("nri", "N-7")), replica) is None


def test_a_record_is_no_candidate_of_itself() -> None:
    assert compare(record(1), record(1)) is None


def test_nearer_years_score_higher() -> None:
    scores = []
    for year in ("2010", "2011", "2020"):
        found = compare(record(1, started="2010"), record(2, started=year))
        assert found is not None
        scores.append(found.score)
    assert scores == sorted(set(scores), reverse=True)


def test_the_lesser_id_comes_first() -> None:
    found = compare(record(2), record(1))
    assert found is not None
    assert (found.a, found.b) == ("1", "2")


def test_reasons_are_words_in_both_languages() -> None:
    found = compare(record(1, started="2010"), record(2, started="2011"))
    assert found is not None
    assert [it.id for it in found.reasons] == [
        "Judul sama.",
        "Instansi sama.",
        "Tahun mulai berselisih satu: 2010 dan 2011.",
    ]
    assert found.reasons[0].en == "The same title."


def test_every_sentence_stands_in_both_languages() -> None:
    assert all(len({*sentences}) == 2 and all(sentences) for sentences in SENTENCES.values())


def test_features_are_the_same_after_a_stay_in_a_database() -> None:
    features = record(1, "SIAP: Sistem Aplikasi (2014)", started="2014", **numbered("nri", "7"))
    assert decode_features(encode_features(features)) == features


def test_titles_that_differ_by_a_word_share_a_key_also_of_two_owners() -> None:
    first = record(1, "Kelas Ibu Hamil Sehat")
    assert set(keys_of(first)) & set(keys_of(record(2, "Kelas Ibu Hamil", DENPASAR)))


def test_titles_that_have_nothing_in_common_share_no_key() -> None:
    assert not set(keys_of(record(1))) & set(keys_of(record(2, "Antrean Daring Puskesmas")))
