"""Keys that are changed, stolen and lost, over real HTTP and on both databases."""

import contextlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from central import intake
from central.reinviting import Wish, reinvite
from central.store import hub_keys, instances
from hubnode.adopting import adopt
from hubnode.enrolment import create_node, enrol
from hubnode.keys import KeyPair, begin_rotation, load_own_keys
from hubnode.node import Node
from hubnode.opening import online_node
from hubnode.status import status_of
from hubnode.store import records
from hubnode.store.runs import RunState
from hubnode.sync.plan import Known, Offer, Send, Step
from hubnode.sync.run import sync
from hubnode.verify import verify_node
from protocol.entries.changes import HubOpened, decode_change
from protocol.entries.decisions import ChangeHeld
from protocol.entries.hub_decisions import HubKeyRotated
from runtime.system import SystemEntropy
from tests.support.federation import FederationUnderTest
from tests.support.nodes import backup, own_entries, pending_count, publish, restore_backup
from tests.support.stories import (
    assert_sound,
    at_centre,
    at_hub,
    decisions,
    first_record,
    revoke,
    who,
)


def begin(node: Node) -> KeyPair:
    return begin_rotation(node.folder, who(node), node.entropy)


async def test_a_hub_changes_its_keys_and_nothing_else_changes(
    federation: FederationUnderTest, bali: Node
) -> None:
    size, fresh = len(own_entries(bali)), begin(bali)
    publish(bali, "Ditulis sebelum kunci diganti")
    assert (await federation.sync(bali)).state == "ok"
    publish(bali, "Ditulis sesudah kunci diganti")
    report = await federation.sync(bali)

    assert (report.state, len(own_entries(bali))) == ("ok", size + 3)
    assert at_hub(bali) == at_centre(federation.centre)
    [rotated] = [it for it in decisions(federation.centre) if isinstance(it, HubKeyRotated)]
    assert (rotated.log_key, rotated.source.index) == (fresh.log.verifier_key.text, size + 1)
    keys = load_own_keys(bali.folder, who(bali))
    assert (keys.current, keys.next) == (fresh, None)
    verified = bali.db.read_sync(lambda conn: verify_node(conn, bali, who(bali), keys.verifiers))
    assert verified["own_entries"] == size + 3
    kept = federation.centre.db.read_sync(lambda conn: hub_keys.log_keys(conn, "51"))
    assert [(first, last) for _, first, last in kept] == [(0, size + 1), (size + 2, None)]
    assert_sound(federation.centre)


async def test_offline_changes_under_the_old_key_come_before_the_rotation(
    federation: FederationUnderTest, bali: Node
) -> None:
    """F39: signed and not sent when the keys are changed."""
    size = len(own_entries(bali))
    publish(bali, "Ditandatangani dan belum terkirim")

    def cut(step: Step, _known: Known) -> None:
        if isinstance(step, Offer):
            raise KeyboardInterrupt

    with contextlib.suppress(KeyboardInterrupt):
        await sync(bali, progress=cut)
    assert len(own_entries(bali)) == size + 1
    begin(bali)
    await federation.sync(bali)
    assert (await federation.sync(bali)).state == "ok"
    assert len(own_entries(bali)) == size + 2
    assert at_hub(bali) == at_centre(federation.centre)
    assert_sound(federation.centre)


async def test_a_key_revoked_in_the_middle_of_a_run_keeps_what_was_taken(
    federation: FederationUnderTest, bali: Node
) -> None:
    """F38: what is committed stays, the rest is refused, and the line is said."""
    centre, size = federation.centre, len(own_entries(bali))
    publish(bali, "Terkirim tepat waktu")
    await sync(bali)
    publish(bali, "Terlambat")

    def revoked(step: Step, _known: Known) -> None:
        if isinstance(step, Send):
            revoke(centre, "51")

    report = await sync(bali, progress=revoked)
    assert (report.state, report.code) == (RunState.BLOCKED, "key_revoked")
    await federation.settle()
    view = centre.db.read_sync(lambda conn: intake.hub_view(conn, centre, "51"))
    assert (view["next_entry"], view["reconciled"]) == (size + 1, size + 1)
    again = await sync(bali)
    assert (again.state, again.code) == (RunState.BLOCKED, "key_revoked")
    assert again.sentence.startswith("Kunci hub ini telah dicabut")
    assert again.sentence.endswith("Z: hilang")
    said = bali.db.read_sync(lambda conn: status_of(conn, bali))
    assert (said["state"], said["sentence"]) == ("blocked", again.sentence)
    assert len(own_entries(bali)) + pending_count(bali) == size + 2
    assert_sound(centre)


