"""What an admin asks of a centre that holds something: one JSON document each, and exit codes."""

import shutil
import sqlite3
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from central.casework.conflicts import curate
from central.cli.common import centre_of
from central.opening import load_centre_keys
from central.settings import load_central_settings
from central.store import audit, reports
from central.store.reports import Report
from protocol.canonical import Json
from protocol.checkpoints import open_checkpoint
from protocol.enrolment import parse_invitation
from protocol.keys import parse_verifier_key
from protocol.tlog_proof import parse_proof_file
from runtime.console import ExitCode
from tests.support.author import Author
from tests.support.commands import Outcome, command_here
from tests.support.rooms import AUTHORITY, VALID, opened_room

NATIONAL = f"{AUTHORITY}/national/1"
BALI = Author(hub="51")
RECORD = BALI.record(1)
CURATED, OWNERS = "Judul dari kurator", "Judul dari Bali"


def central(data: Path, *arguments: str) -> Outcome:
    return command_here("central", *arguments, "--data", str(data))


def document(answer: Outcome, code: ExitCode = ExitCode.OK) -> Json:
    """The one JSON document on stdout, on one line, of a command that ended with `code`."""
    assert (answer.code, answer.out.count("\n")) == (code, 1), answer.err
    return answer.json


def refused(answer: Outcome, code: ExitCode, words: str) -> bool:
    """Whether a command ended with a sentence, and nothing on stdout."""
    is_sentence = words in answer.err and "Traceback" not in answer.err
    return (answer.code, answer.out, is_sentence) == (code, "", True)


