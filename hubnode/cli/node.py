"""`hubnode init`, `enrol`, `adopt`, `status`: the node itself."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubnode.cli.common import (
    DATA_DEFAULT,
    DataOption,
    enrolled,
    node_of,
    quorum_of,
    require_node,
    shown_facts,
    told,
)
from runtime.command_line import JsonOption, YesOption, helped
from runtime.console import CommandFailed, ExitCode, confirm, emit_json, facts, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hubnode.node import Node
    from protocol.enrolment import Invitation
    from protocol.quorum import Quorum


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    for name, command, example, sentence in (
        ("init", init, "hubnode init --data ./node", "Make a data folder with fresh keys."),
        (
            "enrol",
            enrol,
            "hubnode enrol jipp1-...",
            "Enrol this node with the centre's invitation.",
        ),
        (
            "adopt",
            adopt,
            "hubnode adopt",
            "Make this machine the hub's only one, after a move or a restore.",
        ),
        ("status", status, "hubnode status --json", "Say in one sentence how this node is."),
    ):
        app.command(name, help=helped(example, sentence), short_help=sentence)(command)


def init(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Makes the folder, the keys and the database; keys that are there already are kept."""
    from hubnode.enrolment import create_node  # noqa: PLC0415
    from hubnode.keys import KEY_FILE, KEY_NAMES  # noqa: PLC0415
    from hubnode.opening import is_centre, is_node, opened_node  # noqa: PLC0415
    from runtime.keyfile import load_keys  # noqa: PLC0415
    from runtime.system import SystemEntropy  # noqa: PLC0415

    if is_node(data):
        raise CommandFailed(f"{data} holds a node already.", exit_code=ExitCode.USAGE)
    if is_centre(data):
        sentence = f"{data} holds a centre; a node needs a folder of its own."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    with told():
        if (data / KEY_FILE).exists():
            load_keys(data / KEY_FILE, KEY_NAMES)
            say(
                "Kept: the keys that are there. Enrol with the same invitation as before, "
                "then hubnode adopt."
            )
        else:
            create_node(data, entropy=SystemEntropy())
        with opened_node(data):
            say(f"Made: {data}")
    if json:
        emit_json({"data": str(data)})
    say(f"Next: hubnode enrol INVITATION --data {quote(str(data))}")


def enrol(
    invitation: Annotated[str, typer.Argument(help="The text that the centre gave you.")],
    *,
    yes: YesOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Enrols, after the operator has compared the centre's words."""
    import asyncio  # noqa: PLC0415

    from hubnode.enrolment import EnrolmentCancelled  # noqa: PLC0415

    require_node(data)
    try:
        with told():
            shown = asyncio.run(_enrol(data, invitation, yes=yes))
    except EnrolmentCancelled as error:
        raise CommandFailed("Not enrolled. Ask the centre before you go on.") from error
    emit_json(shown) if json else facts(shown)
    say("Enrolled. Next: hubnode import commit FILE, then hubnode sync now")


async def _enrol(data: Path, invitation: str, *, yes: bool) -> dict[str, str]:
    from hubnode.enrolment import enrol as enrol_node  # noqa: PLC0415
    from hubnode.opening import online_node  # noqa: PLC0415

    def agreed(asked: "Invitation", words: Sequence[str]) -> bool:
        say(f"Centre: {asked.authority} at {asked.url}")
        say(f"Its keys read: {' '.join(words)}")
        return confirm("Does the centre read the same words to you?", assume_yes=yes)

    async with online_node(data) as node:
        enrolled = await enrol_node(node, invitation, yes=agreed)
    return {
        "hub": enrolled.identity.hub,
        "name": enrolled.identity.name,
        "authority": enrolled.identity.authority,
        "state": enrolled.identity.state,
        "own_words": " ".join(enrolled.words),
        "centre_words": " ".join(enrolled.centre_words),
    }


def adopt(
    *, yes: YesOption = False, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """Tells the centre that the hub runs here now; another machine is stopped at its next run."""
    import asyncio  # noqa: PLC0415

    with node_of(data) as node:
        hub = enrolled(node).hub
    question = f"Is every other machine of hub {hub} switched off for good?"
    if not confirm(question, assume_yes=yes):
        raise CommandFailed("Nothing was changed.")
    with told():
        instance = asyncio.run(_adopt(data))
    emit_json({"hub": hub, "instance": instance}) if json else facts({"instance": instance})
    say("This machine is the hub's. Next: hubnode sync now")


async def _adopt(data: Path) -> str:
    from hubnode.adopting import adopt as adopt_here  # noqa: PLC0415
    from hubnode.opening import online_node  # noqa: PLC0415

    async with online_node(data) as node:
        return await adopt_here(node, enrolled(node))


def status(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Shows the state, the queue and the last runs."""
    with node_of(data) as node:
        quorum = quorum_of(data)  # a node whose service could not start is not well
        found = node.db.read_sync(lambda conn: _status(conn, node, quorum))
    if json:
        emit_json(found)
    else:
        waiting = ("to_refresh", "to_replicate")
        for sentence in (
            found["sentence"],
            *(it for name in waiting for it in found.get(name, [])),
        ):
            say(sentence)
        said = {"sentence", *waiting}
        facts(shown_facts({name: it for name, it in found.items() if name not in said}))


def _status(conn: "Connection", node: "Node", quorum: "Quorum") -> dict[str, Any]:
    """With the hash of the whole catalogue, which takes a while to compute."""
    from hubnode import replica  # noqa: PLC0415
    from hubnode.status import status_of  # noqa: PLC0415

    found = status_of(conn, node, quorum)
    if not found["enrolled"]:
        return found
    return {**found, "catalogue_hash": replica.catalogue_hash(conn, node)}
