"""A cell's text becomes a value in the form that was asked for, or a named fault; never a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubnode.imports.values import FORMS, RowFault, conversion
from protocol.canonical import Json, encode_entry

ITS_WORDS: dict[str, dict[str, object]] = {"choice": {"of": "stage"}}
"""Words that a form cannot do without."""


def convert(text: str, **words: object) -> Json:
    return conversion(dict(words))(text)


def fault(text: str, **words: object) -> str:
    with pytest.raises(RowFault) as raised:
        convert(text, **words)
    return raised.value.code


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("text", "dua\r\nbaris", "dua\nbaris"),
        ("integer", "1250", 1250),
        ("integer", "-3", -3),
        ("integers", "16; 3,3", [3, 16]),
        ("integers", "[3, 16]", [3, 16]),
        ("year", "2021", "2021"),
        ("year", "2021-05-31", "2021"),
        ("year", "1821", "1821"),
        ("date", "2121", "2121"),
        ("year", "2021-05-31 00:00:00", "2021"),
        ("date", "2021-05-31", "2021-05-31"),
        ("date", "2021", "2021"),
        ("split", "a; b ;;c", ["a", "b", "c"]),
        ("yes_no", "Ya", True),
        ("yes_no", "tidak", False),
        ("region", "51.71", "51.71"),
        ("json", '{"a": [1]}', {"a": [1]}),
    ],
)
def test_a_text_takes_the_form_that_was_asked_for(form: str, text: str, value: Json) -> None:
    assert convert(text, **{"as": form}) == value


@pytest.mark.parametrize(
    ("form", "text", "code"),
    [
        ("integer", "1.250", "bad_format"),
        ("integer", "12 orang", "bad_format"),
        ("integer", "1" * 16, "bad_format"),
        ("integer", "\u0661", "bad_format"),
        ("integers", "3;tiga", "bad_format"),
        ("year", "21", "bad_format"),
        ("year", "Mei 2021", "bad_format"),
        ("date", "2021-02-30", "bad_format"),
        ("yes_no", "mungkin", "bad_format"),
        ("region", "99.99", "unknown_region"),
        ("json", "{", "bad_format"),
    ],
)
def test_a_text_that_does_not_have_the_form_is_a_fault(form: str, text: str, code: str) -> None:
    assert fault(text, **{"as": form}) == code


@pytest.mark.parametrize("form", sorted(FORMS))
def test_an_empty_text_is_no_value_in_any_form(form: str) -> None:
    assert convert("", **{"as": form}, **ITS_WORDS.get(form, {})) is None


def test_groups_of_thousands_are_read_only_where_their_sign_is_named() -> None:
    assert convert("1.250.000", **{"as": "integer"}, thousands=".") == 1_250_000
    assert fault("1.25", **{"as": "integer"}, thousands=".") == "bad_format"


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("DD/MM/YYYY", "31/05/2021", "2021-05-31"),
        ("D MMMM YYYY".replace("D ", "DD "), "5 Mei 2021", "2021-05-05"),
        ("DD-MM-YYYY", "31-05-2021 00:00:00", "2021-05-31"),
    ],
)
def test_a_date_is_read_as_the_mapping_writes_it(form: str, text: str, value: str) -> None:
    assert convert(text, **{"as": "date"}, format=form) == value


@pytest.mark.parametrize("text", ["uji_coba", "Uji coba", "UJI COBA"])
def test_a_choice_is_written_as_its_word_or_its_code(text: str) -> None:
    assert convert(text, **{"as": "choice"}, of="stage") == "uji_coba"


def test_what_is_no_choice_is_refused_with_the_words_that_there_are() -> None:
    with pytest.raises(RowFault, match="Pilih salah satu: Inisiatif, Uji coba, Penerapan") as found:
        convert("entah", **{"as": "choice"}, of="stage")
    assert found.value.code == "not_allowed"


def test_a_format_is_the_only_way_to_write_a_date_where_there_is_one() -> None:
    assert fault("31/05/2021", **{"as": "date"}, format="YYYY-MM-DD") == "bad_format"
    assert fault("17 Agustus 2023", **{"as": "date"}, format="DD/MM/YYYY") == "bad_format"


def test_a_month_that_does_not_exist_is_a_fault() -> None:
    assert fault("5 Mayo 2021", **{"as": "date"}, format="DD MMMM YYYY") == "bad_format"


def test_a_table_of_values_says_what_a_text_stands_for() -> None:
    words = {"values": {"Kota": "kota"}, "starts": {"Kab": "kabupaten"}, "contains": {"prov": "p"}}
    assert convert("Kota", **words) == "kota"
    assert convert("KABUPATEN Badung", **words) == "kabupaten"
    assert convert("Pem. Provinsi Bali", **words) == "p"
    assert fault("Desa", **words) == "value_unmapped"
    assert convert("Desa", **words, otherwise="lainnya") == "lainnya"


def test_the_first_word_alone_may_count() -> None:
    assert convert("Kota Denpasar", first_word=True, values={"Kota": "kota"}) == "kota"


@pytest.mark.parametrize(
    "words",
    [
        {"as": "bilangan"},
        {"as": "date", "format": "YY"},
        {"as": "choice"},
        {"as": "choice", "of": "title"},
        {"as": "split", "separator": ""},
        {"values": {"a": 1.5}},
    ],
)
def test_words_that_are_not_understood_are_refused_when_the_mapping_is_read(
    words: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        conversion(dict(words))


@given(text=st.text(max_size=40), form=st.sampled_from(sorted(FORMS)))
def test_whatever_the_text_the_result_is_json_or_a_fault(text: str, form: str) -> None:
    try:
        value = convert(text, **{"as": form}, **ITS_WORDS.get(form, {}))
    except RowFault as found:
        assert found.code in {"bad_format", "not_allowed", "unknown_region"}  # noqa: PT017  # either is right
        return
    if form not in {"text", "split", "json"}:  # those keep what an entry may not hold
        encode_entry({"value": value})


@pytest.mark.parametrize(
    "text", ["Rp150.000.000", "Rp 150.000.000", "Rp. 150.000.000", "150000000"]
)
def test_a_currency_may_stand_before_a_number_where_it_is_named(text: str) -> None:
    words = {"as": "integer", "thousands": ".", "currency": "Rp"}
    assert convert(text, **words) == 150_000_000
    assert fault("USD 5", **words) == "bad_format"