def alter(data: Path, statement: str) -> None:
    """Damages the database behind the centre's back."""
    with sqlite3.connect(data / "centre.sqlite") as database:
        assert database.execute(statement).rowcount > 0
    database.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre with one hub, and one record on whose title a curator and the hub disagree."""
    folder = tmp_path_factory.mktemp("casework") / "pusat"
    author = Author(hub="51")
    with opened_room(folder, "") as room:
        room.enrol(author)
        author.put(1, VALID)
        author.put(2, {**VALID, "title": "Jemput bola kependudukan"})
        room.submit(author)
        room.decide_now()
        before = room.national.size
        room.write(
            lambda conn, it: curate(
                conn, it, record=RECORD, set_={"title": CURATED}, by="rina", agency="panrb"
            )
        )
        author.put(1, {"title": OWNERS}, national=before)
        room.submit(author, start=3)
        room.decide_now()
    return folder


def items(answer: Outcome, code: ExitCode = ExitCode.OK) -> list[Json]:
    """The items of the one document on stdout."""
    found = document(answer, code)
    assert isinstance(found, dict)
    rows = found["items"]
    assert isinstance(rows, list)
    return rows


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(filled, tmp_path / "pusat"))


def test_hubs_are_listed_with_keys_and_state(filled: Path) -> None:
    rows = items(central(filled, "hub", "list", "--json"))
    [row] = rows
    assert isinstance(row, dict)
    assert (row["hub"], row["name"], row["state"]) == ("51", "Hub 51", "active")
    assert parse_verifier_key(str(row["log_key"])) == BALI.log_key.verifier_key


def test_hubs_are_listed_for_people(filled: Path) -> None:
    answer = central(filled, "hub", "list")
    assert answer.code == ExitCode.OK
    assert "Hub 51" in answer.out


def test_a_hub_is_shown_with_eight_words_and_how_far_it_is(filled: Path) -> None:
    shown = document(central(filled, "hub", "show", "51", "--json"))
    assert isinstance(shown, dict)
    assert len(str(shown["words"]).split()) == 8
    assert (shown["size"], shown["reconciled"]) == (4, 4)


def test_what_a_hub_says_of_its_trouble_is_shown_in_a_sentence(data: Path) -> None:
    quiet = central(data, "hub", "show", "51").out
    at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    with centre_of(data) as opened:
        for report in (Report(state="attention", code="own_log_rejoined"), Report(state="ok")):
            opened.db.run_sync(partial(reports.keep, hub="51", report=report, at=at))
    shown = document(central(data, "hub", "show", "51", "--json"))
    assert isinstance(shown, dict)
    assert isinstance(shown["trouble"], dict)
    assert (shown["trouble"]["code"], shown["trouble"]["over"]) == ("own_log_rejoined", True)
    assert "had parted from the copy here" in central(data, "hub", "show", "51").out
    assert "trouble" not in quiet


def test_a_revoked_hub_is_listed_as_such_and_revoking_again_is_no_fault(data: Path) -> None:
    for _ in range(2):
        answer = central(data, "hub", "revoke", "51", "--reason", "hilang", "--yes")
        assert (answer.code, answer.out) == (ExitCode.OK, "")
    shown = document(central(data, "hub", "show", "51", "--json"))
    assert isinstance(shown, dict)
    assert shown["state"] == "revoked"


def test_a_hub_that_is_revoked_already_is_said_to_be_so(data: Path) -> None:
    revoke = ("hub", "revoke", "51", "--reason", "hilang", "--yes")
    first, again = central(data, *revoke), central(data, *revoke)
    assert ("already" in first.err, "revoked already" in again.err) == (False, True)
    size = central(data, "log", "checkpoint").out
    shown = document(central(data, *revoke, "--json"))
    assert isinstance(shown, dict)
    assert shown["revoked_already"] is True
    assert central(data, "log", "checkpoint").out == size


def test_a_revocation_from_the_terminal_is_audited_as_such_and_keeps_its_reason(data: Path) -> None:
    central(data, "hub", "revoke", "51", "--reason", "hilang", "--yes")
    shown = document(central(data, "hub", "show", "51", "--json"))
    assert isinstance(shown, dict)
    assert isinstance(shown["stopped"], dict)
    assert shown["stopped"]["reason"] == "hilang"
    with centre_of(data) as opened:
        found = opened.db.read_sync(lambda conn: audit.latest(conn, what="hub.revoked", hub="51"))
    assert found is not None
    assert found[1] == "command line: hilang"


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_that_says_nothing_is_refused(filled: Path, reason: str) -> None:
    refuse = ("held", "refuse", "2", "--by", "rina", "--agency", "panrb")
    for words in (("hub", "revoke", "51", "--yes"), refuse):
        answer = central(filled, *words, "--reason", reason)
        assert refused(answer, ExitCode.USAGE, "--reason is empty"), words


def test_a_revoked_hub_keeps_its_last_good_entry(data: Path) -> None:
    revoke = ("hub", "revoke", "51", "--reason", "hilang", "--yes")
    central(data, *revoke)
    assert refused(central(data, *revoke, "--last-good", "0"), ExitCode.FAILED, "already")


def test_a_revocation_is_one_document(data: Path) -> None:
    revoked = document(
        central(data, "hub", "revoke", "51", "--reason", "hilang", "--yes", "--json")
    )
    assert isinstance(revoked, dict)
    assert (revoked["hub"], revoked["state"]) == ("51", "revoked")


def test_an_invitation_goes_to_the_address_that_was_said(data: Path) -> None:
    answer = central(data, "hub", "invite", "52", "--url", "https://lain.test", "--json")
    made = document(answer)
    assert isinstance(made, dict)
    assert parse_invitation(str(made["invitation"])).url == "https://lain.test"


def test_an_invitation_needs_an_address(filled: Path) -> None:
    assert refused(central(filled, "hub", "invite", "52"), ExitCode.USAGE, "--url")


def test_a_hub_that_is_enrolled_is_not_invited(filled: Path) -> None:
    answer = central(filled, "hub", "invite", "51", "--url", "https://pusat.test")
    assert refused(answer, ExitCode.FAILED, "hub_enrolled")


def test_the_checkpoint_opens_with_the_national_key(filled: Path) -> None:
    plain = central(filled, "log", "checkpoint")
    shown = document(central(filled, "log", "checkpoint", "--json"))
    assert isinstance(shown, dict)
    assert (shown["origin"], shown["checkpoint"]) == (NATIONAL, plain.out)
    key = load_centre_keys(filled, load_central_settings(filled)).national.verifier_key
    assert open_checkpoint(plain.out.encode(), origin=NATIONAL, keys=[key]).tree.size == 6


def test_a_proof_goes_to_stdout_or_to_a_file(filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "bukti.tlog-proof"
    printed = central(filled, "log", "proof", RECORD)
    written = central(filled, "log", "proof", RECORD, "--out", str(file))
    assert (printed.code, written.code, written.out) == (ExitCode.OK, ExitCode.OK, "")
    assert file.read_bytes() == printed.out.encode()
    assert parse_proof_file(file.read_bytes()).index == 5


def test_a_proof_is_one_document(filled: Path) -> None:
    printed = central(filled, "log", "proof", RECORD)
    as_json = document(central(filled, "log", "proof", RECORD, "--json"))
    assert as_json == {"record": RECORD, "proof": printed.out, "file": None}


def test_a_proof_that_cannot_be_written_is_a_sentence(filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "bukti.tlog-proof"
    answer = central(filled, "log", "proof", RECORD, "--out", str(file))
    assert refused(answer, ExitCode.FAILED, "nowhere")


def test_logs_that_hold_are_one_document(filled: Path) -> None:
    rows = items(central(filled, "log", "verify", "--json"))
    found = [(row["origin"], row["size"], row["ok"]) for row in rows if isinstance(row, dict)]
    assert found == [(NATIONAL, 6, True), (BALI.origin, 4, True)]


def test_a_log_that_does_not_hold_is_found_and_still_one_document(data: Path) -> None:
    alter(data, """UPDATE log_entry SET bytes = X'00' WHERE "index" = 2""")
    answer = central(data, "log", "verify", "--json")
    rows = items(answer, ExitCode.DOCTOR)
    assert [row["ok"] for row in rows if isinstance(row, dict)] == [False, False]
    assert "Keep this folder" in answer.err


def test_open_conflicts_are_one_document_and_want_attention(filled: Path) -> None:
    rows = items(central(filled, "conflict", "list", "--json"), ExitCode.ATTENTION)
    [row] = rows
    assert isinstance(row, dict)
    assert (row["record"], row["field"], row["hub"]) == (RECORD, "title", "51")
    heads = row["heads"]
    assert isinstance(heads, list)
    assert {it["value"] for it in heads if isinstance(it, dict)} == {CURATED, OWNERS}


def test_open_conflicts_are_shown_to_people_with_every_value(filled: Path) -> None:
    answer = central(filled, "conflict", "list")
    assert answer.code == ExitCode.ATTENTION
    assert all(word in answer.out for word in ("kurator", "Bali", "title"))


def test_a_conflict_that_is_resolved_is_listed_no_more(data: Path) -> None:
    who = ("--by", "rina", "--agency", "panrb")
    answer = central(data, "conflict", "resolve", RECORD, "title", f'"{CURATED}"', *who)
    assert (answer.code, answer.out) == (ExitCode.OK, "")
    assert items(central(data, "conflict", "list", "--json")) == []


def test_a_resolution_is_one_document(data: Path) -> None:
    who = ("--by", "rina", "--agency", "panrb")
    resolved = central(data, "conflict", "resolve", RECORD, "title", f'"{CURATED}"', *who, "--json")
    assert document(resolved) == {"record": RECORD, "field": "title", "value": CURATED}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("region", '"51"', "conflict_unknown"), ("title", "7", "schema_invalid")],
)
def test_what_cannot_be_resolved_is_said_by_its_code(
    filled: Path, field: str, value: str, code: str
) -> None:
    who = ("--by", "rina", "--agency", "panrb")
    answer = central(filled, "conflict", "resolve", RECORD, field, value, *who)
    assert refused(answer, ExitCode.FAILED, code)


def test_a_curation_is_one_document(data: Path) -> None:
    values = ("--set", "region=51.71", "--set", "sdgs=[3]", "--by", "rina")
    curated = document(central(data, "record", "curate", RECORD, *values, "--json"))
    assert curated == {"record": RECORD, "fields": ["region", "sdgs"]}


def test_a_pair_is_merged_and_given_back_by_two_commands(data: Path) -> None:
    other = BALI.record(2)
    word = ("--by", "rina", "--reason", "Diperiksa", "--json")
    merged = document(central(data, "duplicate", "same", RECORD, other, *word))
    assert merged == {"record": RECORD, "absorbed": other, "fields": []}
    undone = document(central(data, "duplicate", "undo", RECORD, other, *word))
    assert isinstance(undone, dict)
    assert undone["undone"] == "same"


def test_a_curation_of_what_the_record_says_already_decides_nothing(data: Path) -> None:
    curate = ("record", "curate", RECORD, "--set", "region=51", "--by", "rina")
    before = central(data, "log", "checkpoint").out
    answer = central(data, *curate)
    assert (answer.code, answer.out) == (ExitCode.OK, "")
    assert "says that already" in answer.err
    assert document(central(data, *curate, "--json")) == {"record": RECORD, "fields": []}
    assert central(data, "log", "checkpoint").out == before


def test_an_agency_that_is_none_is_answered_with_those_that_there_are(filled: Path) -> None:
    who = ("--by", "rina", "--agency", "bps")
    answer = central(filled, "record", "curate", RECORD, "--set", "region=51", *who)
    assert refused(answer, ExitCode.USAGE, "No agency 'bps'; there are panrb, kemendagri, lan.\n")


def test_a_curation_without_a_field_is_a_usage_error(filled: Path) -> None:
    answer = central(filled, "record", "curate", RECORD, "--set", "bare", "--by", "rina")
    assert refused(answer, ExitCode.USAGE, "bare")


def test_a_catalogue_that_was_altered_is_rebuilt_and_said_once(data: Path) -> None:
    alter(data, "UPDATE document SET body = X'7B7D', digest = zeroblob(32)")
    first = document(central(data, "rebuild", "--json"), ExitCode.DOCTOR)
    again = document(central(data, "rebuild", "--json"))
    assert isinstance(first, dict)
    assert isinstance(again, dict)
    assert (first["identical"], again["identical"]) == (False, True)
    assert first["catalogue_hash"] == again["catalogue_hash"]


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre at which one change is held."""
    folder = tmp_path_factory.mktemp("held") / "pusat"
    author = Author(hub="51")
    with opened_room(folder, "") as room:
        room.enrol(author)
        author.put(1, {**VALID, "summary": "Telepon kantor 0812-3456-7890"})
        room.submit(author)
        room.decide_now()
    return folder


