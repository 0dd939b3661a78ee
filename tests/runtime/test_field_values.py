"""What an innovation says, as people read it."""

import pytest

from protocol.canonical import Json
from runtime.pages.field_values import change_of, groups_of
from runtime.pages.field_words import Reader

INDONESIAN = Reader("id", str)
ENGLISH = Reader("en", str)


def rows(reader: Reader, **fields: Json) -> list[list[str]]:
    """The cells of the only field that is given."""
    [group] = groups_of(fields, reader)
    [shown] = group.fields
    return [[cell.text for cell in row] for row in shown.rows]


def test_a_choice_reads_in_the_readers_language() -> None:
    assert rows(INDONESIAN, stage="uji_coba") == [["Uji coba"]]
    assert rows(ENGLISH, stage="uji_coba") == [["Trial"]]


def test_codes_are_said_by_name() -> None:
    assert rows(INDONESIAN, region="51.71") == [["Kota Denpasar (51.71)"]]
    assert rows(INDONESIAN, sdgs=[3]) == [["3 Kehidupan Sehat dan Sejahtera"]]


def test_a_day_reads_as_people_write_it() -> None:
    assert rows(INDONESIAN, started="2026-07-09") == [["9 Juli 2026"]]
    assert rows(ENGLISH, started="2026-07-09") == [["9 July 2026"]]
    assert rows(INDONESIAN, started="2026") == [["2026"]]


def test_a_list_of_objects_is_a_table_of_what_is_there() -> None:
    award: Json = {"scheme": "Top 45", "year": 2021}
    [group] = groups_of({"awards": [award]}, INDONESIAN)
    [shown] = group.fields
    assert (shown.kind, list(shown.columns)) == ("table", ["Penghargaan", "Tahun"])


def test_a_comparison_says_by_how_much_it_changed() -> None:
    row: Json = {"group": "outcome", "indicator": "Waktu tunggu", "before": "120", "after": "15"}
    assert rows(INDONESIAN, comparisons=[row])[0][-1] == "-87,5 %"


def test_columns_of_numbers_are_known_and_those_with_a_word_among_them_are_none() -> None:
    rows: Json = [
        {"indicator": "Waktu tunggu", "before": "120", "after": "1.200,5"},
        {"indicator": "Keluhan", "before": "banyak", "after": ""},
    ]
    [group] = groups_of({"comparisons": rows}, INDONESIAN)
    [shown] = group.fields
    named = dict(enumerate(shown.columns))
    assert [named[it] for it in sorted(shown.number_columns)] == ["Sesudah", "Perubahan"]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [("0", "5", ""), ("banyak", "5", ""), (None, "5", ""), ("1.200", "600,5", "-50,0 %")],
)
def test_a_change_that_cannot_be_computed_is_empty(before: Json, after: Json, change: str) -> None:
    assert change_of({"before": before, "after": after}, INDONESIAN) == change


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [("58", "95", "+37 poin"), ("0", "12,5", "+12,5 poin"), ("40", "banyak", "")],
)
@pytest.mark.parametrize("unit", ["persen", "%", " Persen"])
def test_what_counts_per_cent_changes_by_points(
    before: str, after: str, change: str, unit: str
) -> None:
    assert change_of({"before": before, "after": after, "unit": unit}, INDONESIAN) == change


def test_points_are_written_as_the_readers_language_writes_numbers() -> None:
    figure: dict[str, Json] = {"before": "0", "after": "12,50", "unit": "persen"}
    assert change_of(figure, ENGLISH) == "+12.5 poin"


def test_a_column_of_changes_holds_numbers_by_per_cent_and_by_points() -> None:
    rows: Json = [
        {"indicator": "Waktu tunggu", "before": "120", "after": "60", "unit": "menit"},
        {"indicator": "Akta", "before": "58", "after": "95", "unit": "persen"},
    ]
    [group] = groups_of({"comparisons": rows}, INDONESIAN)
    [shown] = group.fields
    assert [shown.columns[it] for it in sorted(shown.number_columns)][-1] == "Perubahan"


def test_empty_fields_and_groups_are_left_out() -> None:
    assert groups_of({"summary": "", "awards": [], "id": "x", "hub": "51"}, INDONESIAN) == []
