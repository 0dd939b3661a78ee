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
    quorum_of,
    require_node,
    shown_facts,
    told,
)
from hubnode.cli.sync import exit_code_of
from runtime.command_line import JsonOption, YesOption, group, helped
from runtime.console import CommandFailed, ExitCode, confirm, emit_json, facts, say, table

if TYPE_CHECKING:
    from hubnode.sync.endings import RunReport
    from protocol.canonical import Json
    from protocol.emergency_kit import EmergencyKit
    from protocol.quorum import Quorum


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("key", "The node's keys.", "hubnode key show")
    sentence = "Show the public keys and their fingerprint in words."
    part.command("show", help=helped("hubnode key show", sentence), short_help=sentence)(show)
    sentence = "Replace the keys: the old ones sign the new ones in with the next sync."
    part.command("rotate", help=helped("hubnode key rotate", sentence), short_help=sentence)(rotate)
    sentence = "Print the emergency kit: the private keys, as text to keep on paper."
    part.command("kit", help=helped("hubnode key kit", sentence), short_help=sentence)(kit)
    sentence = "Put the keys of an emergency kit into a node that is not enrolled yet."
    example = "hubnode init --data ./node\nhubnode key restore --data ./node"
    part.command("restore", help=helped(example, sentence), short_help=sentence)(restore)
    app.add_typer(part)
    sentence = "Check the whole replica and the own log, or a file of evidence, offline."
    app.command(
        "verify",
        help=helped(
            "hubnode verify\nhubnode verify bukti.tlog-proof\nhubnode verify bukti.json", sentence
        ),
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


def kit(
    *, data: DataOption = DATA_DEFAULT, yes: YesOption = False, json: JsonOption = False
) -> None:
    """Prints what opens everything that this hub may do."""
    from hubnode.keys import load_own_keys  # noqa: PLC0415
    from hubnode.kit import kit_of  # noqa: PLC0415
    from hubnode.store.safeguards import keep_kit  # noqa: PLC0415
    from protocol.emergency_kit import format_kit  # noqa: PLC0415

    with node_of(data) as node:
        who = enrolled(node)
        if not confirm("Is nobody looking who must not see the private keys?", assume_yes=yes):
            raise CommandFailed("Nothing was printed.")
        with told():
            text = format_kit(kit_of(node, who))
            key = load_own_keys(node.folder, who).current.log.verifier_key.text
            node.db.run_sync(lambda conn: keep_kit(conn, node.clock.now(), key=key))
    shown = {"hub": who.hub, "name": who.name, "centre": who.url, "kit": text}
    emit_json(shown) if json else facts(shown)
    say("Keep it on paper, in a safe. Whoever has it can sign as this hub.")


def restore(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Reads the kit from the terminal, or from standard input."""
    import asyncio  # noqa: PLC0415

    from protocol.emergency_kit import parse_kit  # noqa: PLC0415

    require_node(data)
    text = typer.prompt("Emergency kit", hide_input=True, err=True, show_default=False)
    with told():
        asyncio.run(_restore(data, parse_kit(text)))
    if json:
        emit_json({"data": str(data)})
    say("The keys are in place. Next: hubnode enrol INVITATION, one made with --same-keys.")


async def _restore(data: Path, kit: "EmergencyKit") -> None:
    from hubnode.kit import restore_keys  # noqa: PLC0415
    from hubnode.opening import online_node  # noqa: PLC0415

    async with online_node(data) as node:
        await restore_keys(node, kit)


_ADVICE = {
    "rotated": "Read the eight words to the centre, and make a new copy of keys.pem off-line.",
    "waiting": "The new keys are made and wait; the old ones sign until the centre has taken them: "
    "by the next sync run, or the next courier file and the answer to it.",
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
    file: Annotated[Path | None, typer.Argument(help="A .tlog-proof or evidence file.")] = None,
    *,
    key: Annotated[
        str, typer.Option("--key", help="Verifier key of the national log; then no node is needed.")
    ] = "",
    witness: Annotated[
        list[str] | None,
        typer.Option("--witness", help="Verifier key of a witness that you trust; again for each."),
    ] = None,
    require: Annotated[
        int | None,
        typer.Option("--require", min=0, help="How many of them must have cosigned; else all."),
    ] = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Checks everything that can be checked without a network."""
    if file is None and key:
        raise CommandFailed("--key is for a FILE.", exit_code=ExitCode.USAGE)
    quorum = _quorum(witness or [], require, data)
    found = _verify_node(data, quorum) if file is None else _verify_file(file, key, data, quorum)
    emit_json(found) if json else _show_found(found)
    if found.get("faithful") is False:
        say("A decision says something else than the change behind it.")
        raise typer.Exit(ExitCode.ATTENTION)


def _show_found(found: "dict[str, Json]") -> None:
    decisions = found.get("decisions")
    facts(shown_facts({name: value for name, value in found.items() if name != "decisions"}))
    if isinstance(decisions, list):
        rows = [list(it.values()) for it in decisions if isinstance(it, dict)]
        table(("place", "at", "kind", "outcome", "author", "source", "faithful"), rows)


def _quorum(witnesses: list[str], required: int | None, data: Path) -> "Quorum":
    """What the options say, else what the settings do."""
    from protocol.errors import KeyRefused  # noqa: PLC0415
    from protocol.quorum import parse_quorum  # noqa: PLC0415

    if not witnesses:
        told_by = quorum_of(data)
        witnesses = [it.text for it in told_by.witnesses]
        required = told_by.required if required is None else required
    try:
        return parse_quorum(witnesses, len(witnesses) if required is None else required)
    except KeyRefused as error:
        raise CommandFailed(f"--witness: {error.message}.", exit_code=ExitCode.USAGE) from error


def _verify_node(data: Path, quorum: "Quorum") -> "dict[str, Json]":
    from hubnode.keys import load_own_keys  # noqa: PLC0415
    from hubnode.verify import verify_node  # noqa: PLC0415

    with node_of(data) as node:
        who = enrolled(node)
        own_keys = load_own_keys(data, who).verifiers
        return node.db.read_sync(lambda conn: verify_node(conn, node, who, own_keys, quorum))


def _verify_file(file: Path, key: str, data: Path, quorum: "Quorum") -> "dict[str, Json]":
    from hubnode.verify_file import verify_file  # noqa: PLC0415
    from protocol.keys import parse_verifier_key  # noqa: PLC0415

    content = _read(file)
    if key:
        with told(), naming(file):
            return verify_file(content, parse_verifier_key(key), quorum)
    with node_of(data) as node, naming(file):
        return verify_file(content, enrolled(node).national_verifier, quorum)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}.") from error
