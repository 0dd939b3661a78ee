"""`hubnode key`, `hubnode verify`: who this node is, and whether everything it holds is true."""

from pathlib import Path
from typing import Annotated

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, enrolled, node_of, shown_facts
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, emit_json, facts


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("key", "The node's keys.", "hubnode key show")
    sentence = "Show the public keys and their fingerprint in words."
    part.command("show", help=helped("hubnode key show", sentence), short_help=sentence)(show)
    app.add_typer(part)
    sentence = "Check the whole replica and the own log, or a .tlog-proof file, offline."
    app.command(
        "verify",
        help=helped("hubnode verify\nhubnode verify record.tlog-proof", sentence),
        short_help=sentence,
    )(verify)


def show(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Shows verifier keys; the private halves never leave the key file."""
    from hubnode.sync.session import load_signing_keys  # noqa: PLC0415
    from protocol.fingerprints import fingerprint, words  # noqa: PLC0415

    with node_of(data) as node:
        identity = enrolled(node)
        log, witness = load_signing_keys(data, identity)
    keys = [log.verifier_key, witness.verifier_key]
    shown = {
        "log_key": keys[0].text,
        "witness_key": keys[1].text,
        "fingerprint": " ".join(words(fingerprint(keys))),
        "centre_fingerprint": " ".join(
            words(fingerprint([identity.national_verifier, identity.mirror_verifier]))
        ),
    }
    emit_json(shown) if json else facts(shown)


def verify(
    file: Annotated[Path | None, typer.Argument(help="A .tlog-proof file.")] = None,
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Checks everything that can be checked without a network."""
    from hubnode.sync.session import load_signing_keys  # noqa: PLC0415
    from hubnode.verify import verify_node, verify_proof_file  # noqa: PLC0415

    with node_of(data) as node:
        who = enrolled(node)
        if file is None:
            log_key, _ = load_signing_keys(data, who)
            found = node.db.read_sync(
                lambda conn: verify_node(conn, node, who, log_key.verifier_key)
            )
        else:
            keys = [who.national_verifier]
            found = verify_proof_file(_read(file), origin=who.national, keys=keys)
    emit_json(found) if json else facts(shown_facts(found))
    if not found["verified"]:
        raise typer.Exit(1)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}.") from error