async def test_a_node_without_its_key_file_works_on_and_makes_no_other(
    federation: FederationUnderTest, bali: Node
) -> None:
    """F40: nothing is signed, and the keys that come back are the keys."""
    (bali.folder / "keys.pem").rename(bali.folder / "away")
    publish(bali, "Ditulis tanpa kunci")
    report = await federation.sync(bali)
    assert (report.state, report.code) == (RunState.BLOCKED, "key_file_refused")
    assert not (bali.folder / "keys.pem").exists()
    assert pending_count(bali) == 1
    (bali.folder / "away").rename(bali.folder / "keys.pem")
    assert (await federation.sync(bali)).state == "ok"
    assert at_hub(bali) == at_centre(federation.centre)


def copy_of(node: Node, name: str) -> Path:
    """The whole folder on another machine, as it is now."""
    to = node.folder.parent / name
    shutil.copytree(node.folder, to, ignore=shutil.ignore_patterns("node.sqlite*"))
    with closing(sqlite3.connect(node.folder / "node.sqlite")) as database:
        database.execute("VACUUM INTO ?", (str(to / "node.sqlite"),))
    return to


async def test_a_copied_folder_is_stopped_and_keeps_what_waits_for_the_other(
    federation: FederationUnderTest, bali: Node
) -> None:
    """F21: the first machine goes on; both are named; nothing of either is lost."""
    async with online_node(copy_of(bali, "salinan")) as copy:
        publish(copy, "Ditulis di salinan")
        publish(bali, "Ditulis di mesin pertama")
        size = len(own_entries(copy))
        stopped = await sync(copy)
        assert (stopped.state, stopped.code) == (RunState.BLOCKED, "identity_in_use")
        assert (len(own_entries(copy)), pending_count(copy)) == (size, 1)
        assert (await federation.sync(bali)).state == "ok"

        told = copy.db.read_sync(lambda conn: status_of(conn, copy))
        first = bali.db.read_sync(lambda conn: status_of(conn, bali))["instance"]
        assert told["state"] == "blocked"
        assert str(first) in str(told["detail"])
        assert str(told["instance"]) in str(told["detail"])
        seen = federation.centre.db.read_sync(lambda conn: instances.of_hub(conn, "51"))
        assert {row.instance for row in seen} == {first, told["instance"]}

        await adopt(copy, who(copy))
        assert (await federation.sync(copy)).state == "ok"
        assert (await sync(bali)).code == "identity_in_use"
        assert at_hub(copy) == at_centre(federation.centre)
    assert_sound(federation.centre)


