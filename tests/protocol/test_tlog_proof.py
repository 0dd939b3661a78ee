"""`.tlog-proof` files (tlog-proof): anyone checks one offline, with keys that he brings himself."""

from dataclasses import replace

import pytest

from protocol.checkpoints import cosign, sign_checkpoint, with_cosignatures
from protocol.errors import MalformedProofFile, NoteRefused, ProofRefused, ProtocolError
from protocol.keys import SignatureType, SigningKey
from protocol.merkle import Tree, leaf_hash, root_of
from protocol.merkle_proofs import inclusion_ranges, make_proof, nodes_needed
from protocol.tlog_proof import ProofFile, check_proof_file, format_proof_file, parse_proof_file

ORIGIN = "jippnas.test/national/1"
LOG = SigningKey(name=ORIGIN, type=SignatureType.ED25519, seed=b"l" * 32)
WITNESS = SigningKey(name="jippnas.test/w", type=SignatureType.COSIGNATURE, seed=b"w" * 32)
OTHER = SigningKey(name="jippnas.test/o", type=SignatureType.COSIGNATURE, seed=b"o" * 32)
ENTRIES = [b"entry %d" % number for number in range(7)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
INDEX = 4


def made() -> ProofFile:
    ranges = inclusion_ranges(INDEX, len(LEAVES))
    held = {
        node: root_of(LEAVES[node.index << node.height : (node.index + 1) << node.height])
        for node in nodes_needed(ranges)
    }
    checkpoint = sign_checkpoint(ORIGIN, Tree(len(LEAVES), root_of(LEAVES)), LOG)
    checkpoint = with_cosignatures(checkpoint, [cosign(checkpoint, WITNESS, timestamp=7)])
    return ProofFile(
        index=INDEX,
        proof=make_proof(ranges, held),
        checkpoint=checkpoint.note,
        extra=b'{"entry":"x"}',
    )


FILE = made()
DATA = format_proof_file(FILE)


def check(file: ProofFile, entry: bytes = ENTRIES[INDEX], origin: str = ORIGIN) -> tuple[str, ...]:
    """Names of the witnesses that cosigned."""
    _, cosignatures = check_proof_file(
        file,
        entry=entry,
        origin=origin,
        keys=[LOG.verifier_key],
        witnesses=[WITNESS.verifier_key, OTHER.verifier_key],
    )
    return tuple(cosignature.name for cosignature in cosignatures)


def test_a_proof_file_is_its_parts() -> None:
    assert parse_proof_file(DATA) == FILE
    assert DATA.startswith(b"c2sp.org/tlog-proof@v1\nextra ")


def test_a_proof_without_application_data_has_no_extra_line() -> None:
    plain = replace(FILE, extra=None)
    assert b"extra" not in format_proof_file(plain)
    assert parse_proof_file(format_proof_file(plain)) == plain


def test_a_proof_that_holds_says_who_cosigned() -> None:
    assert check(FILE) == (WITNESS.name,)


def test_application_data_is_not_believed() -> None:
    assert check(replace(FILE, extra=b"anything")) == (WITNESS.name,)


def test_another_entry_index_or_hash_does_not_hold() -> None:
    flipped = (bytes(32), *FILE.proof[1:])
    for file in (
        replace(FILE, index=INDEX + 1),
        replace(FILE, proof=FILE.proof[1:]),
        replace(FILE, proof=flipped),
    ):
        with pytest.raises(ProofRefused):
            check(file)
    with pytest.raises(ProofRefused):
        check(FILE, entry=b"entry 5")


def test_another_logs_key_or_origin_does_not_hold() -> None:
    with pytest.raises(ProtocolError):
        check(FILE, origin="other")
    with pytest.raises(NoteRefused):
        check_proof_file(
            FILE,
            entry=ENTRIES[INDEX],
            origin=ORIGIN,
            keys=[SigningKey(name=ORIGIN, type=LOG.type, seed=b"x" * 32).verifier_key],
        )


def test_a_known_witness_whose_line_was_altered_refuses_the_file() -> None:
    lines = FILE.checkpoint.splitlines(keepends=True)
    lines[-1] = lines[-1][:-6] + b"AAA=\n"
    with pytest.raises(ProtocolError):
        check(replace(FILE, checkpoint=b"".join(lines)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"tlog-proof@v1", b"tlog-proof@v2"),
        (b"index 4", b"index 04"),
        (b"index 4", b"index -4"),
        (b"index 4", b"index"),
        (b"index 4\n", b""),
        (b"extra ", b"extra  "),
        (b"extra ", b"Extra "),
        (b"=\n", b"\n"),
        (b"\n\n", b"\n"),
        (b"\n", b"\r\n"),
    ],
)
def test_any_other_form_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(MalformedProofFile):
        parse_proof_file(DATA.replace(old, new, 1))


def test_too_many_hashes_and_too_many_bytes_are_refused() -> None:
    for file in (
        replace(FILE, proof=(bytes(32),) * 64),
        replace(FILE, extra=bytes(400_000)),
    ):
        with pytest.raises(MalformedProofFile):
            parse_proof_file(format_proof_file(file))


def test_a_file_cut_anywhere_does_not_hold_but_where_a_whole_cosignature_is_missing() -> None:
    last_line = len(FILE.checkpoint.splitlines(keepends=True)[-1])
    plain = parse_proof_file(DATA[:-last_line])
    assert check(plain) == ()
    for cut in set(range(len(DATA))) - {len(DATA) - last_line}:
        with pytest.raises(ProtocolError):
            check(parse_proof_file(DATA[:cut]))
