"""Every command of `hubnode` as an operator types it, against a real centre on loopback."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from protocol.canonical import Json
from runtime.console import ExitCode
from tests.support.commands import Outcome, command, command_here, service

HEADER = "kode,title,agency.name,agency.kind,region,started\n"
ROWS = (
    "1,Antar Obat ke Rumah,Dinas Kesehatan Kota Denpasar,kota,51.71,2021\n"
    "2,Pasar Daring Pedagang,Dinas Perdagangan Kota Denpasar,kota,51.71,2022\n"
    "3,Arsip Desa Digital,Dinas Kearsipan Provinsi Bali,provinsi,51,2019\n"
)
WRONG = "4,Taman Baca,Dinas Perpustakaan,kota,99.99,dua ribu\n"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A centre that serves for as long as this file runs."""
    folder = tmp_path_factory.mktemp("centre") / "pusat"
    assert command("central", "init", "--data", str(folder), "--authority", "uji.example").code == 0
    with service("central", "serve", "--data", str(folder), "--port", "0", "--json") as (url, _):
        (folder / "url").write_text(url, encoding="utf-8")
        yield folder


def invitation(centre: Path, hub: str) -> str:
    made = document(command_here("central", "hub", "invite", hub, "--data", str(centre), "--json"))
    return str(made["invitation"])


def enrolled_node(centre: Path, folder: Path, hub: str) -> Path:
    assert node(folder, "init").code == ExitCode.OK
    assert node(folder, "enrol", invitation(centre, hub), "--yes").code == ExitCode.OK
    return folder


