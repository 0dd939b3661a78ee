"""A backup: whole, closed to everybody without the keys, and back in place in another folder."""

from pathlib import Path

import pytest

from hubnode.backup import KEPT, BackupRefused, create, every, is_sound, opened, restore
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.opening import opened_node
from hubnode.store import identity, records
from hubnode.store.identity import Identity
from hubnode.sync.run import sync
from hubnode.sync.session import MARK_FILE
from tests.support.nodes import publish
from tests.support.ports import ManualClock


def who_of(node: Node) -> Identity:
    who = node.db.read_sync(identity.get)
    assert who is not None
    return who


def own_seed(node: Node) -> bytes:
    return load_own_keys(node.folder, who_of(node)).current.log.seed


async def test_what_was_backed_up_is_back_in_another_folder(hub: Node, tmp_path: Path) -> None:
    record = publish(hub, "Antar Obat")
    await sync(hub)
    path = create(hub, who_of(hub))
    publish(hub, "Sesudah cadangan")
    with opened(path, [own_seed(hub)]) as found:
        assert (found.hub, is_sound(found)) == ("51", True)
        restore(found, tmp_path / "restored")
    with opened_node(tmp_path / "restored") as node:
        assert [it.id for it in node.db.read_sync(lambda conn: records.page(conn, limit=9))] == [
            record
        ]
        assert own_seed(node) == own_seed(hub)
    assert not (tmp_path / "restored" / MARK_FILE).exists()


async def test_another_key_does_not_open_it(hub: Node) -> None:
    path = create(hub, who_of(hub))
    with pytest.raises(BackupRefused), opened(path, [bytes(32)]):
        pass


async def test_a_damaged_backup_is_refused(hub: Node) -> None:
    path = create(hub, who_of(hub))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(BackupRefused), opened(path, [own_seed(hub)]):
        pass


async def test_it_is_not_put_over_a_node(hub: Node) -> None:
    path = create(hub, who_of(hub))
    with opened(path, [own_seed(hub)]) as found, pytest.raises(BackupRefused):
        restore(found, hub.folder)


async def test_nobody_but_the_owner_reads_the_file(hub: Node) -> None:
    assert create(hub, who_of(hub)).stat().st_mode & 0o077 == 0


async def test_the_oldest_goes_when_there_are_enough(hub: Node, clock: ManualClock) -> None:
    names = []
    for _ in range(KEPT + 2):
        names.append(create(hub, who_of(hub)).name)
        clock.advance(60)
    assert [it.name for it in every(hub.folder)] == names[:1:-1]


async def test_the_one_just_made_stays_where_the_clock_was_set_back(
    hub: Node, clock: ManualClock
) -> None:
    for _ in range(3):
        clock.advance(60)
        create(hub, who_of(hub), kept=3)
    clock.advance(-900 * 86_400)
    made = create(hub, who_of(hub), kept=3)
    assert made.exists()
    assert len(every(hub.folder)) == 3
