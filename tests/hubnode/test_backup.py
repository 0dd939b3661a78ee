"""A backup: whole, closed to everybody without the keys, and back in place in another folder."""

import tarfile
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hubnode.backup import (
    KEPT,
    MANIFEST,
    BackupRefused,
    create,
    every,
    is_sound,
    opened,
    require_keys_of,
    restore,
)
from hubnode.keys import KEY_FILE, load_own_keys
from hubnode.kit import kit_of
from hubnode.node import Node
from hubnode.opening import opened_node
from hubnode.store import identity, records
from hubnode.store.identity import Identity
from hubnode.sync.run import sync
from hubnode.sync.session import MARK_FILE
from hubnode.unsealed import PREFIX, remove_leftovers, unsealed_folder
from protocol.canonical import canonicalise, parse
from runtime.keyfile import replace_keys
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
    with opened(path, [own_seed(hub)], within=hub.folder) as found:
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
    with pytest.raises(BackupRefused), opened(path, [bytes(32)], within=hub.folder):
        pass


async def test_a_damaged_backup_is_refused(hub: Node) -> None:
    path = create(hub, who_of(hub))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(BackupRefused), opened(path, [own_seed(hub)], within=hub.folder):
        pass


async def test_it_is_not_put_over_a_node(hub: Node) -> None:
    path = create(hub, who_of(hub))
    with opened(path, [own_seed(hub)], within=hub.folder) as found, pytest.raises(BackupRefused):
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


async def test_what_it_holds_lies_open_in_the_data_folder_only_and_not_for_long(hub: Node) -> None:
    path = create(hub, who_of(hub))
    with opened(path, [own_seed(hub)], within=hub.folder) as found:
        assert found.folder.parent == hub.folder
        assert found.folder.stat().st_mode & 0o077 == 0
    assert list(hub.folder.glob(f"{PREFIX}*")) == []


async def test_what_somebody_killed_left_open_is_removed_and_what_is_in_use_stays(
    hub: Node,
) -> None:
    left = hub.folder / f"{PREFIX}left"
    left.mkdir()
    (left / "keys.pem").write_text("key")
    with unsealed_folder(hub.folder) as in_use:
        remove_leftovers(hub.folder)
        assert (left.exists(), in_use.exists()) == (False, True)


def sealed(hub: Node, to: Path, *, extra: str = "", keys: bytes = b"") -> Path:
    """A backup that somebody else made who knows the hub's public key: their names, their keys."""
    with opened(create(hub, who_of(hub)), [own_seed(hub)], within=hub.folder) as found:
        if keys:
            replace_keys(found.folder / KEY_FILE, {"log": keys, "witness": keys})
        document = parse((found.folder / MANIFEST).read_bytes())
        assert isinstance(document, dict)
        names = [*found.files, *([extra] if extra else [])]
        if extra:
            (found.folder / "extra").write_text("theirs")
        digests = {it: sha256(_file(found.folder, it).read_bytes()).hexdigest() for it in names}
        (found.folder / MANIFEST).write_bytes(canonicalise({**document, "files": {**digests}}))
        with tarfile.open(to / "packed", "w") as archive:
            for name in (MANIFEST, *found.files):
                archive.add(found.folder / name, arcname=name)
            if extra:
                archive.add(found.folder / "extra", arcname=extra)
    public = Ed25519PrivateKey.from_private_bytes(own_seed(hub)).public_key()
    text = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    recipient = pyrage.ssh.Recipient.from_str(text)
    pyrage.encrypt_file(str(to / "packed"), str(to / "theirs"), [recipient])
    return to / "theirs"


def _file(folder: Path, name: str) -> Path:
    """Where a file of that name lies; one that is not a backup's lies under `extra`."""
    return folder / name if (folder / name).is_file() else folder / "extra"


@pytest.mark.parametrize(
    "name", ["serve.lock", "issued-mark.json", "mappings/a/b", "mappings/..x/../../y", "tls.pem"]
)
async def test_a_manifest_that_names_another_file_is_refused(
    hub: Node, tmp_path: Path, name: str
) -> None:
    path = sealed(hub, tmp_path, extra=name)
    with pytest.raises(BackupRefused), opened(path, [own_seed(hub)], within=hub.folder):
        pass


async def test_a_kit_opens_no_backup_with_other_keys(hub: Node, tmp_path: Path) -> None:
    kit = kit_of(hub, who_of(hub))
    with opened(create(hub, who_of(hub)), [kit.log], within=hub.folder) as found:
        require_keys_of(found, kit)
    theirs = sealed(hub, tmp_path, keys=bytes(32))
    with (
        opened(theirs, [kit.log], within=hub.folder) as found,
        pytest.raises(BackupRefused, match="other keys"),
    ):
        require_keys_of(found, kit)
