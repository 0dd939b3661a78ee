"""`hubnode key`, `hubnode verify`: who this node is, and whether everything it holds is true."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubnode.cli.common import (
    DATA_DEFAULT,
    DataOption,
    enrolled,
    naming,
    node_of,
    require_node,
    told,
)
from hubnode.cli.sync import exit_code_of
from runtime.command_line import JsonOption, YesOption, group, helped
from runtime.console import CommandFailed, confirm, emit_json, facts, say

if TYPE_CHECKING:
    from hubnode.sync.endings import RunReport


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("key", "The node's keys.", "hubnode key show")
    sentence = "Show the public keys and their fingerprint in words."
    part.command("show", help=helped("hubnode key show", sentence), short_help=sentence)(show)
    sentence = "Replace the keys: the old ones sign the new ones in with the next sync."
    part.command("rotate", help=helped("hubnode key rotate", sentence), short_help=sentence)(rotate)
    app.add_typer(part)
    sentence = "Check the whole replica and the own log, or a .tlog-proof file, offline."
    app.command(
        "verify",
        help=helped("hubnode verify\nhubnode verify record.tlog-proof", sentence),
        short_help=sentence,
    )(verify)


def show(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Shows verifier keys; the private halves never leave the key file."""
    from hubnode.keys import load_own_keys  # noqa: PLC0415
    from protocol.fingerprints import fingerprint, words  # noqa: PLC0415

    with node_of(data) as node:
        identity = enrolled(node)
        keys = load_own_keys(data, identity)
    shown = {
        "log_key": keys.current.log.verifier_key.text,
        "witness_key": keys.current.witness.verifier_key.text,
        "fingerprint": " ".join(keys.current.words),
        **({"next_fingerprint": " ".join(keys.next.words)} if keys.next else {}),
        "centre_fingerprint": " ".join(
            words(fingerprint([identity.national_verifier, identity.mirror_verifier]))
        ),
    }
    emit_json(shown) if json else facts(shown)


def rotate(
    *, data: DataOption = DATA_DEFAULT, yes: YesOption = False, json: JsonOption = False
) -> None:
    """Makes new keys, signs them in, and hands over once the centre has them."""
    import asyncio  # noqa: PLC0415

    require_node(data)
    with node_of(data) as node:
        hub = enrolled(node).hub
    if not confirm(f"Replace the keys of hub {hub}?", assume_yes=yes):
        raise CommandFailed("Nothing was changed.")
    with told():
        words, state, report = asyncio.run(_rotate(data))
    shown = {"state": state, "fingerprint": " ".join(words), "sentence": report.sentence}
    emit_json(shown) if json else facts(shown)
    say(_ADVICE[state])
    if exit_code := exit_code_of(report.state, report.code):
        raise typer.Exit(exit_code)


_ADVICE = {
    "rotated": "Read the eight words to the centre, and make a new copy of keys.pem off-line.",
    "waiting": "The new keys are made and wait; the old ones sign until a sync run succeeds.",
    "refused": "The centre did not take the new keys; the old ones go on. Try again.",
}


async def _rotate(data: Path) -> tuple[tuple[str, ...], str, "RunReport"]:
    """The new words, how far it came, and the last run: one takes the entry, one the new keys."""
    from hubnode.keys import begin_rotation, load_own_keys  # noqa: PLC0415
    from hubnode.node import SYNC_LOCK  # noqa: PLC0415
    from hubnode.opening import online_node  # noqa: PLC0415
    from hubnode.sync.run import sync  # noqa: PLC0415
    from runtime.durable import FolderLock  # noqa: PLC0415

    async with online_node(data) as node:
        who = enrolled(node)
        with FolderLock(node.folder, SYNC_LOCK):
            upcoming = begin_rotation(node.folder, who, node.entropy)
        report = await sync(node)
        keys = load_own_keys(data, who)
        if keys.next is not None:
            return upcoming.words, "waiting", report
        if keys.current != upcoming:
            return upcoming.words, "refused", report
        return upcoming.words, "rotated", await sync(node)


def verify(
    file: Annotated[Path | None, typer.Argument(help="A .tlog-proof file.")] = None,
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Checks everything that can be checked without a network."""
    from hubnode.keys import load_own_keys  # noqa: PLC0415
    from hubnode.verify import verify_node, verify_proof_file  # noqa: PLC0415

    with node_of(data) as node:
        who = enrolled(node)
        if file is None:
            own_keys = load_own_keys(data, who).verifiers
            found = node.db.read_sync(lambda conn: verify_node(conn, node, who, own_keys))
        else:
            keys = [who.national_verifier]
            with naming(file):
                found = verify_proof_file(_read(file), origin=who.national, keys=keys)
    emit_json(found) if json else facts(found)
    if not found["verified"]:
        raise typer.Exit(1)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}.") from error
