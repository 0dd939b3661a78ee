"""Files that leave the federation and are judged by somebody who has nothing but a key."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from central import evidence, intake, registry
from central.registry import create_invitation
from hubnode.evidence import record_evidence
from hubnode.node import Node
from hubnode.verify_file import verify_file
from protocol.canonical import Json
from protocol.disputes import encode_dispute
from protocol.enrolment import encode_enrol_request
from protocol.errors import ProtocolError
from protocol.evidence import RecordEvidence, encode_record_evidence
from protocol.mirror import decode_add_checkpoint
from tests.support.author import Author
from tests.support.commands import ROOT, command
from tests.support.federation import AUTHORITY, FederationUnderTest
from tests.support.servers import ask
from tests.support.stories import first_record, who

PAGE = ROOT / "docs" / "integrate" / "evidence.md"
KEY = re.compile(r'KEY = "[^"]+"')


def of_hub(node: Node, record: str) -> RecordEvidence:
    made = node.db.read_sync(lambda conn: record_evidence(conn, node, who(node), record))
    assert made is not None
    return made


def of_centre(federation: FederationUnderTest, record: str) -> bytes:
    centre = federation.centre
    made = centre.db.read_sync(lambda conn: evidence.record_evidence(conn, centre, record))
    assert made is not None
    return encode_record_evidence(made)


async def contradicted(federation: FederationUnderTest) -> bytes:
    """The file about a hub that signed two histories."""
    centre, honest, other = (
        federation.centre,
        Author(authority=AUTHORITY, hub="73", seed=9),
        Author(authority=AUTHORITY, hub="73", seed=9),
    )
    honest.put(1, {"title": "Antrean daring"})
    other.put(1, {"title": "Antrean luring"})
    invitation = centre.db.run_sync(
        lambda conn: create_invitation(
            conn, centre, hub="73", name="73", hours=1, url=federation.url, by="rina"
        )
    )
    for path, body in (
        ("enrol", encode_enrol_request(honest.enrol_request(invitation))),
        ("add-checkpoint", honest.add_checkpoint()),
        ("add-checkpoint", other.add_checkpoint(old=2)),
    ):
        await ask(federation.url + "/sync/v1/" + path, method="POST", body=body)
    message = decode_add_checkpoint(other.add_checkpoint(old=2))
    centre.db.run_sync(lambda conn: intake.keep_equivocation(conn, centre, message))
    row = centre.db.read_sync(lambda conn: registry.get_hub(conn, "73"))
    [dispute] = centre.db.read_sync(lambda conn: evidence.disputes_of(conn, centre, row))
    return encode_dispute(dispute)


async def test_hub_and_centre_make_files_that_say_the_same_of_the_hubs_record(
    federation: FederationUnderTest, bali: Node
) -> None:
    record, key = first_record(bali), who(bali).national_verifier
    mine = verify_file(encode_record_evidence(of_hub(bali, record)), key)
    theirs = verify_file(of_centre(federation, record), key)
    assert mine["decisions"] == theirs["decisions"]
    assert (mine["kind"], mine["faithful"]) == ("evidence.record", True)


async def test_a_hubs_file_carries_the_centres_receipt(bali: Node) -> None:
    [log] = of_hub(bali, first_record(bali)).logs
    assert who(bali).mirror_verifier.name.encode() in log.checkpoint


async def test_of_another_hubs_record_a_hub_has_the_decisions_alone(
    federation: FederationUnderTest, bali: Node
) -> None:
    jatim = await federation.hub("35")
    await federation.sync(jatim)
    file = of_hub(jatim, first_record(bali))
    assert file.logs == ()
    shown = verify_file(encode_record_evidence(file), who(jatim).national_verifier)
    decisions = shown["decisions"]
    assert isinstance(decisions, list)
    assert [(it["author"], it["faithful"]) for it in decisions] == [("51", None)]  # type: ignore[call-overload,index]


async def test_a_record_that_nobody_knows_has_no_file(bali: Node) -> None:
    unknown = "01942b6e-4c00-7000-8000-000000000001"
    assert bali.db.read_sync(lambda c: record_evidence(c, bali, who(bali), unknown)) is None


async def test_a_dispute_is_judged_by_whoever_trusts_the_national_key(
    federation: FederationUnderTest, bali: Node
) -> None:
    found = verify_file(await contradicted(federation), who(bali).national_verifier)
    sides = found["checkpoints"]
    assert isinstance(sides, list)
    assert (found["kind"], len(sides)) == ("evidence.dispute", 2)


async def test_whoever_trusts_another_key_takes_nothing_from_a_file(
    federation: FederationUnderTest, bali: Node
) -> None:
    record, file = first_record(bali), await contradicted(federation)
    for data in (file, of_centre(federation, record)):
        with pytest.raises(ProtocolError):
            verify_file(data, who(bali).mirror_verifier)


def example(key: str) -> str:
    """The Python of the page, for this centre's key."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return KEY.sub(f'KEY = "{key}"', code)


def run_example(folder: Path, key: str, file: bytes) -> str:
    (folder / "bukti.json").write_bytes(file)
    done = subprocess.run(  # noqa: S603 - our own page
        [sys.executable, "-c", example(key)],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return done.stdout


async def test_the_example_of_the_documentation_checks_both_kinds(
    federation: FederationUnderTest, bali: Node, tmp_path: Path
) -> None:
    key, record = who(bali).national_key, first_record(bali)
    assert " True\n" in run_example(tmp_path, key, of_centre(federation, record))
    assert "signed both" in run_example(tmp_path, key, await contradicted(federation))


async def test_the_command_needs_no_node(
    federation: FederationUnderTest, bali: Node, tmp_path: Path
) -> None:
    file = tmp_path / "bukti.json"
    file.write_bytes(of_centre(federation, first_record(bali)))
    arguments = ("verify", str(file), "--key", who(bali).national_key, "--json")
    done = command("hubnode", *arguments, "--data", str(tmp_path / "nowhere"))
    document: Json = done.json
    assert isinstance(document, dict)
    assert (done.code, document["faithful"]) == (0, True)
