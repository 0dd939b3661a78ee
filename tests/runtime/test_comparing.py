"""Innovations side by side: which rows there are, and where they differ."""

from collections.abc import Sequence

from protocol.canonical import Json
from runtime.pages.comparing import Row, labels_of, only_different, side_by_side
from runtime.pages.field_words import Reader

INDONESIAN = Reader("id", str)


def rows(*records: dict[str, Json]) -> dict[str, Row]:
    return {row.label: row for part in side_by_side(records, INDONESIAN) for row in part.rows}


def texts(row: Row) -> Sequence[str]:
    return [it.text if it else "" for it in row.values]


def test_choices_that_differ_are_told_from_those_that_are_the_same() -> None:
    found = rows({"stage": "inisiatif", "region": "51"}, {"stage": "penerapan", "region": "51"})
    assert found["Tahapan"].relation == "differs"
    assert found["Wilayah"].relation == "same"


def test_who_says_nothing_does_not_differ() -> None:
    found = rows({"stage": "inisiatif"}, {}, {"stage": "inisiatif"})
    assert found["Tahapan"].relation == "apart"


def test_two_full_records_are_not_marked_all_over() -> None:
    texts = ("summary", "background", "objective", "novelty", "implementation", "impact")
    one: dict[str, Json] = {"stage": "inisiatif", **dict.fromkeys(texts, "Warga antre di rumah.")}
    two: dict[str, Json] = {"stage": "penerapan", **dict.fromkeys(texts, "Pasar yang bersih.")}
    parts = side_by_side([one, two], INDONESIAN)
    assert labels_of(parts, "differs") == ["Tahapan"]


def test_a_text_that_is_nearly_the_other_has_its_own_words_marked() -> None:
    text = "Warga mengambil nomor antrean dari rumah sebelum datang."
    found = rows({"summary": text}, {"summary": text.replace("rumah", "kantor")})["Ringkasan"]
    assert found.relation == "similar"
    assert [[it.text for it in side if it.is_own] for side in found.words] == [
        ["rumah "],
        ["kantor "],
    ]


def test_what_all_say_is_left_out_where_only_differences_are_asked_for() -> None:
    one: dict[str, Json] = {"stage": "inisiatif", "category": "Kesehatan", "novelty": "Baru."}
    two: dict[str, Json] = {"stage": "penerapan", "category": "Kesehatan", "novelty": "Baru."}
    parts = only_different(side_by_side([one, two], INDONESIAN))
    assert [[row.label for row in part.rows] for part in parts] == [["Tahapan"]]


def test_before_and_after_are_a_line_with_their_change() -> None:
    figures: Json = [
        {"indicator": "Waktu tunggu", "before": "120", "after": "15", "unit": "menit"},
        {"indicator": "Pendaftar", "before": "0", "after": "40"},
        {"indicator": "Keluhan", "after": "2"},
    ]
    found = rows({"comparisons": figures}, {"stage": "penerapan"})
    assert texts(found["Pembandingan sebelum-sesudah"]) == [
        "Waktu tunggu: 120 → 15 menit (-87,5 %)\nPendaftar: 0 → 40\nKeluhan: ? → 2",
        "",
    ]


def test_every_field_has_a_row_somewhere_and_only_one() -> None:
    record: dict[str, Json] = {"budget": 5, "novelty": "Baru.", "summary": "Ringkas."}
    labels = [row.label for part in side_by_side([record, {}], INDONESIAN) for row in part.rows]
    assert sorted(labels) == ["Anggaran", "Kebaruan / nilai tambah", "Ringkasan"]


def test_a_part_about_which_nobody_says_anything_is_left_out() -> None:
    assert [it.title for it in side_by_side([{"stage": "inisiatif"}, {}], INDONESIAN)] == [
        "Pokok inovasi"
    ]
