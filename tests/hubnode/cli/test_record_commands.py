"""Own records at the command line: shown, edited, withdrawn, restored, attested."""

from pathlib import Path

import pytest

from protocol.innovation.fields import fields_to_fill
from runtime.console import ExitCode
from tests.support.commands import command_here
from tests.support.operators import HEADER, ROWS, document, ids, node, refused, sync_until_decided


def test_records_come_in_pages(data: Path) -> None:
    first = document(node(data, "record", "list", "--limit", "2", "--json"))
    rest = document(node(data, "record", "list", "--after", str(first["next"]), "--json"))
    assert (first["total"], len(ids(data)), rest["next"]) == (3, 3, None)
    pages = [*first["items"], *rest["items"]]  # type: ignore[misc]
    assert [item["id"] for item in pages] == ids(data)


def test_a_page_goes_on_after_an_id_and_after_nothing_else(data: Path) -> None:
    answer = node(data, "record", "list", "--after", "zzz")
    assert refused(answer, ExitCode.USAGE, "--after takes the `next` of the page before")


def test_a_record_is_shown_with_its_completeness(data: Path) -> None:
    shown = document(node(data, "record", "show", ids(data)[0], "--json"))
    assert isinstance(shown["record"], dict)
    assert shown["record"]["title"] == shown["title"]
    assert str(shown["title"]) in ROWS
    assert set(shown["completeness"]) == set("ABCDE")  # type: ignore[arg-type]
    assert "Kelengkapan: A " in node(data, "record", "show", ids(data)[0]).err.replace("\n", " ")


def test_a_record_is_shown_with_the_names_that_an_edit_takes(data: Path) -> None:
    shown = node(data, "record", "show", ids(data)[0]).out
    assert "Judul inovasi (title)" in shown


@pytest.mark.parametrize("verb", ["publish", "propose"])
def test_the_help_of_an_edit_lists_every_field(verb: str) -> None:
    text = command_here("hubnode", "record", verb, "--help").out
    assert "\n  objective          Tujuan (text)\n" in text
    assert {field.name for field in fields_to_fill()} <= set(text.partition("Fields:")[2].split())


def test_a_record_that_is_not_there_is_said_by_every_command(data: Path) -> None:
    for words in (
        ("show", "tidak-ada"),
        ("publish", "tidak-ada", "--set", "title=Lain Lagi"),
        ("withdraw", "tidak-ada", "--reason", "uji"),
        ("restore", "tidak-ada", "--reason", "uji"),
        ("attest", "tidak-ada"),
    ):
        assert refused(node(data, "record", *words), ExitCode.FAILED, "unknown_record"), words


def test_edits_wait_in_the_queue_in_their_order(data: Path) -> None:
    record = ids(data)[0]
    node(data, "record", "publish", record, "--set", "title=Antar Obat Baru", "--unset", "sdgs")
    node(data, "record", "attest", record)
    node(data, "record", "withdraw", record, "--reason", "berhenti")
    node(data, "record", "restore", record, "--reason", "berjalan lagi")
    queue = document(node(data, "sync", "queue", "--json"))
    kinds = [item["change"] for item in queue["items"]]  # type: ignore[union-attr,call-overload,index]
    assert queue["total"] == 4
    assert kinds == ["record.put", "record.attest", "record.withdraw", "record.restore"]
    shown = document(node(data, "record", "show", record, "--json"))
    assert (shown["title"], shown["state"]) == ("Antar Obat Baru", "active")


def test_an_edit_as_json_is_one_document(data: Path) -> None:
    record = ids(data)[0]
    answer = node(data, "record", "publish", record, "--set", "sdgs=[3,16]", "--json")
    assert document(answer) == {"record": record, "saved": 1, "state": "active"}
    assert document(node(data, "record", "show", record, "--json"))["record"]["sdgs"] == [3, 16]  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ((), ExitCode.USAGE, "--set"),
        (("--set", "title"), ExitCode.USAGE, "title"),
        (("--set", "tidak_ada=1"), ExitCode.USAGE, "tidak_ada"),
        (("--set", "sumary=Ringkas"), ExitCode.USAGE, "did you mean summary?"),
        (("--unset", "sumary"), ExitCode.USAGE, "did you mean summary?"),
        (("--unset", "id"), ExitCode.USAGE, "no field 'id'"),
        (("--set", "bogus=1"), ExitCode.USAGE, "no field 'bogus'; there are external_ids, title,"),
        (("--set", "summary=a", "--unset", "summary"), ExitCode.USAGE, "summary is named twice"),
        (("--set", "title=Satu Judul", "--set", "title=Dua Judul"), ExitCode.USAGE, "twice"),
        (("--set", "title=tes"), ExitCode.FAILED, "/title"),
        (("--set", "region=99"), ExitCode.FAILED, "/region"),
        (("--set", "summary=Hubungi 0812-3456-7890 ya"), ExitCode.FAILED, "data pribadi"),
        (("--set", "started=2099"), ExitCode.FAILED, "/started"),
        (("--unset", "title"), ExitCode.FAILED, "/title"),
    ],
)
def test_an_edit_that_is_not_valid_is_refused_and_nothing_waits(
    data: Path, words: tuple[str, ...], code: ExitCode, sentence: str
) -> None:
    answer = node(data, "record", "publish", ids(data)[0], *words)
    assert refused(answer, code, sentence)
    assert document(node(data, "sync", "queue", "--json"))["total"] == 0


