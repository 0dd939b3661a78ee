"""Replikasi: to take over what another hub has, step by step, and to let others have one's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from hubnode.authoring import Desk
from hubnode.node import Node
from hubnode.reading_catalogue import read_innovation, read_state
from hubnode.replica_drafts import begin_draft, draft_replicating
from hubnode.replications import (
    Progress,
    begin,
    held_steps,
    interests_waiting,
    progress,
    steps_taken,
    take,
)
from hubnode.store import identity, records
from hubnode.store.identity import Identity
from hubnode.sync.sentences import sentence_of
from hubnode.web.refusals import refusal_sentence
from hubnode.web.visit import Visit
from protocol.entries.changes import (
    AGREEMENT,
    APPROVAL,
    IMPLEMENTATION,
    INTEREST,
    REFUSAL,
    WITHDRAWAL,
)
from protocol.errors import ProtocolError
from protocol.innovation.identifiers import is_uuid7
from protocol.lineage import CLAIM
from protocol.replication import OWNER, next_steps
from runtime.pages.translating import msg

WAY = (INTEREST, AGREEMENT, APPROVAL, IMPLEMENTATION)
RECORDS_LOOKED_AT = 5_000
"""Own records among which the result of a replication is looked for."""

STEP_WORDS = {
    INTEREST: msg("Minat"),
    AGREEMENT: msg("Kesepakatan"),
    APPROVAL: msg("Persetujuan"),
    IMPLEMENTATION: msg("Implementasi"),
    REFUSAL: msg("Penolakan"),
    WITHDRAWAL: msg("Pembatalan"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepForm:
    """How a step is asked for.

    Attributes:
        button: what it says.
        asks: for which words.
        tone: class of the button.
    """

    button: str
    asks: str
    tone: str = ""


STEP_FORMS = {
    AGREEMENT: StepForm(
        button=msg("Sepakati"), asks=msg("Kesepakatan dalam satu kalimat, misalnya nomor surat")
    ),
    APPROVAL: StepForm(button=msg("Setujui"), asks=msg("Persetujuan dalam satu kalimat")),
    IMPLEMENTATION: StepForm(
        button=msg("Nyatakan dilaksanakan"), asks=msg("Pelaksanaan dalam satu kalimat")
    ),
    REFUSAL: StepForm(button=msg("Tolak"), asks=msg("Alasan penolakan"), tone="danger"),
    WITHDRAWAL: StepForm(button=msg("Batalkan"), asks=msg("Alasan pembatalan"), tone="danger"),
}
"""By step, in the order in which they are offered; interest has a page of its own."""


async def list_page(visit: Visit) -> web.Response:
    """Every replication of this hub, and what the centre holds of its steps."""

    def read(conn: Connection) -> dict[str, Any]:
        who = identity.get(conn)
        if who is None:
            return {"found": [], "held": [], "begun": [], "own_hub": ""}
        return {
            "found": progress(conn, visit.node, who),
            "held": held_steps(conn, visit.node, who),
            "begun": interests_waiting(conn, visit.node, who),
            "own_hub": who.hub,
        }

    shown = await visit.node.db.read(read)
    return await visit.hub_page(
        "replications.html",
        here="catalogue",
        **shown,
        words=STEP_WORDS,
        sentence_of=sentence_of,
    )


async def ask_interest(visit: Visit) -> web.Response:
    """The form with which a replication begins."""
    return await _interest_page(visit)


async def say_interest(visit: Visit) -> web.Response:
    """Begins a replication, and the draft of this hub's own record where that is wanted."""
    record, details = visit.request.match_info["record"], visit.text("details")
    if not details:
        return await _interest_page(visit, fault=visit.say("Tulis minat dalam satu kalimat."))

    def work(conn: Connection, desk: Desk, who: Identity) -> str:
        replication = begin(conn, desk, who, record=record, details=details)
        original = read_state(conn, visit.node, record)
        if visit.text("draft") and original is not None:
            begin_draft(conn, visit.node, who, original, by=visit.account)
        return replication

    try:
        await _save(visit, work)
    except ProtocolError as error:
        return await _interest_page(visit, fault=refusal_sentence(visit, error), details=details)
    return visit.go("/replikasi", told="step")


async def replication_page(visit: Visit) -> web.Response:
    """One replication: how far it is, what was said, and the steps that this hub may take."""
    return await _replication_page(visit)


