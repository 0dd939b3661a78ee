"""Sending, decisions, and the catalogue without a network."""

from pathlib import Path

import pytest

from runtime.console import ExitCode
from tests.support.operators import (
    HEADER,
    ROWS,
    document,
    node,
    point_to_nowhere,
    refused,
    sync_until_decided,
)

OWN = ("--facet", "hub=51")
"""Other hubs of these tests share the centre."""


def test_a_sync_reports_what_the_contract_says(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    node(alone, "import", "commit", str(table))
    first = document(node(alone, "sync", "now", "--json"))
    assert first["pushed"] == 4
    report = sync_until_decided(alone, 4)
    assert report["outcomes"] == {"applied": 3, "noop": 1}
    assert len(str(report["catalogue_hash"])) == 64
    status = document(node(alone, "status", "--json"))
    assert status["national_size"] == report["national_size"]
    assert status["catalogue_hash"] == report["catalogue_hash"]
    assert status["sentence"] == "Tersinkron."
    runs = document(node(alone, "sync", "history", "--json"))["items"]
    assert isinstance(runs, list)
    assert runs[-1]["pushed"] == 4  # type: ignore[call-overload,index]


def test_a_sync_without_a_centre_keeps_the_work_and_says_so(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    node(alone, "import", "commit", str(table))
    proxied = alone / "node.sqlite"
    assert proxied.exists()
    point_to_nowhere(alone)
    answer = node(alone, "sync", "now", "--json")
    assert answer.code == ExitCode.UNREACHABLE
    assert document(answer)["state"] == "offline"
    status = document(node(alone, "status", "--json"))
    assert (status["state"], status["pending"]) == ("offline", 3)


def test_decisions_can_be_read_by_outcome(data: Path) -> None:
    everything = document(node(data, "decisions", "--json"))
    held = document(node(data, "decisions", "--outcome", "held", "--json"))
    assert len(everything["items"]) == 4  # type: ignore[arg-type]
    assert (held["items"], held["conflicts"]) == ([], [])


def test_an_outcome_that_there_is_not_is_named(data: Path) -> None:
    assert refused(node(data, "decisions", "--outcome", "heldd"), ExitCode.USAGE, "'heldd'")


@pytest.mark.parametrize("facet", ["hub", "hub="])
def test_a_facet_that_filters_nothing_is_refused(data: Path, facet: str) -> None:
    answer = node(data, "catalogue", "search", "--facet", facet)
    assert refused(answer, ExitCode.USAGE, f"not '{facet}'")


def test_the_catalogue_is_searched_and_shown_offline(data: Path) -> None:
    point_to_nowhere(data)
    found = document(node(data, "catalogue", "search", "mengantar obat", *OWN, "--json"))
    items = found["items"]
    assert isinstance(items, list)
    (item,) = items
    assert isinstance(item, dict)
    assert item["record"]["title"] == "Antar Obat ke Rumah"  # type: ignore[call-overload,index]
    shown = document(node(data, "catalogue", "show", str(item["id"]), "--json"))
    assert item.items() <= shown.items()
    assert shown.keys() - item.keys() == {"replications", "family", "spread"}
    by_region = ("catalogue", "search", "--facet", "region=51", *OWN, "--json")
    filtered = document(node(data, *by_region))
    assert filtered["total"] == 1


@pytest.mark.parametrize("words", ['"', "*", "-"])
def test_a_search_without_a_word_finds_nothing(data: Path, words: str) -> None:
    found = document(node(data, "catalogue", "search", words, "--json"))
    assert (found["items"], found["total"]) == ([], 0)


def test_a_search_for_nothing_in_particular_lists_everything(data: Path) -> None:
    assert document(node(data, "catalogue", "search", *OWN, "--json"))["total"] == 3


def test_a_facet_with_a_value_that_no_innovation_has_is_refused(data: Path) -> None:
    answer = node(data, "catalogue", "search", "--facet", "province=Bali")
    assert refused(answer, ExitCode.USAGE, "province takes a province's code of Kemendagri")


def test_a_page_begins_only_where_one_ended(data: Path) -> None:
    answer = node(data, "catalogue", "search", "--after", "zzz")
    assert refused(answer, ExitCode.USAGE, "--after takes the `next` of the page before")


def test_a_facet_that_is_named_twice_is_refused(data: Path) -> None:
    years = ("--facet", "year=2020", "--facet", "year=2021")
    answer = node(data, "catalogue", "search", *years)
    assert refused(answer, ExitCode.USAGE, "--facet year is there twice")


def test_a_search_that_finds_nothing_and_a_facet_that_is_none_are_said(data: Path) -> None:
    assert "Nothing found" in node(data, "catalogue", "search", "zzzz").err
    answer = node(data, "catalogue", "search", "--facet", "warna=biru")
    assert refused(answer, ExitCode.USAGE, "province")
    assert refused(node(data, "catalogue", "show", "tidak-ada"), ExitCode.FAILED, "tidak-ada")
