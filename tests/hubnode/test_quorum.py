"""A hub that requires witnesses: what is not witnessed is applied, and not called good."""

from pathlib import Path

import pytest

from hubnode.auditing import Level, audit_node
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.settings import load_node_settings
from hubnode.status import status_of
from hubnode.store import identity
from hubnode.store.identity import Identity
from hubnode.sync.run import sync
from hubnode.verify import verify_node
from protocol.canonical import Json
from protocol.checkpoints import cosign, open_checkpoint, with_cosignatures
from protocol.keys import SignatureType, SigningKey
from protocol.quorum import Quorum, WitnessesMissing
from runtime.ports import Response
from runtime.settings import SettingsRefused
from tests.support.nodes import publish
from tests.support.simulated_centre import SimulatedCentre

WITNESSES = [
    SigningKey(
        name=f"jippnas.test/witness/{agency}", type=SignatureType.COSIGNATURE, seed=seed * 32
    )
    for agency, seed in (("kemendagri", b"k"), ("lan", b"n"))
]
BOTH = Quorum(witnesses=tuple(it.verifier_key for it in WITNESSES), required=2)


def who(node: Node) -> Identity:
    found = node.db.read_sync(identity.get)
    assert found is not None
    return found


def witnessed(centre: SimulatedCentre, *witnesses: SigningKey) -> None:
    """From now on the checkpoint comes with the lines of these."""
    key = centre.national_key.verifier_key

    def tamper(path: str, response: Response) -> Response:
        if not path.endswith("/national/1/checkpoint") or response.status != 200:
            return response
        bare = open_checkpoint(response.body, origin=key.name, keys=[key])
        made = [cosign(bare, it, timestamp=7) for it in witnesses]
        note = with_cosignatures(bare, made).note
        return Response(status=200, headers=response.headers, body=note)

    centre.tamper = tamper
    centre.forget_etag = True


def status(node: Node) -> dict[str, object]:
    return node.db.read_sync(lambda conn: status_of(conn, node, BOTH))


def verified(node: Node) -> dict[str, Json]:
    keys = load_own_keys(node.folder, who(node)).verifiers
    return node.db.read_sync(lambda conn: verify_node(conn, node, who(node), keys, BOTH))


async def settled(hub: Node, centre: SimulatedCentre) -> None:
    publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.reconcile()
    await sync(hub)


async def test_too_few_witnesses_stop_no_pull_and_are_said(
    hub: Node, centre: SimulatedCentre
) -> None:
    witnessed(centre, WITNESSES[0])
    await settled(hub, centre)
    found = status(hub)
    assert found["catalogue_records"] == 1
    assert (found["state"], found["witnesses"]) == ("pending", [WITNESSES[0].name])
    assert "menunggu saksi (1 dari 2, perlu 2)" in str(found["sentence"])
    with pytest.raises(WitnessesMissing):
        verified(hub)


async def test_a_witness_that_comes_later_is_heard_of_with_the_next_run(
    hub: Node, centre: SimulatedCentre
) -> None:
    witnessed(centre, WITNESSES[0])
    await settled(hub, centre)
    witnessed(centre, WITNESSES[1])
    await sync(hub)
    names = [it.name for it in WITNESSES]
    assert (status(hub)["state"], status(hub)["witnesses"]) == ("ok", names)
    assert verified(hub)["witnesses"] == names


async def test_whoever_requires_nobody_is_told_nothing(hub: Node, centre: SimulatedCentre) -> None:
    await settled(hub, centre)
    assert hub.db.read_sync(lambda conn: status_of(conn, hub))["state"] == "ok"


async def test_an_audit_says_it_beside_everything_else(hub: Node, centre: SimulatedCentre) -> None:
    await settled(hub, centre)
    keys = load_own_keys(hub.folder, who(hub)).verifiers
    found = hub.db.read_sync(lambda conn: audit_node(conn, hub, who(hub), keys, BOTH))
    assert [(it.code, it.level) for it in found.findings] == [
        ("witnesses_missing", Level.ATTENTION)
    ]
    assert sum(found.standings.values()) == found.own


def settings(folder: Path, text: str) -> Quorum:
    (folder / "node.toml").write_text(text, encoding="utf-8")
    return load_node_settings(folder).quorum()


def test_the_settings_name_the_witnesses_and_how_many_are_enough(tmp_path: Path) -> None:
    texts = [it.verifier_key.text for it in WITNESSES]
    made = settings(tmp_path, f"witnesses = {texts}\nwitnesses_required = 2\n")
    assert made == BOTH
    for wrong in (
        f"witnesses = {texts}\nwitnesses_required = 3\n",
        "witnesses_required = 1\n",
        f"witnesses = {[texts[0], texts[0]]}\n",
        'witnesses = ["kemendagri"]\n',
    ):
        with pytest.raises(SettingsRefused, match="witness"):
            settings(tmp_path, wrong)
