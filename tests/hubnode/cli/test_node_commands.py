"""The node itself: its folder, enrolment, keys, settings, service, and what it can prove."""

import sqlite3
from pathlib import Path
from urllib.request import urlopen

import pytest

from runtime.console import ExitCode
from tests.support.commands import command, command_here, service
from tests.support.operators import HEADER, ROWS, document, ids, invitation, node, refused


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    assert document(node(folder, "init", "--json")) == {"data": str(folder)}
    assert refused(node(folder, "init"), ExitCode.USAGE, "holds a node already")


def test_a_folder_cannot_be_made_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "node").write_text("a file", encoding="ascii")
    assert refused(node(tmp_path / "node", "init"), ExitCode.FAILED, f"{tmp_path / 'node'}")


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


def test_an_enrolment_without_a_centre_says_so_and_nothing_of_sockets(
    centre: Path, tmp_path: Path
) -> None:
    node(tmp_path / "node", "init")
    words = ("hub", "invite", "64", "--url", "http://127.0.0.1:9", "--data", str(centre))
    text = command_here("central", *words).out.strip()
    answer = node(tmp_path / "node", "enrol", text, "--yes")
    assert refused(answer, ExitCode.UNREACHABLE, "tidak ada yang menjawab di alamatnya")
    assert "Errno" not in answer.err
    assert "Cannot connect" not in answer.err


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


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("record", "show", "tidak-ada"), ExitCode.FAILED),
        (("record", "publish", "tidak-ada", "--set", "title=Lain Lagi"), ExitCode.FAILED),
        (("record", "publish", "--set", "warna=biru"), ExitCode.USAGE),
        (("import", "check", "tidak-ada.csv"), ExitCode.FAILED),
        (("catalogue", "search", "--facet", "warna=biru"), ExitCode.USAGE),
        (("decisions", "--outcome", "heldd"), ExitCode.USAGE),
        (("sync", "history", "--limit", "0"), ExitCode.USAGE),
    ],
)
def test_a_command_that_fails_prints_no_document(
    data: Path, words: tuple[str, ...], code: ExitCode
) -> None:
    answer = node(data, *words, "--json")
    assert (answer.code, answer.out) == (code, "")
    assert answer.err