async def take_step(visit: Visit) -> web.Response:
    """Takes the step of the form."""
    replication, step = visit.request.match_info["replication"], visit.text("step")
    details, result = visit.text("details"), visit.text("result") or None
    if step not in STEP_FORMS:
        raise web.HTTPNotFound
    if not details:
        fault = visit.say("Tulis satu kalimat; semua hub dapat membacanya.")
        return await _replication_page(visit, fault=fault, step=step)
    if step == IMPLEMENTATION and (result is None or not is_uuid7(result)):
        fault = visit.say("Pilih inovasi hub ini yang merupakan hasilnya.")
        return await _replication_page(visit, fault=fault, step=step)

    def work(conn: Connection, desk: Desk, who: Identity) -> None:
        take(
            conn,
            desk,
            who,
            replication=replication,
            step=step,
            details=details,
            result=result if step == IMPLEMENTATION else None,
        )

    try:
        await _save(visit, work)
    except ProtocolError as error:
        fault = refusal_sentence(visit, error)
        return await _replication_page(visit, fault=fault, step=step)
    return visit.go(f"/replikasi/{replication}", told="step")


async def make_draft(visit: Visit) -> web.Response:
    """Opens the draft of this hub's own record; makes it where there is none."""
    replication = visit.request.match_info["replication"]

    def work(conn: Connection) -> str:
        who, found = _running(conn, visit.node, replication)
        original = read_state(conn, visit.node, found.replication.original)
        if original is None or found.replication.hub != who.hub:
            raise web.HTTPNotFound
        return begin_draft(conn, visit.node, who, original, by=visit.account).id

    return visit.go(f"/inovasi/draf/{await visit.node.db.run(work)}")


def _running(conn: Connection, node: Node, replication: str) -> tuple[Identity, Progress]:
    """A replication of this hub.

    Raises:
        HTTPNotFound: it has none of that id.
    """
    who = identity.get(conn)
    found = progress(conn, node, who) if who else []
    known = next((it for it in found if it.replication.id == replication), None)
    if who is None or known is None:
        raise web.HTTPNotFound
    return who, known


async def _interest_page(visit: Visit, *, fault: str = "", details: str = "") -> web.Response:
    record = visit.request.match_info["record"]
    found = await visit.node.db.read(lambda conn: read_innovation(conn, visit.node, record))
    if found is None:
        raise web.HTTPNotFound
    return await visit.hub_page(
        "interest.html",
        here="catalogue",
        status=422 if fault else 200,
        innovation=found,
        fault=fault,
        details=details,
    )


async def _replication_page(visit: Visit, *, fault: str = "", step: str = "") -> web.Response:
    replication = visit.request.match_info["replication"]

    def read(conn: Connection) -> dict[str, Any]:
        who, found = _running(conn, visit.node, replication)
        return {
            "it": found,
            "own_hub": who.hub,
            "taken": steps_taken(conn, visit.node, who, found.replication),
            "draft": draft_replicating(conn, found.replication.original),
            "results": _results(conn, found.replication.original),
            "steps": () if found.is_waiting else _own_steps(found, who.hub),
        }

    shown = await visit.node.db.read(read)
    return await visit.hub_page(
        "replication.html",
        here="catalogue",
        status=422 if fault else 200,
        **shown,
        way=WAY,
        words=STEP_WORDS,
        forms=STEP_FORMS,
        fault=fault,
        faulty_step=step,
        said=visit.text("details"),
    )


def _own_steps(found: Progress, hub: str) -> Sequence[str]:
    """The steps that this hub may take now, the one by which it goes on first."""
    known = found.replication
    if known.owner == known.hub:
        return ()
    parties = next_steps(known.step).items()
    mine = [
        step for step, party in parties if hub == (known.owner if party == OWNER else known.hub)
    ]
    return [step for step in STEP_FORMS if step in mine]


def _results(conn: Connection, original: str) -> list[tuple[str, str]]:
    """Own records that say that they replicate a record: id and title."""
    own = records.page(conn, limit=RECORDS_LOOKED_AT)
    claims = [(it, it.fields.get(CLAIM)) for it in own if not it.withdrawn]
    return [
        (it.id, str(it.fields.get("title", "")))
        for it, claim in claims
        if isinstance(claim, dict) and claim.get("innovation") == original
    ]


async def _save(visit: Visit, step: Callable[[Connection, Desk, Identity], object]) -> None:
    """Takes a step at a desk of this account, and saves what lies on it."""

    def work(conn: Connection) -> None:
        who = identity.get(conn)
        if who is None:
            raise web.HTTPNotFound
        desk = Desk.open(conn, visit.node, who, by=visit.account)
        step(conn, desk, who)
        desk.save(conn)

    await visit.node.db.run(work)