def test_what_waits_is_one_document_and_wants_attention(waiting: Path) -> None:
    [row] = items(central(waiting, "held", "list", "--json"), ExitCode.ATTENTION)
    assert isinstance(row, dict)
    assert (row["place"], row["outcome"], row["code"]) == (2, "held", "privacy_finding")
    shown = document(central(waiting, "held", "show", "2", "--json"))
    assert isinstance(shown, dict)
    assert shown["change"] == "record.put"
    assert "0812" in central(waiting, "held", "show", "2").out


def test_what_is_released_waits_no_more(waiting: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(waiting, tmp_path / "pusat"))
    who = ("--by", "rina", "--agency", "panrb")
    answer = document(central(data, "held", "release", "2", *who, "--json"))
    assert answer == {"place": 2, "outcome": "applied"}
    assert items(central(data, "held", "list", "--json")) == []
    again = central(data, "held", "refuse", "2", "--reason", "x", *who)
    assert refused(again, ExitCode.FAILED, "(not_waiting)")


def test_a_refusal_is_one_document(waiting: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(waiting, tmp_path / "pusat"))
    who = ("--by", "rina", "--agency", "panrb", "--reason", "Nomor pribadi")
    answer = document(central(data, "held", "refuse", "2", *who, "--json"))
    assert answer == {"place": 2, "outcome": "refused"}
