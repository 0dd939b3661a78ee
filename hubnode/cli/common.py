"""What every command shares: its options, and the node of a data folder."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runtime.console import CommandFailed, ExitCode
from runtime.reasons import named

if TYPE_CHECKING:
    from hubnode.node import Node
    from hubnode.settings import NodeSettings
    from hubnode.store.identity import Identity
    from protocol.errors import ProtocolError
    from protocol.quorum import Quorum
    from runtime.sentences import Sentence

DataOption = Annotated[
    Path, typer.Option("--data", envvar="JIPP_NODE_DATA", help="The node's data folder.")
]
ByOption = Annotated[
    str, typer.Option("--by", callback=named, help="Local account name; no personal data.")
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many to show.")]

DATA_DEFAULT = Path("node-data")
BY_DEFAULT = "operator"

_BEREFT = (
    "If it was lost: `hubnode init` keeps the keys, and the same invitation enrols them again; see "
    'docs/operate.md, "The database is lost and the keys are not".'
)

NOT_ENROLLED = (
    "This node is not enrolled yet. Ask the centre for an invitation, then run `hubnode enrol`."
)

_EXIT_CODES = {"no_rows": ExitCode.ATTENTION}
"""Of refusals that are no failure: what was asked was understood, and a person has to look."""


def require_node(data: Path) -> None:
    """Accepts when a node lives there.

    Raises:
        CommandFailed: none does.
    """
    from hubnode.opening import is_bereft, is_node  # noqa: PLC0415

    if not is_node(data):
        sentence = f"There is no node in {data}. Make one with `hubnode init`."
        if is_bereft(data):
            sentence = f"{data} has keys and no database. {_BEREFT}"
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)


def settings_of(data: Path) -> "NodeSettings":
    """The settings of a data folder.

    Raises:
        CommandFailed: they cannot be used.
    """
    from hubnode.settings import SETTINGS_FILE, load_node_settings  # noqa: PLC0415
    from runtime.settings import SettingsRefused  # noqa: PLC0415

    try:
        return load_node_settings(data)
    except SettingsRefused as refused:
        where = f"{data / SETTINGS_FILE}, or JIPP_NODE_* in the environment:"
        sentences = "\n".join((where, *refused.faults))
        raise CommandFailed(sentences, exit_code=ExitCode.USAGE) from refused


def quorum_of(data: Path) -> "Quorum":
    """Which witnesses the settings of a data folder require.

    Raises:
        CommandFailed: the settings cannot be used.
    """
    return settings_of(data).quorum()


@contextmanager
def node_of(data: Path) -> Iterator["Node"]:
    """The node of a data folder, offline; what goes wrong becomes a sentence.

    Raises:
        CommandFailed: it cannot be opened, or what was asked was refused.
    """
    from hubnode.opening import opened_node  # noqa: PLC0415

    require_node(data)
    with told(), opened_node(data) as node:
        yield node


@contextmanager
def told() -> Iterator[None]:
    """Turns refusals into sentences and exit codes.

    Raises:
        CommandFailed: for everything that an operator can do something about.
    """
    from hubnode.sync.answers import Refused  # noqa: PLC0415
    from hubnode.sync.sentences import known_sentence, sentence_of  # noqa: PLC0415
    from protocol.errors import ProtocolError  # noqa: PLC0415
    from runtime.database import DatabaseError  # noqa: PLC0415
    from runtime.durable import AlreadyRunning  # noqa: PLC0415
    from runtime.keyfile import KeyFileRefused  # noqa: PLC0415
    from runtime.ports import Unreachable  # noqa: PLC0415

    try:
        with _settings_told():
            yield
    except ProtocolError as error:
        sentence = _said(known_sentence(error.code), error)
        exit_code = _EXIT_CODES.get(error.code, ExitCode.FAILED)
        raise CommandFailed(f"{sentence} ({error.code})", exit_code=exit_code) from error
    except Refused as error:
        sentence = f"{sentence_of(error.code).id} ({error.code})"
        raise CommandFailed(sentence, exit_code=ExitCode.REFUSED) from error
    except Unreachable as error:
        raise CommandFailed(_unreached(error.reason), exit_code=ExitCode.UNREACHABLE) from error
    except AlreadyRunning as error:
        raise CommandFailed("Another run is live in this folder; wait for it.") from error
    except (KeyFileRefused, DatabaseError) as error:
        raise CommandFailed(str(error)) from error
    except OSError as error:
        sentence = f"{error.filename}: {error.strerror}." if error.filename else str(error)
        raise CommandFailed(sentence) from error


def _unreached(reason: str) -> str:
    from runtime.unreachable import reason_sentence  # noqa: PLC0415

    why = reason_sentence(reason).id
    return f"Pusat tidak dapat dihubungi: {why}. Data aman di sini; coba lagi nanti."


@contextmanager
def _settings_told() -> Iterator[None]:
    from runtime.settings import SettingsRefused  # noqa: PLC0415

    try:
        yield
    except SettingsRefused as refused:
        raise CommandFailed("\n".join(refused.faults), exit_code=ExitCode.USAGE) from refused


def _said(known: "Sentence | None", error: "ProtocolError") -> str:
    """The sentence of the code and the message, in the language of the message."""
    from hubnode.authoring import EditRefused  # noqa: PLC0415
    from hubnode.campaigns import CampaignRefused  # noqa: PLC0415

    if known is None:
        return error.message
    is_indonesian = isinstance(error, EditRefused | CampaignRefused)
    return f"{known.id if is_indonesian else known.en} — {error.message}"


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Puts the name of a file before what the protocol refuses about its bytes."""
    from protocol.errors import ProtocolError  # noqa: PLC0415

    try:
        yield
    except ProtocolError as error:
        error.message = f"{file}: {error.message}"
        raise


def enrolled(node: "Node") -> "Identity":
    """The node's enrolment.

    Raises:
        CommandFailed: it is not enrolled yet.
    """
    from hubnode.store import identity  # noqa: PLC0415

    found = node.db.read_sync(identity.get)
    if found is None:
        raise CommandFailed(NOT_ENROLLED, exit_code=ExitCode.ATTENTION)
    return found


def shown_facts(found: Mapping[str, object]) -> dict[str, object]:
    """What a terminal shows of a document: who confirms the catalogue is one sentence there."""
    confirmed = found.get("confirmed")
    if not isinstance(confirmed, dict):
        return dict(found)
    return {**found, "confirmed": confirmed["text_id"]}