def test_commands_without_a_node_say_how_to_make_one(tmp_path: Path) -> None:
    for words in (
        ("status",),
        ("record", "list"),
        ("sync", "now"),
        ("decisions",),
        ("verify",),
        ("key", "show"),
        ("key", "rotate", "--yes"),
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


def test_keys_are_shown_without_their_private_halves(data: Path) -> None:
    shown = document(node(data, "key", "show", "--json"))
    assert str(shown["log_key"]).startswith("uji.example/hub/51/1+")
    secret = (data / "keys.pem").read_text(encoding="ascii")
    assert not any(line in str(shown) for line in secret.splitlines() if len(line) > 10)


def test_keys_of_another_node_are_not_shown_as_this_ones(data: Path, tmp_path: Path) -> None:
    node(tmp_path / "other", "init")
    (data / "keys.pem").write_bytes((tmp_path / "other" / "keys.pem").read_bytes())
    answer = node(data, "key", "show")
    assert refused(answer, ExitCode.FAILED, "these are not the keys this node enrolled with")


def test_a_replica_that_holds_is_verified(data: Path) -> None:
    found = document(node(data, "verify", "--json"))
    assert (found["verified"], found["own_entries"]) == (True, 4)


def test_a_replica_that_was_altered_is_found(data: Path) -> None:
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
    for unreadable in (tmp_path / "none", tmp_path):
        answer = node(data, "verify", str(unreadable))
        assert refused(answer, ExitCode.FAILED, f"{unreadable} cannot be read")


def test_a_proof_in_which_a_bit_is_flipped_is_refused(
    centre: Path, data: Path, tmp_path: Path
) -> None:
    url = (centre / "url").read_text(encoding="utf-8")
    with urlopen(f"{url}/api/v1/innovations/{ids(data)[0]}/proof") as answer:  # noqa: S310  # our own
        whole = answer.read()
    file = tmp_path / "bukti.tlog-proof"
    in_signature = whole.index("\u2014 ".encode()) + 60  # of the log; strangers' lines are ignored
    for place in (0, in_signature // 3, in_signature // 2, in_signature):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        altered = node(data, "verify", str(file))
        assert (altered.code, altered.out) == (ExitCode.FAILED, ""), place
        assert str(file) in altered.err


def test_every_setting_is_shown_and_a_wrong_one_is_said(data: Path) -> None:
    shown = document(node(data, "config", "show", "--json"))
    assert shown["schedule_interval_s"] == 900
    (data / "node.toml").write_text("port = 99999\nwarna = 1\n", encoding="utf-8")
    answer = node(data, "config", "show")
    assert refused(answer, ExitCode.USAGE, str(data / "node.toml"))
    assert "port: must be at most 65535\n" in answer.err
    assert "warna: no setting has this name\n" in answer.err


def test_settings_are_checked_with_what_they_lead_to(data: Path) -> None:
    assert document(node(data, "config", "check", "--json")) == {"ok": True}
    (data / "node.sqlite").write_bytes(b"no database" * 1000)
    assert refused(node(data, "config", "check"), ExitCode.FAILED, "is damaged")
    (data / "node.toml").write_text("port = 99999\n", encoding="utf-8")
    assert refused(node(data, "config", "check"), ExitCode.USAGE, "must be at most 65535")


@pytest.mark.parametrize(
    ("interval", "limit"), [("999999999999", "at most 604800"), ("0", "at least 1")]
)
def test_an_interval_at_the_command_line_has_the_limits_of_the_setting(
    data: Path, interval: str, limit: str
) -> None:
    answer = node(data, "serve", "--interval", interval)
    assert refused(answer, ExitCode.USAGE, f"schedule_interval_s: must be {limit}")


@pytest.mark.parametrize("words", [("status",), ("sync", "now"), ("serve",), ("doctor",)])
def test_what_depends_on_settings_refuses_those_that_cannot_be_used(
    data: Path, words: tuple[str, ...]
) -> None:
    (data / "node.toml").write_text("prot = 1\n", encoding="utf-8")
    assert refused(node(data, *words), ExitCode.USAGE, "did you mean port?")


def test_a_certificate_that_cannot_be_used_is_said_before_anything_is_served(data: Path) -> None:
    (data / "node.toml").write_text('tls_certificate = "tls/node.pem"\n', encoding="utf-8")
    answer = node(data, "serve")
    assert refused(answer, ExitCode.USAGE, "tls_certificate: ")
    assert "cannot be read: No such file" in answer.err
    (data / "node.toml").unlink()


def test_the_password_of_the_mail_server_is_not_printed(data: Path) -> None:
    (data / "node.toml").write_text('alert_smtp_password = "rahasia"\n', encoding="utf-8")
    for words in (("config", "show"), ("config", "show", "--json")):
        assert "rahasia" not in node(data, *words).out
    (data / "node.toml").unlink()


def test_settings_that_are_a_folder_are_said(data: Path) -> None:
    (data / "node.toml").unlink(missing_ok=True)
    (data / "node.toml").mkdir()
    answer = node(data, "config", "show")
    assert refused(answer, ExitCode.USAGE, f"{data / 'node.toml'} cannot be read")


def test_a_damaged_database_is_said_with_its_place_and_what_helps(data: Path) -> None:
    (data / "node.sqlite").write_bytes(b"no database" * 1000)
    answer = node(data, "record", "list")
    assert refused(answer, ExitCode.FAILED, f"{data / 'node.sqlite'} is damaged")
    assert "restore a backup" in answer.err


def test_a_service_syncs_on_schedule_and_answers(alone: Path) -> None:
    words = ("serve", "--data", str(alone), "--port", "0", "--interval", "1", "--json")
    with service("hubnode", *words) as (url, _):
        for path in ("/healthz", "/metrics"):
            with urlopen(url + path) as answer:  # noqa: S310  # our own
                assert answer.status == 200
        again = command("hubnode", "serve", "--data", str(alone), "--port", "0")
        assert (again.code, again.out) == (ExitCode.FAILED, "")
    assert document(node(alone, "status", "--json"))["last_success_at"]
