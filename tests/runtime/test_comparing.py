"""Innovations side by side: which rows there are, and where they differ."""

from collections.abc import Sequence

from protocol.canonical import Json
from runtime.pages.comparing import Row, side_by_side
from runtime.pages.field_words import Reader

INDONESIAN = Reader("id", str)


def rows(*records: dict[str, Json]) -> dict[str, Row]:
    return {row.label: row for part in side_by_side(records, INDONESIAN) for row in part.rows}


def texts(row: Row) -> Sequence[str]:
    return [it.text if it else "" for it in row.values]


def test_a_row_differs_where_two_say_different_things() -> None:
    found = rows({"stage": "inisiatif", "region": "51"}, {"stage": "penerapan", "region": "51"})
    assert found["Tahapan"].differs
    assert not found["Wilayah"].differs


def test_who_says_nothing_does_not_differ() -> None:
    found = rows({"stage": "inisiatif"}, {}, {"stage": "inisiatif"})
    assert not found["Tahapan"].differs


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
    assert [it.title for it in side_by_side([{"stage": "inisiatif"}, {}], INDONESIAN)] == ["Pokok"]