async def test_a_cloned_machine_is_found_when_both_take_turns(
    federation: FederationUnderTest, bali: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual machine that was cloned with its disk has the same id as the first."""
    monkeypatch.setattr("hubnode.instance.place_of", lambda _folder: "one machine")
    await adopt(bali, who(bali))
    async with online_node(copy_of(bali, "klon")) as clone:
        publish(bali, "Ditulis di mesin pertama")
        await federation.sync(bali)
        publish(clone, "Ditulis di klon")
        assert (await federation.sync(clone)).state == "ok", "as a restored backup"
        publish(bali, "Ditulis sesudahnya")
        stopped = await sync(bali)
        assert (stopped.state, stopped.code) == (RunState.BLOCKED, "identity_in_use")
        assert pending_count(bali) == 1
        monkeypatch.undo()
        await adopt(bali, who(bali))
        assert (await federation.sync(bali)).state == "ok"
        assert (await sync(clone)).code == "identity_in_use"
    assert at_hub(bali) == at_centre(federation.centre)
    assert_sound(federation.centre)


async def test_a_database_put_back_into_its_folder_needs_no_adoption(
    federation: FederationUnderTest, bali: Node, tmp_path: Path
) -> None:
    backup(bali, tmp_path / "cadangan")
    publish(bali, "Sesudah cadangan")
    await federation.sync(bali)
    bali.db.close()
    restore_backup(bali.folder, tmp_path / "cadangan")
    async with online_node(bali.folder) as again:
        publish(again, "Sesudah pemulihan")
        assert (await federation.sync(again)).state == "ok"
        assert at_hub(again) == at_centre(federation.centre)


async def test_an_adoption_killed_before_its_own_note_is_said_again(
    federation: FederationUnderTest, bali: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("hubnode.adopting.identity.save_installation", die)
        with pytest.raises(KeyboardInterrupt):
            await adopt(bali, who(bali))
    assert (await sync(bali)).code == "identity_in_use"
    await adopt(bali, who(bali))
    assert (await federation.sync(bali)).state == "ok"


def invite_again(federation: FederationUnderTest, hub: str = "51") -> str:
    """Two admins close the hub's log and invite it again."""
    wish = Wish(reason="Kebakaran", by="rina", agency="panrb", second_by="budi")
    centre = federation.centre
    text = centre.db.run_sync(
        lambda conn: reinvite(conn, centre, hub, wish, hours=1, url=federation.url)
    )
    assert text is not None
    return text


def title_of(node: Node, record: str) -> object:
    own = node.db.read_sync(lambda conn: records.get(conn, record))
    assert own is not None
    return own.fields["title"]


async def test_a_hub_that_lost_keys_and_database_goes_on_with_its_records(
    federation: FederationUnderTest, bali: Node
) -> None:
    """Case E: another machine, new keys, a log of the next generation, the same owner."""
    record, count = first_record(bali), bali.db.read_sync(records.count)
    folder = federation.folder / "baru"
    create_node(folder, entropy=SystemEntropy())
    async with online_node(folder) as fresh:
        await enrol(fresh, invite_again(federation), yes=lambda _asked, _words: True)
        assert who(fresh).generation == 2
        assert (await federation.sync(fresh)).state == "ok"
        assert fresh.db.read_sync(records.count) == count

        publish(fresh, "Disunting di mesin baru", record=record)
        report = await federation.sync(fresh)
        assert (report.state, report.standings) == ("ok", {"noted": 1, "shown": 1})
        assert title_of(fresh, record) == "Disunting di mesin baru"
        assert at_hub(fresh) == at_centre(federation.centre)
        opened = decode_change(own_entries(fresh)[0])
        assert isinstance(opened, HubOpened)
        assert opened.continues == who(bali).origin

        stopped = await sync(bali)
        assert (stopped.state, stopped.code) == (RunState.BLOCKED, "key_revoked")
        view = federation.centre.db.read_sync(
            lambda conn: intake.hub_view(conn, federation.centre, "51")
        )
        assert isinstance(view["earlier"], list)
        assert len(view["earlier"]) == 1
    assert_sound(federation.centre)


async def test_a_hub_that_lost_its_keys_only_sends_what_waited_in_its_next_log(
    federation: FederationUnderTest, bali: Node
) -> None:
    record = first_record(bali)
    publish(bali, "Ditandatangani dan belum terkirim", record=record)

    def cut(step: Step, _known: Known) -> None:
        if isinstance(step, Offer):
            raise KeyboardInterrupt

    with contextlib.suppress(KeyboardInterrupt):
        await sync(bali, progress=cut)
    publish(bali, "Menunggu pertama", record=record)
    publish(bali, "Menunggu terakhir", record=record)
    (bali.folder / "keys.pem").unlink()
    assert (await sync(bali)).code == "key_file_refused"

    await enrol(bali, invite_again(federation), yes=lambda _asked, _words: True)
    assert pending_count(bali) == 3
    report = await federation.sync(bali)
    assert (report.state, report.standings) == ("ok", {"noted": 1, "superseded": 2, "shown": 1})
    assert title_of(bali, record) == "Menunggu terakhir"
    publish(bali, "Sesudah semuanya", record=record)
    assert (await federation.sync(bali)).state == "ok"
    assert at_hub(bali) == at_centre(federation.centre)
    assert title_of(bali, record) == "Sesudah semuanya"
    assert_sound(federation.centre)


async def test_stolen_keys_are_put_aside_and_what_the_thief_signed_is_held(
    federation: FederationUnderTest, bali: Node
) -> None:
    centre, size = federation.centre, len(own_entries(bali))
    stolen = (bali.folder / "keys.pem").read_bytes()
    publish(bali, "Ditulis pencuri")
    await sync(bali)
    wish = Wish(
        reason="Dicuri", by="rina", agency="panrb", second_by="budi", last_good_index=size - 1
    )
    text = centre.db.run_sync(
        lambda conn: reinvite(conn, centre, "51", wish, hours=1, url=federation.url)
    )
    assert text is not None
    await enrol(bali, text, yes=lambda _asked, _words: True)
    assert (bali.folder / "keys.generation-1.pem").read_bytes() == stolen
    assert (await federation.sync(bali)).state == "ok"
    last = [it for it in decisions(centre) if isinstance(it, ChangeHeld)]
    assert [(it.source.index, it.code) for it in last] == [(size, "key_revoked")]
    assert at_hub(bali) == at_centre(centre)


async def test_an_enrolment_whose_answer_was_lost_goes_on_with_the_same_new_keys(
    federation: FederationUnderTest, bali: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = invite_again(federation)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("hubnode.enrolment.check_answer", die)
        with pytest.raises(KeyboardInterrupt):
            await enrol(bali, text, yes=lambda _asked, _words: True)
    keys = (bali.folder / "keys.pem").read_bytes()
    await enrol(bali, text, yes=lambda _asked, _words: True)
    assert (bali.folder / "keys.pem").read_bytes() == keys
    assert (await federation.sync(bali)).state == "ok"
