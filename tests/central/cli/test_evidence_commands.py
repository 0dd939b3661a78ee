"""`central evidence` and `central witness` as an admin types them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from central import intake
from protocol.canonical import parse
from protocol.evidence import parse_evidence
from protocol.keys import SignatureType, SigningKey
from protocol.mirror import decode_add_checkpoint
from runtime.console import ExitCode
from tests.support.author import Author
from tests.support.commands import Outcome, command_here
from tests.support.rooms import VALID, opened_room

LOG = SigningKey(name="uji.example/national/1", type=SignatureType.ED25519, seed=b"n" * 32)
BALI = Author(hub="51")
BALI.put(1, VALID)
RECORD = BALI.record(1)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Path]:
    """A centre with one record of a hub that signed two histories."""
    other = Author(hub="51")
    other.put(1, {"title": "Antrean luring"})
    with opened_room(tmp_path / "pusat", "") as room:
        room.enrol(BALI)
        room.submit(BALI)
        room.decide_now()
        message = decode_add_checkpoint(other.add_checkpoint(old=2))
        room.write(lambda conn, it: intake.keep_equivocation(conn, it, message))
        yield tmp_path / "pusat"


def typed(data: Path, *words: str) -> Outcome:
    return command_here("central", *words, "--data", str(data))


@pytest.mark.parametrize("words", [("record", RECORD), ("dispute", "51")])
def test_evidence_goes_to_stdout_or_a_file(
    centre: Path, tmp_path: Path, words: tuple[str, str]
) -> None:
    printed = typed(centre, "evidence", *words)
    file = tmp_path / "bukti.json"
    written = typed(centre, "evidence", *words, "--out", str(file))
    assert (printed.code, written.code, written.out) == (0, 0, "")
    assert file.read_bytes() == printed.out.removesuffix("\n").encode()
    parse_evidence(file.read_bytes())
    document = typed(centre, "evidence", *words, "--json").json
    assert isinstance(document, dict)
    assert parse(str(document["evidence"]).encode()) == parse(printed.out.encode())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("record", BALI.record(9)), "There is no record"),
        (("dispute", "99"), "no hub 99"),
        (("record", RECORD, "--out", "nowhere/bukti.json"), "cannot be written"),
    ],
)
def test_what_there_is_no_evidence_of_is_said(
    centre: Path, words: tuple[str, ...], sentence: str
) -> None:
    answer = typed(centre, "evidence", *words)
    assert (answer.code, answer.out) == (ExitCode.FAILED, "")
    assert sentence in answer.err


def test_an_honest_hub_is_not_accused(tmp_path: Path) -> None:
    with opened_room(tmp_path / "pusat", "") as room:
        room.enrol(BALI)
        answer = typed(tmp_path / "pusat", "evidence", "dispute", "51")
    assert (answer.code, answer.out) == (ExitCode.FAILED, "")


def test_a_witness_is_made_once_and_shows_its_key(tmp_path: Path) -> None:
    folder, log = tmp_path / "saksi", LOG.verifier_key.text
    made = typed(folder, "witness", "init", "lan", "--log", log, "--json")
    shown = typed(folder, "witness", "key", "--json")
    assert (made.code, made.json) == (0, shown.json)
    assert isinstance(made.json, dict)
    assert str(made.json["key"]).startswith("uji.example/witness/lan+")
    assert made.json["logs"] == {LOG.name: 0}
    assert typed(folder, "witness", "init", "lan", "--log", log).code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("name", "log"),
    [
        ("L A N", LOG.verifier_key.text),
        ("lan", "uji.example/national/1"),
        ("lan", SigningKey(name="x", type=LOG.type, seed=b"x" * 32).verifier_key.text),
    ],
)
def test_what_cannot_be_a_witness_is_refused(tmp_path: Path, name: str, log: str) -> None:
    answer = typed(tmp_path / "saksi", "witness", "init", name, "--log", log)
    assert (answer.code, answer.out) == (ExitCode.USAGE, "")
    assert "Traceback" not in answer.err
    assert not (tmp_path / "saksi").exists()


def test_where_no_witness_lives_it_is_said(tmp_path: Path) -> None:
    for verb in ("serve", "key"):
        answer = typed(tmp_path, "witness", verb)
        assert (answer.code, answer.out) == (ExitCode.USAGE, "")


def test_settings_of_a_witness_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "saksi"
    typed(folder, "witness", "init", "lan", "--log", LOG.verifier_key.text)
    witness = SigningKey(name="saksi", type=SignatureType.COSIGNATURE, seed=b"s" * 32)
    for logs in ([], ["kemendagri"], [witness.verifier_key.text]):
        (folder / "witness.toml").write_text(f'key_name = "a/witness/lan"\nlogs = {logs}\n')
        answer = typed(folder, "witness", "key")
        assert (answer.code, "logs" in answer.err) == (ExitCode.USAGE, True)
