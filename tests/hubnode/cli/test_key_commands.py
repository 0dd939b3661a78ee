"""`hubnode key rotate` at a real centre: new words, and everything goes on."""

import shutil
from pathlib import Path

from central.cli.common import centre_of
from central.store import hub_keys
from hubnode.node import SYNC_LOCK
from runtime.console import ExitCode
from runtime.durable import FolderLock
from tests.support.commands import command_here
from tests.support.operators import (
    document,
    node,
    point_to,
    point_to_nowhere,
    refused,
    sync_until_decided,
)

RECORD = (
    "--set=title=Antrean Daring Puskesmas",
    "--set=region=51",
    "--set=started=2024",
    '--set=agency={"name":"Dinas Kesehatan Provinsi Bali","kind":"provinsi"}',
)


def test_new_words_are_printed_and_the_centre_shows_the_same(centre: Path, alone: Path) -> None:
    sync_until_decided(alone, 1)
    hub = str(document(node(alone, "status", "--json"))["hub"])
    before = document(node(alone, "key", "show", "--json"))

    rotated = document(node(alone, "key", "rotate", "--yes", "--json"))

    assert rotated["state"] == "rotated"
    shown = document(node(alone, "key", "show", "--json"))
    assert shown["fingerprint"] == rotated["fingerprint"] != before["fingerprint"]
    there = document(command_here("central", "hub", "show", hub, "--data", str(centre), "--json"))
    assert there["words"] == rotated["fingerprint"]


def test_a_hub_goes_on_under_its_new_keys(alone: Path) -> None:
    assert node(alone, "record", "publish", *RECORD).code == ExitCode.OK
    assert node(alone, "key", "rotate", "--yes").code == ExitCode.OK
    assert node(alone, "record", "publish", *RECORD).code == ExitCode.OK
    report = sync_until_decided(alone, 4)
    assert report["standings"] == {"noted": 2, "shown": 2}
    assert document(node(alone, "verify", "--json"))["own_entries"] == 4


def test_without_a_network_the_new_keys_wait_and_are_not_made_again(
    centre: Path, alone: Path
) -> None:
    address = (centre / "url").read_text(encoding="utf-8")
    sync_until_decided(alone, 1)
    point_to_nowhere(alone)

    offline = node(alone, "key", "rotate", "--yes", "--json")

    assert offline.code == ExitCode.UNREACHABLE
    waiting = document(offline)
    assert waiting["state"] == "waiting"
    shown = document(node(alone, "key", "show", "--json"))
    assert shown["next_fingerprint"] == waiting["fingerprint"] != shown["fingerprint"]
    point_to(alone, address)
    rotated = document(node(alone, "key", "rotate", "--yes", "--json"))
    assert (rotated["state"], rotated["fingerprint"]) == ("rotated", waiting["fingerprint"])


def test_the_centre_keeps_every_key_with_its_range(centre: Path, alone: Path) -> None:
    sync_until_decided(alone, 1)
    hub = str(document(node(alone, "status", "--json"))["hub"])
    node(alone, "key", "rotate", "--yes")
    with centre_of(centre) as opened:
        kept = opened.db.read_sync(lambda conn: hub_keys.log_keys(conn, hub))
    assert [(first, last) for _, first, last in kept] == [(0, 1), (2, None)]


def test_nothing_is_rotated_without_a_yes(alone: Path) -> None:
    keys = (alone / "keys.pem").read_bytes()
    assert refused(node(alone, "key", "rotate"), ExitCode.USAGE, "Say --yes")
    assert (alone / "keys.pem").read_bytes() == keys


def test_nothing_is_rotated_beside_a_run(alone: Path) -> None:
    keys = (alone / "keys.pem").read_bytes()
    with FolderLock(alone, SYNC_LOCK):
        assert refused(node(alone, "key", "rotate", "--yes"), ExitCode.FAILED, "Another run")
    assert (alone / "keys.pem").read_bytes() == keys


def test_a_copied_node_is_stopped_until_it_is_said_to_be_the_one(
    centre: Path, alone: Path, tmp_path: Path
) -> None:
    sync_until_decided(alone, 1)
    copy = Path(shutil.copytree(alone, tmp_path / "salinan"))

    stopped = node(copy, "sync", "now")
    assert stopped.code == ExitCode.REFUSED
    assert "hubnode adopt" in stopped.err
    status = document(node(copy, "status", "--json"))
    assert (status["state"], str(status["instance"]) in str(status["detail"])) == ("blocked", True)
    hub = str(status["hub"])
    shown = document(command_here("central", "hub", "show", hub, "--data", str(centre), "--json"))
    machines = shown["machines"]
    assert isinstance(machines, list)
    assert len(machines) == 2
    listed = command_here("central", "hub", "show", hub, "--data", str(centre))
    assert "(in use)" in listed.out
    assert "stopped" in listed.out

    assert refused(node(copy, "adopt"), ExitCode.USAGE, "Say --yes")
    assert document(node(copy, "adopt", "--yes", "--json"))["hub"] == hub
    assert node(copy, "sync", "now").code == ExitCode.OK
    assert node(alone, "sync", "now").code == ExitCode.REFUSED


def test_two_admins_let_a_hub_without_keys_go_on(centre: Path, alone: Path, tmp_path: Path) -> None:
    assert node(alone, "record", "publish", *RECORD).code == ExitCode.OK
    sync_until_decided(alone, 2)
    hub = str(document(node(alone, "status", "--json"))["hub"])
    words = ("central", "hub", "reinvite", hub, "--reason", "Kebakaran", "--data", str(centre))

    asked = command_here(*words, "--by", "rina", "--yes")
    assert (asked.code, "second admin" in asked.err) == (ExitCode.OK, True)
    twice = command_here(*words, "--by", "rina", "--yes")
    assert (twice.code, "second_admin_needed" in twice.err) == (ExitCode.FAILED, True)
    assert command_here(*words, "--by", "budi").code == ExitCode.USAGE
    invited = document(command_here(*words, "--by", "budi", "--yes", "--json"))

    folder = tmp_path / "baru"
    node(folder, "init")
    assert node(folder, "enrol", str(invited["invitation"]), "--yes").code == ExitCode.OK
    report = sync_until_decided(folder, 1)
    assert report["state"] == "ok"
    records = document(node(folder, "record", "list", "--json"))["items"]
    assert isinstance(records, list)
    assert len(records) == 1
    assert node(alone, "sync", "now").code == ExitCode.REFUSED
