"""Citations that reference managers read."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from central.web.citing import Citation, bibtex, ris, sentence
from runtime.pages.field_words import Reader

CITED = Citation(
    record="01910000-0000-7000-8000-000000000001",
    agency="Dinas Kesehatan Provinsi Bali",
    title="Antrean daring puskesmas",
    year="2019",
    number="2026-000001",
    revision=3,
    place=17,
    origin="contoh.go.id/national/1",
    site="JIPPNas",
    address="https://contoh.go.id/inovasi/01910000-0000-7000-8000-000000000001",
)
INDONESIAN = Reader("id", str)


def test_a_sentence_names_agency_year_title_and_place() -> None:
    assert sentence(CITED, INDONESIAN) == (
        "Dinas Kesehatan Provinsi Bali (2019). Antrean daring puskesmas. JIPPNas, revisi 3 "
        "(entri 17 log nasional contoh.go.id/national/1). " + CITED.address
    )


def test_an_innovation_without_a_year_is_cited_without_one() -> None:
    undated = replace(CITED, year="", agency="")
    assert sentence(undated, INDONESIAN).startswith("JIPPNas (t.t.).")
    assert "year" not in bibtex(undated)
    assert "PY  -" not in ris(undated)


def test_signs_that_mean_something_to_latex_are_written_out() -> None:
    odd = replace(CITED, title=r"50% & {lebih} #1 a_b \jalan")
    assert r"50\% \& \{lebih\} \#1 a\_b \textbackslash{}jalan" in bibtex(odd)


def test_ris_has_a_line_a_member_and_ends() -> None:
    lines = ris(CITED).split("\r\n")
    assert lines[0] == "TY  - DATA"
    assert lines[-2:] == ["ER  - ", ""]
    assert "UR  - " + CITED.address in lines


@given(st.text(min_size=1, max_size=60))
def test_no_title_breaks_out_of_its_line(title: str) -> None:
    cited = replace(CITED, title=title)
    assert len(bibtex(cited).splitlines()) == len(bibtex(CITED).splitlines())
    assert ris(cited).count("\r\n") == ris(CITED).count("\r\n")
