"""A witness over HTTP: every status of tlog-witness, and a state that outlives its process."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from central.witness.service import build_web
from central.witness.watch import (
    StateUnreadable,
    Witness,
    WitnessRefused,
    create_key,
    name_of,
    origin_hash,
)
from protocol.checkpoints import known_cosignatures, open_checkpoint
from protocol.disputes import Dispute, check_dispute
from protocol.errors import ProofRefused
from protocol.evidence import parse_evidence
from protocol.keys import SignatureType, SigningKey
from protocol.mirror import AddCheckpoint, encode_add_checkpoint
from protocol.notes import parse_note, parse_signature_lines
from runtime.ports import Response
from runtime.system import SystemEntropy
from tests.support.excerpts import checkpoint_of, consistency
from tests.support.ports import ManualClock
from tests.support.servers import ask, served
from tests.support.witnesses import new_witness, opened_witness

LOG = SigningKey(name="jippnas.test/national/1", type=SignatureType.ED25519, seed=b"n" * 32)
OTHER = SigningKey(name="other.test/national/1", type=SignatureType.ED25519, seed=b"o" * 32)
THIEF = SigningKey(name=LOG.name, type=LOG.type, seed=b"x" * 32)


def entries(count: int, *, fork_at: int | None = None) -> list[bytes]:
    forked = count if fork_at is None else fork_at
    return [b"%d %s" % (number, b"other" if number >= forked else b"") for number in range(count)]


def message(log: list[bytes], old: int, *, key: SigningKey = LOG) -> AddCheckpoint:
    proof = consistency(log, old) if 0 < old <= len(log) else ()
    return AddCheckpoint(old_size=old, proof=proof, checkpoint=checkpoint_of(log, key).note)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return new_witness(tmp_path / "saksi", "kemendagri", LOG.verifier_key)


@pytest.fixture
async def url(witness: Witness) -> AsyncIterator[str]:
    async with served(build_web(witness)) as address:
        yield address


async def submit(url: str, it: AddCheckpoint) -> Response:
    return await ask(f"{url}/add-checkpoint", method="POST", body=encode_add_checkpoint(it))


async def test_a_checkpoint_that_continues_is_cosigned(url: str, witness: Witness) -> None:
    for old, size in ((0, 3), (3, 9), (9, 9)):
        answer = await submit(url, message(entries(size), old))
        assert answer.status == 200
        [line] = parse_signature_lines(answer.body)
        bare = checkpoint_of(entries(size), LOG)
        note = bare.note + line.text.encode()
        signed = open_checkpoint(note, origin=LOG.name, keys=[LOG.verifier_key])
        [cosignature] = known_cosignatures(signed, [witness.key.verifier_key])
        assert cosignature.name == "jippnas.test/witness/kemendagri"
        assert cosignature.timestamp > 0


async def test_another_old_size_is_409_with_the_size_alone(url: str) -> None:
    await submit(url, message(entries(5), 0))
    answer = await submit(url, message(entries(9), 0))
    assert (answer.status, answer.body) == (409, b"5\n")
    assert answer.headers["content-type"] == "text/x.tlog.size"


@pytest.mark.parametrize(
    ("it", "status"),
    [
        (message(entries(9, fork_at=2), 5), 422),
        (message(entries(5, fork_at=2), 5), 422),
        (AddCheckpoint(old_size=5, proof=(), checkpoint=checkpoint_of(entries(9), LOG).note), 422),
        (message(entries(4), 5), 400),
        (message(entries(9), 5, key=THIEF), 403),
        (message(entries(9), 5, key=OTHER), 404),
    ],
)
async def test_what_is_refused_has_the_status_of_the_text_and_changes_nothing(
    url: str, witness: Witness, it: AddCheckpoint, status: int
) -> None:
    await submit(url, message(entries(5), 0))
    assert (await submit(url, it)).status == status
    latest = witness.latest(LOG.name)
    assert latest is not None
    assert latest.tree.size == 5


@pytest.mark.parametrize("body", [b"", b"old 0\n", b"old 00\n\nx", b"old -1\n\n", b"\xff\n\n\n"])
async def test_what_is_no_submission_is_400(url: str, body: bytes) -> None:
    answer = await ask(f"{url}/add-checkpoint", method="POST", body=body)
    assert answer.status == 400


async def test_monitors_read_the_latest_checkpoint_with_both_signatures(
    url: str, witness: Witness
) -> None:
    address = f"{url}/{origin_hash(LOG.name)}/checkpoint"
    assert (await ask(address)).status == 404
    stranger = checkpoint_of(entries(3), THIEF)
    extra = checkpoint_of(entries(3), LOG).note + stranger.note.rsplit(b"\n\n", 1)[1]
    await submit(url, AddCheckpoint(old_size=0, proof=(), checkpoint=extra))
    note = parse_note((await ask(address)).body)
    assert [line.name for line in note.signatures] == [LOG.name, witness.key.name]
    assert (await ask(f"{url}/{'0' * 64}/checkpoint")).status == 404


async def test_of_many_at_once_each_history_is_one(url: str, witness: Witness) -> None:
    await submit(url, message(entries(3), 0))
    logs = [entries(size, fork_at=3 if size % 2 else None) for size in range(4, 20)]
    answers = await asyncio.gather(*(submit(url, message(log, 3)) for log in logs))
    assert sorted(answer.status for answer in answers) == [200, *[409] * 15]
    latest = witness.latest(LOG.name)
    assert latest is not None
    assert latest.tree.size > 3


def test_what_was_cosigned_is_known_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "saksi"
    new_witness(folder, "lan", LOG.verifier_key).observe(message(entries(5), 0))
    again = opened_witness(folder, "lan", LOG.verifier_key)
    with pytest.raises(ProofRefused):
        again.observe(message(entries(9, fork_at=1), 5))
    assert again.observe(message(entries(9), 5))


def test_a_checkpoint_is_kept_before_its_cosignature_is_given(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("central.witness.watch.write_durably", full)
    with pytest.raises(OSError, match="No space"):
        witness.observe(message(entries(5), 0))
    assert witness.latest(LOG.name) is None


async def test_a_state_that_was_altered_is_the_witnesss_own_fault(
    url: str, witness: Witness
) -> None:
    await submit(url, message(entries(5), 0))
    [state] = (witness.folder / "latest").iterdir()
    state.write_bytes(state.read_bytes().replace(b"\n5\n", b"\n1\n"))
    with pytest.raises(StateUnreadable):
        witness.latest(LOG.name)
    assert (await submit(url, message(entries(9), 1))).status == 500


@pytest.mark.parametrize(("size", "forked"), [(5, 5), (5, 9), (6, 200)])
def test_a_fork_that_the_submission_itself_proves_is_kept_for_anybody(
    witness: Witness, size: int, forked: int
) -> None:
    witness.observe(message(entries(size), 0))
    for _ in range(2):
        with pytest.raises(ProofRefused):
            witness.observe(message(entries(forked, fork_at=2), size))
    [file] = (witness.folder / "evidence").iterdir()
    dispute = parse_evidence(file.read_bytes())
    assert isinstance(dispute, Dispute)
    sides = check_dispute(dispute, [LOG.verifier_key])
    assert [it.tree.size for it in sides] == [size, forked]


def test_a_proof_that_is_merely_wrong_accuses_nobody(witness: Witness) -> None:
    witness.observe(message(entries(5), 0))
    honest = message(entries(9), 5)
    for proof in ((), honest.proof[1:], (*honest.proof, bytes(32)), honest.proof[::-1]):
        with pytest.raises(ProofRefused):
            witness.observe(AddCheckpoint(old_size=5, proof=proof, checkpoint=honest.checkpoint))
    assert list((witness.folder / "evidence").iterdir()) == []


def test_time_is_the_witnesss_own(tmp_path: Path) -> None:
    clock = ManualClock()
    witness = new_witness(tmp_path / "saksi", "lan", LOG.verifier_key, clock=clock)
    [line] = parse_signature_lines(witness.observe(message(entries(1), 0)))
    assert int.from_bytes(line.signature[:8], "big") == int(clock.now().timestamp())


def test_a_key_is_made_once_and_named_after_the_logs_authority(tmp_path: Path) -> None:
    assert name_of(LOG.verifier_key, "lan") == "jippnas.test/witness/lan"
    create_key(tmp_path / "saksi", entropy=SystemEntropy())
    with pytest.raises(WitnessRefused):
        create_key(tmp_path / "saksi", entropy=SystemEntropy())
    hub = SigningKey(name="jippnas.test/hub/51/1", type=LOG.type, seed=b"h" * 32)
    for key, agency in ((hub, "lan"), (LOG, "L A N"), (LOG, "")):
        with pytest.raises(WitnessRefused):
            name_of(key.verifier_key, agency)
