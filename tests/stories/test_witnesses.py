"""A centre, two agencies that watch it, and hubs: real programs, real HTTP, one fork."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from central.witness.watch import origin_hash
from protocol.canonical import Json
from protocol.checkpoints import (
    Checkpoint,
    known_cosignatures,
    open_checkpoint,
    sign_checkpoint,
)
from protocol.keys import SignatureType, SigningKey, VerifierKey, parse_verifier_key
from protocol.merkle import Tree
from protocol.mirror import AddCheckpoint, encode_add_checkpoint
from runtime.console import ExitCode
from runtime.keyfile import load_keys
from tests.support.commands import command_here, service
from tests.support.operators import (
    HEADER,
    ROWS,
    document,
    enrolled_node,
    ids,
    node,
    refused,
)
from tests.support.servers import ask

AGENCIES = ("kemendagri", "lan")
PATIENCE_S = 20


@dataclass
class Watched:
    """The centre's folder and address, and each agency's folder, key and process."""

    centre: Path
    url: str
    key: VerifierKey
    keys: dict[str, VerifierKey]
    folders: dict[str, Path]
    urls: dict[str, str]
    running: dict[str, ExitStack]

    def checkpoint(self) -> Checkpoint:
        """What every reader gets."""
        with urlopen(f"{self.url}/log/national/1/checkpoint") as answer:  # noqa: S310  # our own
            note = answer.read()
        return open_checkpoint(note, origin=self.key.name, keys=[self.key])

    def agencies(self) -> list[str]:
        """Who has cosigned it."""
        found = known_cosignatures(self.checkpoint(), list(self.keys.values()))
        return sorted(it.name.rpartition("/")[2] for it in found)

    def stop(self, agency: str) -> None:
        self.running.pop(agency).close()

    def start(self, agency: str) -> None:
        """Starts it, at the address that it had before if there was one."""
        port = self.urls[agency].rpartition(":")[2] if agency in self.urls else "0"
        self.running[agency] = ExitStack()
        folder = str(self.folders[agency])
        arguments = ("witness", "serve", "--data", folder, "--port", port, "--json")
        self.urls[agency], _ = self.running[agency].enter_context(service("central", *arguments))


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@contextmanager
def serving(watched: Watched) -> Iterator[Watched]:
    """The witnesses, then the centre that knows them."""
    with ExitStack() as stack:
        for agency in AGENCIES:
            watched.start(agency)
        tables = [
            f'[[witnesses]]\nurl = "{watched.urls[it]}"\nkey = "{watched.keys[it].text}"\n'
            for it in AGENCIES
        ]
        with (watched.centre / "central.toml").open("a", encoding="utf-8") as file:
            file.writelines(tables)
        arguments = ("serve", "--data", str(watched.centre), "--port", "0", "--json")
        watched.url, _ = stack.enter_context(service("central", *arguments))
        try:
            yield watched
        finally:
            for running in watched.running.values():
                running.close()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    centre, folders = tmp_path / "pusat", {it: tmp_path / it for it in AGENCIES}
    arguments = ("--authority", "uji.example", "--data", str(centre), "--json")
    national = str(document(command_here("central", "init", *arguments))["national_key"])
    keys = {}
    for agency, folder in folders.items():
        made = command_here(
            "central", "witness", "init", agency, "--log", national, "--data", str(folder), "--json"
        )
        keys[agency] = parse_verifier_key(str(document(made)["key"]))
    key = parse_verifier_key(national)
    parts = Watched(centre, "", key, keys, folders, {}, {})
    with serving(parts) as running:
        yield running


def filled(watched: Watched, folder: Path, hub: str) -> Path:
    """A hub with three records that the centre has."""
    made = enrolled_node(watched.centre, folder, hub)
    table = folder.parent / f"{hub}.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    assert node(made, "import", "commit", str(table)).code == 0
    assert node(made, "sync", "now").code == 0
    return made


def require_all(folder: Path, watched: Watched) -> None:
    """From now on this hub calls nothing good that an agency has not seen."""
    keys = [it.text for it in watched.keys.values()]
    text = f"witnesses = {keys}\nwitnesses_required = {len(keys)}\n"
    (folder / "node.toml").write_text(text, encoding="utf-8")


def national_size(folder: Path) -> Json:
    return document(node(folder, "status", "--json"))["national_size"]


def test_agencies_cosign_what_hubs_make_and_one_that_is_away_delays_nothing(
    watched: Watched, tmp_path: Path
) -> None:
    bali = filled(watched, tmp_path / "bali", "51")
    eventually(lambda: watched.agencies() == ["kemendagri", "lan"])
    before = watched.checkpoint().tree.size

    watched.stop("lan")
    filled(watched, tmp_path / "jatim", "35")
    eventually(lambda: watched.checkpoint().tree.size >= before + 5)
    eventually(lambda: watched.agencies() == ["kemendagri"])

    require_all(bali, watched)
    assert node(bali, "sync", "now").code == 0
    assert refused(node(bali, "verify"), ExitCode.FAILED, "witnesses_missing")
    assert national_size(bali) == watched.checkpoint().tree.size

    watched.start("lan")
    eventually(lambda: watched.agencies() == ["kemendagri", "lan"])
    assert node(bali, "sync", "now").code == 0
    verified = document(node(bali, "verify", "--json"))
    assert verified["witnesses"] == [it.name for it in watched.keys.values()]
    sizes = document(
        command_here("central", "log", "checkpoint", "--data", str(watched.centre), "--json")
    )["witnesses"]
    assert sizes == {it.name: watched.checkpoint().tree.size for it in watched.keys.values()}


def test_a_proof_file_is_refused_that_too_few_of_the_trusted_have_seen(
    watched: Watched, tmp_path: Path
) -> None:
    bali = filled(watched, tmp_path / "bali", "51")
    eventually(lambda: watched.agencies() == ["kemendagri", "lan"])
    file, nowhere = tmp_path / "bukti.tlog-proof", tmp_path / "nowhere"
    with urlopen(f"{watched.url}/api/v1/innovations/{ids(bali)[0]}/proof") as answer:  # noqa: S310
        file.write_bytes(answer.read())
    trusted = [word for it in watched.keys.values() for word in ("--witness", it.text)]
    stranger = SigningKey(name="saksi", type=SignatureType.COSIGNATURE, seed=b"s" * 32)
    trusted += ["--witness", stranger.verifier_key.text]
    words = ("verify", str(file), "--key", watched.key.text, *trusted)
    found = document(node(nowhere, *words, "--require", "2", "--json"))
    assert found["witnesses"] == [it.name for it in watched.keys.values()]
    assert refused(node(nowhere, *words), ExitCode.FAILED, "witnesses_missing")
    assert node(nowhere, *words, "--require", "4").code == ExitCode.USAGE


def test_a_centre_that_signs_two_trees_is_refused_and_convicted_by_a_file(
    watched: Watched, tmp_path: Path
) -> None:
    filled(watched, tmp_path / "bali", "51")
    eventually(lambda: watched.agencies() == ["kemendagri", "lan"])
    url, size = watched.urls["lan"], watched.checkpoint().tree.size
    seed = load_keys(watched.centre / "keys.pem", ["national"])["national"]
    key = SigningKey(name=watched.key.name, type=SignatureType.ED25519, seed=seed)
    forged = sign_checkpoint(key.name, Tree(size, bytes(32)), key).note
    body = encode_add_checkpoint(AddCheckpoint(old_size=size, proof=(), checkpoint=forged))
    answer = asyncio.run(ask(f"{url}/add-checkpoint", method="POST", body=body))
    assert answer.status == 422

    shown = asyncio.run(ask(f"{url}/{origin_hash(key.name)}/checkpoint"))
    ours = open_checkpoint(shown.body, origin=key.name, keys=[watched.key])
    assert ours.tree == watched.checkpoint().tree

    [file] = (watched.folders["lan"] / "evidence").iterdir()
    nowhere = tmp_path / "nowhere"
    found = document(node(nowhere, "verify", str(file), "--key", watched.key.text, "--json"))
    assert (found["verified"], found["kind"]) == (True, "evidence.dispute")
    file.write_bytes(file.read_bytes().replace(b"AAAAAAAA", b"AAABAAAA", 1))
    assert node(nowhere, "verify", str(file), "--key", watched.key.text).code == 1
