"""What a record must be to be saved, and the sentence for each thing that is wrong with it."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from protocol.canonical import Json
from protocol.innovation import reference
from protocol.innovation.completeness import GROUPS, completeness
from protocol.innovation.explaining import Finding, in_one_line
from protocol.innovation.fields import assignment, fields, labels
from protocol.innovation.validate import FINDINGS_MAX, findings, is_valid, schema

GOOD: dict[str, Json] = {
    "id": "01942b6e-4c00-7000-8000-000000000001",
    "hub": "51",
    "title": "Antar Obat ke Rumah",
    "agency": {"name": "Dinas Kesehatan", "kind": "kota"},
    "region": "51.71",
    "started": "2021",
}


def codes(record: dict[str, Json], today: str | None = None) -> list[tuple[str, str]]:
    found = findings(record, today=today)
    assert all(finding.message.endswith(".") for finding in found)
    return [(finding.pointer, finding.code) for finding in found]


def without(name: str) -> dict[str, Json]:
    return {member: value for member, value in GOOD.items() if member != name}


def test_the_smallest_record_is_valid() -> None:
    assert is_valid(GOOD)
    assert codes(GOOD) == []


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"title": "abc"}, ("/title", "too_short")),
        ({"title": "x" * 501}, ("/title", "too_long")),
        ({"title": "#N/A "}, ("/title", "placeholder")),
        ({"title": "- N/A -"}, ("/title", "placeholder")),
        ({"title": "Testing"}, ("/title", "placeholder")),
        ({"title": "      "}, ("/title", "placeholder")),
        ({"title": 5}, ("/title", "bad_format")),
        ({"stage": "selesai"}, ("/stage", "not_allowed")),
        ({"sdgs": [18]}, ("/sdgs/0", "out_of_range")),
        ({"sdgs": [0]}, ("/sdgs/0", "out_of_range")),
        ({"sdgs": [3, 3]}, ("/sdgs", "not_allowed")),
        ({"region": "99"}, ("/region", "unknown_region")),
        ({"region": "5171"}, ("/region", "bad_format")),
        ({"locations": [{"region": "99.01"}]}, ("/locations/0/region", "unknown_region")),
        ({"started": "2021-13"}, ("/started", "bad_format")),
        ({"started": "1989"}, ("/started", "date_range")),
        ({"trial_started": "2022"}, ("/started", "date_order")),
        ({"summary": "kata " * 201}, ("/summary", "too_many_words")),
        ({"warna": "biru"}, ("", "unknown_field")),
        ({"agency": {"name": "Dinas", "kind": "desa"}}, ("/agency/kind", "not_allowed")),
        ({"agency": {"kind": "kota"}}, ("/agency/name", "required")),
        ({"video_url": "http://tidak.aman.example/v"}, ("/video_url", "bad_format")),
    ],
)
def test_what_is_wrong_is_named_by_place_and_code(
    changed: dict[str, Json], wanted: tuple[str, str]
) -> None:
    record = {**GOOD, **changed}
    assert codes(record) == [wanted]
    assert not is_valid(record)


def test_a_code_that_a_law_has_replaced_is_refused_with_the_one_in_force() -> None:
    [found] = findings({**GOOD, "region": "91.04"})
    assert found.code == "unknown_region"
    assert "94.01 (UU 15/2022)" in found.message


@pytest.mark.parametrize("name", ["title", "agency", "region", "started"])
def test_what_is_missing_is_named(name: str) -> None:
    assert (f"/{name}", "required") in codes(without(name))


def test_a_ministry_needs_no_region() -> None:
    assert is_valid({**without("region"), "agency": {"name": "Kemenkes", "kind": "kementerian"}})


def test_a_trial_alone_is_a_beginning() -> None:
    assert is_valid({**without("started"), "trial_started": "2021"})


@pytest.mark.parametrize(
    ("trial", "started"), [("2021", "2021-01-01"), ("2021-05-31", "2021"), ("2020", "2021")]
)
def test_years_and_days_are_compared_as_far_as_both_are_known(trial: str, started: str) -> None:
    assert is_valid({**GOOD, "trial_started": trial, "started": started})


def test_a_day_that_has_not_come_is_found_where_a_clock_is_asked() -> None:
    record = {**GOOD, "started": "2027"}
    assert codes(record) == []
    assert codes(record, today="2026-11-24") == [("/started", "date_range")]
    assert codes({**GOOD, "started": "2026-11-24"}, today="2026-11-24") == []


def test_a_year_out_of_range_is_answered_with_the_range() -> None:
    early, late = {**GOOD, "started": "1989"}, {**GOOD, "started": "2027"}
    found = [*findings(early), *findings(late, today="2026-11-24")]
    assert [finding.message for finding in found] == [
        "Terlalu awal: isi tahun atau tanggal dari 1990 sampai hari ini.",
        "Belum terjadi: isi tahun atau tanggal dari 1990 sampai 2026-11-24.",
    ]


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"stage": "selesai", "started": "1989"}, [("/stage"), ("/started")]),
        ({"sdgs": [18], "region": "99"}, ["/region", "/sdgs/0"]),
        ({"region": "5171", "trial_started": "2022"}, ["/region", "/started"]),
        ({"agency": {"kind": "kota"}, "title": "- N/A -"}, ["/agency/name", "/title"]),
        ({"sdgs": 3, "started": "2027"}, ["/sdgs", "/started"]),
    ],
)
def test_what_the_schema_and_what_the_rules_refuse_is_told_at_once(
    changed: dict[str, Json], wanted: list[str]
) -> None:
    found = findings({**GOOD, **changed}, today="2026-11-24")
    assert [finding.pointer for finding in found] == wanted


@pytest.mark.parametrize(
    "changed",
    [
        {"trial_started": "bukan tahun", "started": "2020"},
        {"region": 51},
        {"agency": "Dinas Kesehatan"},
        {"locations": [{"region": 51}]},
        {"title": None},
    ],
)
def test_a_rule_says_nothing_of_a_field_that_the_schema_refuses(changed: dict[str, Json]) -> None:
    record = {**GOOD, **changed}
    assert len(findings(record)) == 1
    assert not is_valid(record)


def test_of_a_field_that_is_known_to_be_at_fault_nothing_is_said() -> None:
    record = {**without("started"), "stage": "selesai", "title": "- N/A -"}
    found = findings(record, at_fault={"trial_started", "stage"})
    assert [finding.pointer for finding in found] == ["/title"]


def test_a_form_that_is_not_met_is_explained_in_words() -> None:
    record = {**GOOD, "region": "5171", "started": "Mei 2021", "sdgs": 3, "budget": "banyak"}
    by_field = {finding.pointer: finding.message for finding in findings(record)}
    assert by_field == {
        "/budget": "Isian ini harus berupa bilangan bulat, misalnya 16.",
        "/region": "Tulis kode Kemendagri: dua angka untuk provinsi (51), empat angka bertitik "
        "untuk kabupaten atau kota (51.71).",
        "/sdgs": "Isian ini harus berupa daftar, misalnya [3, 16].",
        "/started": "Tulis tahun (2024) atau tanggal (2024-05-31).",
    }


def patterned(form: Json) -> Iterator[dict[str, Json]]:
    """Every part of the schema that asks for a pattern."""
    if isinstance(form, dict):
        if "pattern" in form:
            yield form
        for part in form.values():
            yield from patterned(part)


def test_every_pattern_of_the_schema_says_in_words_what_it_asks_for() -> None:
    forms = list(patterned(dict(schema())))
    assert forms
    assert all(
        str(form[name]).endswith(".") for form in forms for name in ("x-shape", "x-shape-en")
    )


def test_the_quick_answer_and_the_long_one_agree_on_every_kind_of_value() -> None:
    values: list[Json] = [None, "", "x", 0, -1, True, [], {}, [{}], "x" * 10_000]
    for name in schema()["properties"]:
        for value in values:
            record: dict[str, Json] = {**GOOD, name: value}
            assert is_valid(record) == (findings(record) == ()), (name, value)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(dict(schema()))


def test_every_field_of_the_schema_explains_itself_in_both_languages() -> None:
    for name, form in schema()["properties"].items():
        assert form["title"], name
        assert form["x-label-en"], name
        assert form["description"], name


def test_every_field_has_a_label_and_counts_for_a_group_or_for_none() -> None:
    assert set(labels()) == set(schema()["properties"])
    assert {field.counts_for for field in fields()} - {None, ""} == set(GROUPS)


def full() -> dict[str, Json]:
    """A record with something in every field that counts."""
    return {**GOOD, **{field.name: "x" for field in fields() if field.counts_for}}


def test_a_full_record_is_complete_in_every_group() -> None:
    found = completeness(full())
    assert {name: group.percent for name, group in found.groups.items()} == dict.fromkeys(
        GROUPS, 100
    )
    assert found.complete


@pytest.mark.parametrize("group", GROUPS)
def test_what_a_group_lacks_is_named_and_e_does_not_count_for_lengkap(group: str) -> None:
    record: dict[str, Any] = full()
    name = next(f.name for f in fields() if f.counts_for == group and f.name != "replicates")
    del record[name]
    found = completeness(record)
    assert found.groups[group].missing == (name,)
    assert found.groups[group].percent < 100
    assert found.complete == (group == "E")


def test_an_empty_value_is_missing() -> None:
    nothing: list[Json] = ["", [], {}, None]
    for empty in nothing:
        assert "summary" in completeness({**GOOD, "summary": empty}).groups["A"].missing


def test_replicates_counts_only_for_a_replication() -> None:
    assert "replicates" not in completeness(GOOD).groups["C"].missing
    assert "replicates" in completeness({**GOOD, "replicates": None}).groups["C"].missing


def test_a_field_is_assigned_as_text_or_as_json() -> None:
    assert assignment("title=a=b") == ("title", "a=b")
    assert assignment("sdgs=[3, 16]") == ("sdgs", [3, 16])
    for text in ("title", "id=1", "warna=1", "sdgs=[3"):
        with pytest.raises(ValueError, match=r".+"):
            assignment(text)


def test_reference_tables_name_their_source() -> None:
    for name in ("regions", "bps", "sdgs", "awards"):
        assert reference.table(name)["source"], name


def test_there_are_17_goals() -> None:
    assert sorted(map(int, reference.table("sdgs")["goals"])) == list(range(1, 18))


def test_a_record_with_no_end_of_faults_is_explained_up_to_the_limit() -> None:
    faults: dict[str, Json] = {"locations": [{}] * 1_000}
    assert len(findings({**GOOD, **faults})) == FINDINGS_MAX


def test_items_that_repeat_are_found_whatever_they_are() -> None:
    found_codes = {found.code for found in findings({**GOOD, "sdgs": [1, "1", True, {}, 1]})}
    assert "not_allowed" in found_codes


def test_several_faults_are_sentences_one_after_the_other() -> None:
    found = [
        Finding(pointer="/title", code="required", message="Wajib diisi."),
        Finding(pointer="/region", code="required", message="Wajib diisi"),
    ]
    assert in_one_line(found) == "/title: Wajib diisi. /region: Wajib diisi."
