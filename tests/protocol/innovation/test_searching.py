import pytest

from protocol.canonical import Json
from protocol.innovation.searching import facets_of, misfit


@pytest.mark.parametrize(
    ("facet", "value"),
    [
        ("province", "51"),
        ("region", "51"),
        ("region", "51.71"),
        ("year", "2024"),
        ("stage", "penerapan"),
        ("innovation_type", "digital"),
        ("agency_kind", "kota"),
        ("hub", "kemenkes"),
    ],
)
def test_a_value_that_a_record_may_have_fits_its_facet(facet: str, value: str) -> None:
    assert misfit(facet, value) == ""


@pytest.mark.parametrize(
    ("facet", "value", "takes", "end"),
    [
        ("hub", "../x", "a hub id such as 51", "not '../x'."),
        ("province", "Bali", "a province's code of Kemendagri such as 51", "that is 51."),
        ("province", "51.71", "a province's code", "see Kepmendagri 300.2.2-2430/2025."),
        ("region", "Kota Denpasar", "a region's code of Kemendagri", "that is 51.71."),
        ("region", "99", "a region's code", "see Kepmendagri 300.2.2-2430/2025."),
        ("year", "24", "four digits such as 2024", "not '24'."),
        ("stage", "selesai", "inisiatif, uji_coba, penerapan", "not 'selesai'."),
    ],
)
def test_a_value_that_no_record_has_is_answered_with_those_that_one_may_have(
    facet: str, value: str, takes: str, end: str
) -> None:
    sentence = misfit(facet, value)
    assert sentence.startswith(f"{facet} takes {takes}")
    assert sentence.endswith(end)


def test_what_is_filtered_by_is_taken_as_it_stands_in_a_record() -> None:
    record: dict[str, Json] = {
        "region": "51.71",
        "stage": "penerapan",
        "innovation_type": "non_digital",
        "agency": {"name": "Dinas", "kind": "kota"},
        "started": "2024-05-31",
    }
    refused = {
        name for name, it in facets_of(record, award="open").items() if it and misfit(name, it)
    }
    assert refused == set()
