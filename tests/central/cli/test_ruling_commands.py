"""What an admin says of hubs and records: states, numbers, awards, publication."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from protocol.canonical import Json
from runtime.console import ExitCode
from tests.support.admins import WHY, central, document, is_refused, published

TOP_99 = ("--scheme", "Top 99", "--year", "2019")


def items(data: Path, *arguments: str) -> list[dict[str, Json]]:
    found = document(data, *arguments)["items"]
    assert isinstance(found, list)
    return [it for it in found if isinstance(it, dict)]


@pytest.mark.parametrize(("verb", "state"), [("suspend", "suspended"), ("retire", "retired")])
def test_the_state_of_a_hub_is_shown_and_taken_back(papua: Path, verb: str, state: str) -> None:
    yes = ("--yes",) if verb == "retire" else ()
    assert document(papua, "hub", verb, "94", *WHY, *yes)["state"] == state
    assert document(papua, "hub", "show", "94")["state"] == state
    stopped = document(papua, "hub", "show", "94")["stopped"]
    assert isinstance(stopped, dict)
    assert (stopped["reason"], stopped["last_good"]) == ("UU 15/2022", None)
    assert "reason: UU 15/2022" in central(papua, "hub", "show", "94").out
    assert f"Hub 94\t{state}" in central(papua, "hub", "list").out
    assert "Hub 94 is active now." in central(papua, "hub", "resume", "94", *WHY).err
    shown = document(papua, "hub", "show", "94")
    assert (shown["state"], shown["stopped"]) == ("active", None)


def test_a_revoked_hub_is_shown_with_its_last_good_entry(papua: Path) -> None:
    revoke = ("hub", "revoke", "91", "--reason", "Dicuri", "--last-good", "2", "--yes")
    assert central(papua, *revoke).code == ExitCode.OK
    stopped = document(papua, "hub", "show", "91")["stopped"]
    assert isinstance(stopped, dict)
    assert (stopped["reason"], stopped["last_good"]) == ("Dicuri", 2)


@pytest.mark.parametrize("words", [("resume", "94"), ("suspend", "91")])
def test_a_hub_that_is_so_already_is_no_decision(papua: Path, words: tuple[str, ...]) -> None:
    central(papua, "hub", "suspend", "91", *WHY)
    before = published(papua)
    assert "already; nothing was decided" in central(papua, "hub", *words, *WHY).err
    assert document(papua, "hub", *words, *WHY)["changed"] is False
    assert published(papua) == before


def test_a_hub_that_owns_records_retires_after_giving_them_away(papua: Path) -> None:
    retire = ("hub", "retire", "91", *WHY, "--yes")
    assert is_refused(central(papua, *retire), ExitCode.FAILED, "hub_owns_records")
    answer = central(papua, *retire, "--to", "94")
    assert "Given: 3 records of hub 91 to hub 94.\nHub 91 is retired now." in answer.err
    assert document(papua, *retire) == {
        "hub": "91",
        "state": "retired",
        "changed": False,
        "given": 0,
    }


def test_a_hub_is_not_retired_without_a_yes(papua: Path) -> None:
    before = published(papua)
    answer = central(papua, "hub", "retire", "91", "--to", "94", *WHY)
    assert answer.code == ExitCode.USAGE
    assert "Retire hub 91 after giving its 3 records to hub 94? Say --yes" in answer.err
    assert published(papua) == before


def test_a_record_gets_its_number_once(papua: Path, ids: Sequence[str]) -> None:
    [given] = items(papua, "number", "assign", ids[1])
    assert (given["record"], str(given["number"])[4:]) == (ids[1], "-000001")
    before = published(papua)
    answer = central(papua, "number", "assign", ids[1])
    assert f"has the number {given['number']} already; nothing was decided" in answer.err
    assert published(papua) == before


def test_all_records_get_their_numbers(papua: Path, ids: Sequence[str]) -> None:
    central(papua, "number", "assign", ids[1])
    given = items(papua, "number", "assign", "--all", "--yes")
    assert [(it["record"], str(it["number"])[5:]) for it in given] == [
        (ids[0], "000002"),
        (ids[2], "000003"),
    ]
    answer = central(papua, "number", "assign", "--all", "--yes")
    assert "has a number; nothing was decided" in answer.err


def test_numbers_are_not_given_to_all_without_a_yes(papua: Path) -> None:
    answer = central(papua, "number", "assign", "--all")
    assert answer.code == ExitCode.USAGE
    assert "Give numbers to 3 records, for ever? Say --yes" in answer.err


@pytest.mark.parametrize("arguments", [(), ("ID", "--all")])
def test_one_record_or_all_are_numbered(papua: Path, arguments: tuple[str, ...]) -> None:
    answer = central(papua, "number", "assign", *arguments)
    assert is_refused(answer, ExitCode.USAGE, "--all")


def test_awards_are_listed_for_people_and_programs(papua: Path, ids: Sequence[str]) -> None:
    assert f"{ids[0]}\t91" in central(papua, "award", "list").out
    found = items(papua, "award", "list", "--open")
    assert [(it["scheme"], it["standing"], it["listed"]) for it in found] == [
        ("Top 99", "open", True),
        ("Top 100", "open", False),
    ]


def test_an_award_is_ruled_on_and_reopened(papua: Path, ids: Sequence[str]) -> None:
    award = (ids[0], *TOP_99, *WHY)
    assert document(papua, "award", "confirm", *award)["standing"] == "confirmed"
    assert [it["scheme"] for it in items(papua, "award", "list", "--open")] == ["Top 100"]
    assert "is rejected now" in central(papua, "award", "reject", *award).err
    assert "is open now" in central(papua, "award", "reopen", *award).err
    before = published(papua)
    assert "already; nothing was decided" in central(papua, "award", "reopen", *award).err
    assert published(papua) == before


def test_an_award_that_nobody_claims_is_refused(papua: Path, ids: Sequence[str]) -> None:
    answer = central(papua, "award", "confirm", ids[1], *TOP_99, *WHY)
    assert is_refused(answer, ExitCode.FAILED, "award_not_claimed")


def test_a_centre_without_claims_says_so(papua: Path, ids: Sequence[str]) -> None:
    unset = ("record", "curate", ids[0], "--set", "awards=[]", "--by", "rina")
    central(papua, *unset)
    assert "No record claims an award." in central(papua, "award", "list").err
    assert "No award waits for a ruling." in central(papua, "award", "list", "--open").err


def test_a_record_is_hidden_and_shown_again(papua: Path, ids: Sequence[str]) -> None:
    assert document(papua, "record", "hide", ids[0], *WHY) == {
        "record": ids[0],
        "publication": "hidden",
        "changed": True,
    }
    assert (
        "is hidden already; nothing was decided"
        in central(papua, "record", "hide", ids[0], *WHY).err
    )
    assert "is public now" in central(papua, "record", "publish", ids[0], *WHY).err