@pytest.mark.parametrize("words", [("--set", "title={0}"), ("--unset", "summary")])
def test_an_edit_of_what_the_record_says_already_saves_nothing(
    data: Path, words: tuple[str, str]
) -> None:
    record = ids(data)[0]
    title = str(document(node(data, "record", "show", record, "--json"))["title"])
    edit = ("record", "publish", record, *(word.format(title) for word in words))
    answer = node(data, *edit)
    assert (answer.code, answer.out) == (ExitCode.OK, "")
    assert "says that already" in answer.err
    assert document(node(data, *edit, "--json")) == {
        "record": record,
        "saved": 0,
        "state": "active",
    }
    assert document(node(data, "sync", "queue", "--json"))["total"] == 0


def test_the_value_that_a_record_shows_settles_a_conflict_on_it(
    centre: Path, alone: Path, tmp_path: Path
) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS.partition("\n")[0] + "\n", encoding="utf-8")
    node(alone, "import", "commit", str(table))
    sync_until_decided(alone, 2)
    record, mine = ids(alone)[0], "title=Judul dari Hub"
    who = ("--by", "rina", "--data", str(centre))
    command_here("central", "record", "curate", record, "--set", "title=Judul Kurator", *who)
    node(alone, "record", "publish", record, "--set", mine)
    sync_until_decided(alone, 3)
    assert document(node(alone, "decisions", "--json"))["conflicts"] != []

    settled = node(alone, "record", "publish", record, "--set", mine, "--json")

    assert document(settled)["saved"] == 1
    sync_until_decided(alone, 4)
    assert document(node(alone, "decisions", "--json"))["conflicts"] == []


def test_a_history_tells_what_became_of_each_change(data: Path) -> None:
    history = document(node(data, "record", "history", ids(data)[0], "--json"))["items"]
    assert isinstance(history, list)
    assert [(it["outcome"], it["standing"]) for it in history] == [("applied", "shown")]  # type: ignore[call-overload,index]


def test_a_record_is_withdrawn_once_and_restored_once(data: Path) -> None:
    record = ids(data)[0]
    for verb in ("withdraw", "restore"):
        words = ("record", verb, record, "--reason", "uji")
        assert node(data, *words).code == ExitCode.OK
        assert refused(node(data, *words), ExitCode.FAILED, "nothing was changed")


@pytest.mark.parametrize("edit", [("attest",), ("publish", "--set", "title=Judul Baru")])
def test_who_edits_a_withdrawn_record_is_told_that_nobody_sees_it(
    data: Path, edit: tuple[str, ...]
) -> None:
    record, (verb, *rest) = ids(data)[0], edit
    node(data, "record", "withdraw", record, "--reason", "uji")
    answer = node(data, "record", verb, record, *rest)
    assert (answer.code, "readers do not see it" in answer.err) == (ExitCode.OK, True)


@pytest.mark.parametrize("verb", ["withdraw", "restore"])
@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_that_says_nothing_is_refused(data: Path, verb: str, reason: str) -> None:
    answer = node(data, "record", verb, ids(data)[0], "--reason", reason)
    assert refused(answer, ExitCode.USAGE, "--reason is empty")


def test_a_history_shows_what_waits_to_be_sent(data: Path) -> None:
    record = ids(data)[0]
    node(data, "record", "withdraw", record, "--reason", "berhenti", "--by", "rina")
    history = document(node(data, "record", "history", record, "--json"))["items"]
    assert isinstance(history, list)
    last = history[-1]
    assert isinstance(last, dict)
    shown = {name: last[name] for name in ("number", "change", "by", "reason", "standing")}
    assert shown == {
        "number": None,
        "change": "record.withdraw",
        "by": "rina",
        "reason": "berhenti",
        "standing": "pending",
    }


def test_a_record_that_is_not_there_has_no_history(data: Path) -> None:
    answer = node(data, "record", "history", "tidak-ada")
    assert refused(answer, ExitCode.FAILED, "(unknown_record)")


def test_a_list_that_is_cut_says_how_to_go_on(data: Path) -> None:
    first = ids(data)[0]
    answer = node(data, "record", "list", "--limit", "1")
    assert answer.err == f"1 of {len(ids(data))}; go on with --after {first}\n"


def test_a_record_is_made_without_a_spreadsheet(data: Path) -> None:
    agency = 'agency={"name":"Dinas Sosial","kind":"provinsi"}'
    words = ("--set", "title=Bantuan Tepat Waktu", "--set", agency)
    answer = node(data, "record", "publish", *words, "--set", "region=51", "--set", "started=2024")
    assert answer.code == ExitCode.OK
    (made,) = [it for it in ids(data) if it in answer.err]
    shown = document(node(data, "record", "show", made, "--json"))
    assert shown["title"] == "Bantuan Tepat Waktu"
    assert refused(node(data, "record", "publish", *words), ExitCode.FAILED, "/region")


def test_a_change_by_nobody_is_refused(data: Path) -> None:
    answer = node(data, "record", "attest", ids(data)[0], "--by", "")
    assert refused(answer, ExitCode.USAGE, "--by is empty: name the account")