@pytest.fixture(scope="module")
def filled(centre: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hub 51 with three records that the centre has decided about."""
    folder = enrolled_node(centre, tmp_path_factory.mktemp("filled") / "bali", "51")
    table = folder.parent / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    assert node(folder, "import", "commit", str(table)).code == ExitCode.OK
    sync_until_decided(folder, 4)
    return folder


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    """A copy that a test may change, for everything but sending."""
    return Path(shutil.copytree(filled, tmp_path / "bali"))


@pytest.fixture
def alone(centre: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """An enrolled node that has done nothing yet, of a hub of this test's own."""
    hub = f"uji-{abs(hash(request.node.name)) % 100_000}"
    return enrolled_node(centre, tmp_path / "node", hub)


def node(folder: Path, *words: str) -> Outcome:
    return command_here("hubnode", *words, "--data", str(folder))


def document(answer: Outcome) -> dict[str, Json]:
    """The one document on stdout; nothing else may be there."""
    assert answer.out.count("\n") == 1, answer
    found = answer.json
    assert isinstance(found, dict)
    return found


def refused(answer: Outcome, code: ExitCode, words: str) -> bool:
    """Whether a command ended with a sentence on stderr, and nothing on stdout."""
    is_sentence = words in answer.err and "Traceback" not in answer.err
    return (answer.code, answer.out, is_sentence) == (code, "", True)


def sync_until_decided(folder: Path, count: int) -> dict[str, Json]:
    """Runs until this hub knows the outcome of `count` of its entries."""
    while True:
        report = document(node(folder, "sync", "now", "--json"))
        outcomes = report["outcomes"]
        assert isinstance(outcomes, dict)
        if sum(int(str(it)) for it in outcomes.values()) >= count:
            return report


def ids(folder: Path) -> list[str]:
    items = document(node(folder, "record", "list", "--json"))["items"]
    assert isinstance(items, list)
    return [str(item["id"]) for item in items]  # type: ignore[call-overload,index]


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    assert document(node(folder, "init", "--json")) == {"data": str(folder)}
    assert refused(node(folder, "init"), ExitCode.USAGE, "holds a node already")


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    node(tmp_path / "node", "init")
    assert (tmp_path / "node" / "keys.pem").stat().st_mode & 0o077 == 0


def test_an_enrolment_shows_the_words_of_both_sides(centre: Path, tmp_path: Path) -> None:
    folder = tmp_path / "node"
    node(folder, "init")
    shown = document(node(folder, "enrol", invitation(centre, "61"), "--yes", "--json"))
    assert (shown["hub"], shown["state"]) == ("61", "active")
    assert len(str(shown["own_words"]).split()) == len(str(shown["centre_words"]).split()) == 8
    listed = document(command_here("central", "hub", "show", "61", "--data", str(centre), "--json"))
    assert listed["words"] == shown["own_words"]


def test_an_enrolment_that_nobody_confirmed_does_not_happen(centre: Path, tmp_path: Path) -> None:
    folder = tmp_path / "node"
    node(folder, "init")
    answer = node(folder, "enrol", invitation(centre, "62"))
    assert refused(answer, ExitCode.USAGE, "--yes")
    assert document(node(folder, "status", "--json"))["enrolled"] is False


def test_an_invitation_works_once(centre: Path, tmp_path: Path) -> None:
    text = invitation(centre, "63")
    for name in ("a", "b"):
        node(tmp_path / name, "init")
    assert node(tmp_path / "a", "enrol", text, "--yes").code == ExitCode.OK
    again = node(tmp_path / "b", "enrol", text, "--yes")
    assert refused(again, ExitCode.REFUSED, "(invitation_used)")


@pytest.mark.parametrize("text", ["", "jipp1-", "jipp1-AAAA", "http://pusat.example", "jipp1-é"])
def test_a_text_that_is_no_invitation_is_said(tmp_path: Path, text: str) -> None:
    node(tmp_path / "node", "init")
    answer = node(tmp_path / "node", "enrol", text, "--yes")
    assert refused(answer, ExitCode.FAILED, "invitation_malformed")


def test_commands_without_a_node_say_how_to_make_one(tmp_path: Path) -> None:
    for words in (
        ("status",),
        ("record", "list"),
        ("sync", "now"),
        ("decisions",),
        ("verify",),
        ("key", "show"),
        ("catalogue", "search", "obat"),
        ("serve",),
    ):
        assert refused(node(tmp_path / "none", *words), ExitCode.USAGE, "hubnode init"), words


def test_commands_before_the_enrolment_say_what_is_missing(tmp_path: Path) -> None:
    folder, table = tmp_path / "node", tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    node(folder, "init")
    for words in (
        ("decisions",),
        ("verify",),
        ("key", "show"),
        ("catalogue", "search", "obat"),
        ("import", "commit", str(table)),
    ):
        assert refused(node(folder, *words), ExitCode.ATTENTION, "hubnode enrol"), words
    assert node(folder, "sync", "now").code != ExitCode.OK


def test_an_import_reports_what_the_contract_says(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS + WRONG, encoding="utf-8")
    report = document(
        node(alone, "import", "commit", str(table), "--mapping", "template", "--json")
    )
    assert [report[n] for n in ("added", "amended", "unchanged", "withdrawn")] == [3, 0, 0, 0]
    errors = report["errors"]
    assert isinstance(errors, list)
    assert all(set(e) == {"row", "field", "code", "message"} for e in errors)  # type: ignore[arg-type]
    assert {e["row"] for e in errors} == {5}  # type: ignore[call-overload,index]


def test_a_check_stores_nothing(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    assert document(node(alone, "import", "check", str(table), "--json"))["added"] == 3
    assert ids(alone) == []


def test_an_import_is_undone_as_a_whole(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    node(alone, "import", "commit", str(table))
    assert refused(node(alone, "import", "undo"), ExitCode.USAGE, "--yes")
    assert document(node(alone, "import", "undo", "--yes", "--json")) == {"undone": 3}
    items = document(node(alone, "record", "list", "--json"))["items"]
    assert isinstance(items, list)
    assert {i["state"] for i in items} == {"withdrawn"}  # type: ignore[call-overload,index]


def test_rows_that_vanished_are_withdrawn_only_when_confirmed(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    node(alone, "import", "commit", str(table))
    table.write_text(HEADER + ROWS.partition("\n")[0] + "\n", encoding="utf-8")
    kept = document(node(alone, "import", "commit", str(table), "--json"))
    assert (kept["withdrawn"], kept["missing"], kept["unchanged"]) == (0, 2, 1)
    unasked = node(alone, "import", "commit", str(table), "--withdraw-missing")
    assert refused(unasked, ExitCode.USAGE, "--yes")
    words = ("import", "commit", str(table), "--withdraw-missing", "--yes", "--json")
    assert document(node(alone, *words))["withdrawn"] == 2


def test_only_the_rows_of_a_where_are_imported(alone: Path, tmp_path: Path) -> None:
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    words = ("import", "commit", str(table), "--where", "region=51", "--json")
    assert document(node(alone, *words))["added"] == 1
    answer = node(alone, "import", "commit", str(table), "--where", "region")
    assert refused(answer, ExitCode.USAGE, "COLUMN=VALUE")


@pytest.mark.parametrize(
    ("name", "content", "mapping", "code"),
    [
        ("hilang.csv", None, "template", "file_missing"),
        ("kosong.csv", b"", "template", "file_empty"),
        ("lain.pdf", b"%PDF", "template", "file_type_unknown"),
        ("rusak.xlsx", b"PK\x03\x04 bukan", "template", "file_malformed"),
        ("utf16.csv", "kode,title\n".encode("utf-16"), "template", "file_encoding_unknown"),
        ("dua.csv", b"kode,kode\n1,2\n", "template", "header_repeated"),
        ("baris.jsonl", b'{"kode": 1', "template", "file_malformed"),
        ("ada.csv", b"kode,title\n1,a\n", "tidak-ada", "mapping_unknown"),
        ("ada.csv", b"kolom\n1\n", "lan", "mapping_column_missing"),
    ],
)
def test_a_file_that_cannot_be_imported_is_named_with_its_code(  # noqa: PLR0917  # cases
    data: Path, tmp_path: Path, name: str, content: bytes | None, mapping: str, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    answer = node(data, "import", "commit", str(tmp_path / name), "--mapping", mapping)
    assert refused(answer, ExitCode.FAILED, f"({code})")


def test_a_template_is_written_and_can_be_imported_empty(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "inovasi.xlsx"
    assert command_here("hubnode", "import", "template", str(file)).code == ExitCode.OK
    report = document(node(data, "import", "check", str(file), "--json"))
    assert (report["added"], report["errors"]) == (0, [])


def test_a_template_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "inovasi.xlsx"
    answer = command_here("hubnode", "import", "template", str(file))
    assert refused(answer, ExitCode.FAILED, str(file))


def test_records_come_in_pages(data: Path) -> None:
    first = document(node(data, "record", "list", "--limit", "2", "--json"))
    rest = document(node(data, "record", "list", "--after", str(first["next"]), "--json"))
    assert (first["total"], len(ids(data)), rest["next"]) == (3, 3, None)
    pages = [*first["items"], *rest["items"]]  # type: ignore[misc]
    assert [item["id"] for item in pages] == ids(data)


def test_a_record_is_shown_with_its_completeness(data: Path) -> None:
    shown = document(node(data, "record", "show", ids(data)[0], "--json"))
    assert isinstance(shown["record"], dict)
    assert shown["record"]["title"] == shown["title"]
    assert str(shown["title"]) in ROWS
    assert set(shown["completeness"]) == set("ABCDE")  # type: ignore[arg-type]
    assert "Kelengkapan: A " in node(data, "record", "show", ids(data)[0]).err.replace("\n", " ")


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
    assert document(answer) == {"record": record, "saved": 1}
    assert document(node(data, "record", "show", record, "--json"))["record"]["sdgs"] == [3, 16]  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ((), ExitCode.USAGE, "--set"),
        (("--set", "title"), ExitCode.USAGE, "title"),
        (("--set", "tidak_ada=1"), ExitCode.USAGE, "tidak_ada"),
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


def test_a_history_tells_what_became_of_each_change(data: Path) -> None:
    history = document(node(data, "record", "history", ids(data)[0], "--json"))["items"]
    assert isinstance(history, list)
    assert [(it["outcome"], it["standing"]) for it in history] == [("applied", "shown")]  # type: ignore[call-overload,index]


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
    _point_to_nowhere(alone)
    answer = node(alone, "sync", "now", "--json")
    assert answer.code == ExitCode.UNREACHABLE
    assert document(answer)["state"] == "offline"
    status = document(node(alone, "status", "--json"))
    assert (status["state"], status["pending"]) == ("offline", 3)


def _point_to_nowhere(folder: Path) -> None:
    import sqlite3  # noqa: PLC0415

    with sqlite3.connect(folder / "node.sqlite") as database:
        database.execute("UPDATE identity SET url = 'http://127.0.0.1:9'")
    database.close()


def test_decisions_can_be_read_by_outcome(data: Path) -> None:
    everything = document(node(data, "decisions", "--json"))
    held = document(node(data, "decisions", "--outcome", "held", "--json"))
    assert len(everything["items"]) == 4  # type: ignore[arg-type]
    assert (held["items"], held["conflicts"]) == ([], [])


def test_the_catalogue_is_searched_and_shown_offline(data: Path) -> None:
    _point_to_nowhere(data)
    found = document(node(data, "catalogue", "search", "mengantar obat", "--json"))
    items = found["items"]
    assert isinstance(items, list)
    (item,) = items
    assert isinstance(item, dict)
    assert item["record"]["title"] == "Antar Obat ke Rumah"  # type: ignore[call-overload,index]
    shown = document(node(data, "catalogue", "show", str(item["id"]), "--json"))
    assert shown == item
    filtered = document(node(data, "catalogue", "search", "--facet", "region=51", "--json"))
    assert filtered["total"] == 1


def test_a_search_that_finds_nothing_and_a_facet_that_is_none_are_said(data: Path) -> None:
    assert "Nothing found" in node(data, "catalogue", "search", "zzzz").err
    answer = node(data, "catalogue", "search", "--facet", "warna=biru")
    assert refused(answer, ExitCode.FAILED, "province")
    assert refused(node(data, "catalogue", "show", "tidak-ada"), ExitCode.FAILED, "tidak-ada")


def test_keys_are_shown_without_their_private_halves(data: Path) -> None:
    shown = document(node(data, "key", "show", "--json"))
    assert str(shown["log_key"]).startswith("uji.example/hub/51/1+")
    secret = (data / "keys.pem").read_text(encoding="ascii")
    assert not any(line in str(shown) for line in secret.splitlines() if len(line) > 10)


def test_a_replica_that_holds_is_verified(data: Path) -> None:
    found = document(node(data, "verify", "--json"))
    assert (found["verified"], found["own_entries"]) == (True, 4)


def test_a_replica_that_was_altered_is_found(data: Path) -> None:
    import sqlite3  # noqa: PLC0415

    with sqlite3.connect(data / "node.sqlite") as database:
        changed = database.execute("UPDATE document SET digest = zeroblob(32)").rowcount
    database.close()
    assert changed
    assert refused(node(data, "verify"), ExitCode.FAILED, "catalogue_altered")


def test_a_proof_of_the_centre_is_verified_offline(
    centre: Path, data: Path, tmp_path: Path
) -> None:
    url = (centre / "url").read_text(encoding="utf-8")
    record, file = ids(data)[0], tmp_path / "bukti.tlog-proof"
    with urlopen(f"{url}/api/v1/innovations/{record}/proof") as answer:  # noqa: S310  # our own
        file.write_bytes(answer.read())
    found = document(node(data, "verify", str(file), "--json"))
    assert found["verified"] is True
    assert found["decision"]["record"] == record  # type: ignore[index,call-overload]
    assert refused(node(data, "verify", str(tmp_path / "none")), ExitCode.FAILED, "no file")


def test_a_proof_in_which_a_bit_is_flipped_is_refused(
    centre: Path, data: Path, tmp_path: Path
) -> None:
    url = (centre / "url").read_text(encoding="utf-8")
    with urlopen(f"{url}/api/v1/innovations/{ids(data)[0]}/proof") as answer:  # noqa: S310  # our own
        whole = answer.read()
    file = tmp_path / "bukti.tlog-proof"
    for place in (0, len(whole) // 3, len(whole) // 2, len(whole) - 5):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        altered = node(data, "verify", str(file))
        assert (altered.code, altered.out) == (ExitCode.FAILED, ""), place


def test_every_setting_is_shown_and_a_wrong_one_is_said(data: Path) -> None:
    shown = document(node(data, "config", "--json"))
    assert shown["schedule_interval_s"] == 900
    (data / "node.toml").write_text("port = 99999\nwarna = 1\n", encoding="utf-8")
    answer = node(data, "config")
    assert refused(answer, ExitCode.USAGE, "port")
    assert "warna" in answer.err


def test_a_service_syncs_on_schedule_and_answers(alone: Path) -> None:
    words = ("serve", "--data", str(alone), "--port", "0", "--interval", "1", "--json")
    with service("hubnode", *words) as (url, _):
        for path in ("/healthz", "/metrics"):
            with urlopen(url + path) as answer:  # noqa: S310  # our own
                assert answer.status == 200
        again = command("hubnode", "serve", "--data", str(alone), "--port", "0")
        assert (again.code, again.out) == (ExitCode.FAILED, "")
    assert document(node(alone, "status", "--json"))["last_success_at"]
