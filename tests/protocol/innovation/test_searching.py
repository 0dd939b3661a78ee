import re

from hypothesis import example, given
from hypothesis import strategies as st

from protocol.innovation.searching import search_text, stem, stemmed_query

PROSE = st.text(alphabet="abcdghiklmnprsuyABK 0123456789.,-_/\n\x00éİß", max_size=60)
WORDS = st.sampled_from(("mencatat", "catat", "Pelayanan", "layanan", "é", "kota-kota", "2024"))


def slowly(text: str) -> str:
    """The text and the stems that it lacks, word by word."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    stems = {stem(word) for word in words} - {*words}
    return " ".join([text.lower(), *sorted(stems)])


@given(st.lists(PROSE | WORDS, max_size=8).map(" ".join))
@example("")
@example("Petugas puskesmas mencatat kunjungan_ibu hamil di 51.02")
@example("“Pelayanan”, café é")
def test_a_text_is_searched_by_its_words_and_by_the_stems_that_it_lacks(title: str) -> None:
    searched = search_text({"title": title, "agency": {"name": "Dinas"}})

    assert searched.split() == slowly(f"{title} dinas").split()
    assert searched.startswith(title.lower())


def test_a_word_that_is_its_own_root_stays_as_it_is() -> None:
    assert (stem("layanan"), stem("layan"), stem("é")) == ("layan", "layan", "é")


def test_of_a_query_the_last_word_may_be_half_a_word() -> None:
    assert stemmed_query("Pelayanan mencatat kunjung") == "layan catat kunjung"
