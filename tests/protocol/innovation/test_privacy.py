"""Personal data in texts is found before it is signed; numbers of other kinds are left alone."""

from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protocol.canonical import Json
from protocol.innovation import privacy
from protocol.innovation.privacy import masked, scan

DIGITS = st.text(alphabet="0126898٣۸ .-,@", max_size=24)
NUMBERS = st.from_regex(
    r"(\+62[ .-]|62|0)8[1-9]([ .-]?\d){7,10}|19850315 ?201001 ?[12] ?\d{3}|517101150385\d{4}",
    fullmatch=True,
)


def kinds(text: str) -> list[str]:
    return [found.kind for found in scan({"summary": text})]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hubungi budi.s@dinkes.example.go.id segera", "email"),
        ("WA 0812-3456-7890", "phone"),
        ("+62 812 3456 7890", "phone"),
        ("62812.3456.7890", "phone"),
        ("(081234567890)", "phone"),
        ("NIP 198503152010011002", "nip"),
        ("NIP 19850315 201001 1 002", "nip"),
        ("NIK 5171011503850001", "nik"),
        ("NIK perempuan 5171015503850001", "nik"),
    ],
)
def test_personal_data_is_found(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Anggaran Rp 1.250.000.000 pada tahun 2021",
        "Perda Nomor 12 Tahun 2019",
        "Melayani 1234567890 permintaan",
        "2019-2024, 08.00-16.00 WITA",
        "Call center 119 dan (0361) 123456",
        "Kode 51.71.01.2001",
        "budi at dinkes dot go dot id",
        "Indeks 0,8123456789",
        "https://example.go.id/0812345",
        "5171019903850001",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_a_finding_says_where_and_hides_what_it_found() -> None:
    (found,) = scan({"outputs": [{"indicator": "a"}, {"indicator": "WA 081234567890 ya"}]})
    assert (found.pointer, found.start, found.end) == ("/outputs/1/indicator", 3, 15)
    assert found.excerpt == "08\u202690"


def test_links_and_numbers_are_not_searched() -> None:
    assert (
        scan({"documents": [{"url": "https://a.example/081234567890"}], "budget": 81234567890})
        == ()
    )


def test_one_text_is_one_finding_though_it_looks_like_two_kinds() -> None:
    assert kinds("198503152010011002") == ["nip"]


def test_every_finding_of_a_text_is_told() -> None:
    assert kinds("a@b.example, 081234567890 dan c@d.example") == ["email", "email", "phone"]


@given(text=st.text(max_size=200))
def test_any_text_is_searched_and_findings_lie_within_it(text: str) -> None:
    for found in scan({"summary": text}):
        assert 0 <= found.start < found.end <= len(text)


@given(
    before=st.text(alphabet=" .,;()\n", max_size=5),
    after=st.text(alphabet=" ,;()\n", max_size=5),
    number=st.from_regex(r"\A08[1-9][0-9]{8}\Z"),
)
def test_a_telephone_number_between_other_signs_is_found(
    before: str, after: str, number: str
) -> None:
    if before.endswith((".", ",")):
        return  # part of a larger number
    assert kinds(before + number + after) == ["phone"]


def test_the_title_of_a_document_is_searched_and_its_address_is_not() -> None:
    documents: Json = [
        {"title": "Hubungi budi@contoh.go.id", "url": "https://a.go.id/budi@contoh.go.id"}
    ]
    (found,) = scan({"documents": documents})
    assert (found.pointer, found.kind) == ("/documents/0/title", "email")


def test_of_two_kinds_that_overlap_the_first_counts() -> None:
    assert kinds("siti.081234567890@contoh.go.id dan 0812-3456-7890") == ["email", "phone"]


@given(texts=st.lists(DIGITS | NUMBERS | st.text(max_size=9), min_size=1, max_size=4))
@example(["2023 - 2024 8"])
@example(["0 8 1 2 3 4 5 6 7", "08123456"])
@example(["+62 8 1 2 3 4 5 6 7 8"])
@example(["\ud800 081234567890"])
def test_no_finding_is_lost_where_it_seems_not_worth_searching(texts: list[str]) -> None:
    record: dict[str, Json] = {
        "summary": " ".join(texts),
        "outputs": [{"unit": it} for it in texts],
    }
    with patch.object(privacy, "_may_hold_findings", return_value=True):
        searched = scan(record)

    assert scan(record) == searched


@given(texts=st.lists(NUMBERS | st.text(max_size=9), min_size=1, max_size=4))
@example(["081234567890 atau siti@contoh.go.id"])
def test_a_masked_record_has_no_findings_and_the_same_shape(texts: list[str]) -> None:
    record: dict[str, Json] = {"summary": " ; ".join(texts), "outputs": [{"unit": texts[0]}]}
    hidden = masked(record)
    assert [it.kind for it in scan(hidden)] == []
    assert hidden.keys() == record.keys()


def test_addresses_are_not_masked() -> None:
    record: dict[str, Json] = {"documents": [{"url": "https://a.go.id/081234567890"}]}
    assert masked(record) == record
