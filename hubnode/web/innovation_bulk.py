"""What is done to several innovations at once: attest, withdraw, publish their drafts."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from hubnode import editing
from hubnode.authoring import Desk, EditRefused
from hubnode.drafting import Reading, publish, read
from hubnode.node import Node
from hubnode.store import drafts, records
from hubnode.store.drafts import Draft, DraftState
from hubnode.store.identity import Identity
from hubnode.web.signing_rights import may_sign
from hubnode.web.visit import Visit
from protocol.floods import is_flood
from runtime.pages.finding_words import finding_sentence
from runtime.pages.forms import local_path

CHOSEN_MAX = 500
"""Records of one form; a page of the list has far fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of one draft.

    Attributes:
        address: where it is now.
        title: of it.
        is_published: whether it is signed.
        why: why it is not, or "".
    """

    address: str
    title: str
    is_published: bool
    why: str


async def act(visit: Visit, who: Identity) -> web.Response:
    """Does to the chosen ones what the button says."""
    if single := visit.text("attest"):
        return await _attest(visit, who, [single], told="attested")
    chosen = _chosen(visit)
    if not chosen:
        return visit.go(_back(visit), told="none_chosen")
    match visit.text("do"):
        case "attest":
            return await _attest(visit, who, chosen, told="attested_many")
        case "publish":
            return await _publish(visit, who, chosen)
        case _:
            visit.require_signer()
            return await _ask_reason(visit, chosen)


async def withdraw(visit: Visit, who: Identity) -> web.Response:
    """Hides the chosen ones, all for the same reason."""
    chosen, reason = _chosen(visit), visit.text("reason")
    if not reason:
        fault = visit.say("Tulis alasannya; setiap orang dapat membacanya.")
        return await _ask_reason(visit, chosen, fault=fault)
    node, by = visit.node, visit.account
    try:
        await node.db.run(
            lambda conn: _edit_all(conn, node, who, chosen, by=by, edit=editing.withdraw(reason))
        )
    except EditRefused as refused:
        said = " ".join(finding_sentence(visit.reader, it) for it in refused.findings)
        return await _ask_reason(visit, chosen, fault=said)
    return visit.go(_back(visit), told="withdrawn_many")


async def _attest(visit: Visit, who: Identity, chosen: Sequence[str], *, told: str) -> web.Response:
    visit.require_signer()
    node, by, campaign = visit.node, visit.account, visit.text("campaign") or None
    edit = editing.attest(campaign)
    count = await node.db.run(lambda conn: _edit_all(conn, node, who, chosen, by=by, edit=edit))
    return visit.go(_back(visit), told=told if count else "none_chosen")


async def _publish(visit: Visit, who: Identity, chosen: Sequence[str]) -> web.Response:
    """Publishes the drafts that need no answer; says of each other one what it lacks."""
    node = visit.node
    found = await node.db.read(lambda conn: [it for it in drafts.every(conn) if _is(it, chosen)])
    endings = [await _ending(visit, who, draft) for draft in found]
    return await visit.hub_page("innovation_bulk.html", here="innovations", endings=endings)


async def _ending(visit: Visit, who: Identity, draft: Draft) -> Ending:
    node, by = visit.node, visit.account

    def work(conn: Connection) -> str:
        if drafts.get(conn, draft.id) != draft:
            return visit.say("Draf baru saja disimpan, diterbitkan, atau dibuang; tinjau lagi.")
        if draft.state is DraftState.SAMPLE:
            return visit.say("Data contoh tidak pernah diterbitkan.")
        reading = read(conn, node, who, draft, by=by)
        why = _obstacle(visit, reading)
        if not why:
            publish(conn, node, who, reading, by=by)
        return why

    try:
        why = await node.db.run(work)
    except EditRefused as refused:
        why = " ".join(finding_sentence(visit.reader, it) for it in refused.findings)
    address = f"/inovasi/draf/{draft.id}/terbit" if why else f"/inovasi/{draft.record or draft.id}"
    title = str(draft.fields.get("title", ""))
    return Ending(address=address, title=title, is_published=not why, why=why)


def _obstacle(visit: Visit, reading: Reading) -> str:
    """Why a draft is not published without a look at it, or ""."""
    if not may_sign(visit.signer, reading.draft):
        return visit.say("Menunggu penyetuju.")
    if reading.findings:
        return visit.say("Ada isian yang perlu diperbaiki.")
    if reading.unanswered:
        return visit.say("Ada teks yang tampak seperti data pribadi.")
    if any(it.is_overtaken for it in reading.differences):
        return visit.say("Inovasi berubah sejak draf dimulai; tinjau perbedaannya.")
    return ""


async def _ask_reason(visit: Visit, chosen: Sequence[str], *, fault: str = "") -> web.Response:
    node = visit.node

    def work(conn: Connection) -> tuple[list[tuple[str, str]], int]:
        found = records.get_many(conn, list(chosen)).values()
        titles = [(it.id, str(it.fields.get("title", ""))) for it in found if not it.withdrawn]
        return titles, records.count(conn)

    chosen_titles, total = await node.db.read(work)
    if not chosen_titles:
        return visit.go(_back(visit), told="none_chosen")
    return await visit.hub_page(
        "innovation_withdraw.html",
        here="innovations",
        status=422 if fault else 200,
        chosen=chosen_titles,
        reason=visit.text("reason"),
        fault=fault,
        back=_back(visit),
        is_flood=is_flood(len(chosen_titles), lambda: total),
    )


def _edit_all(
    conn: Connection,
    node: Node,
    who: Identity,
    chosen: Sequence[str],
    *,
    by: str,
    edit: editing.Edit,
) -> int:
    """One desk for all of them, so that they are saved together or not at all."""
    desk = Desk.open(conn, node, who, by=by)
    for own in records.get_many(conn, list(chosen)).values():
        edit(conn, desk, own)
    return desk.save(conn)


def _is(draft: Draft, chosen: Sequence[str]) -> bool:
    return (draft.record or draft.id) in chosen


def _chosen(visit: Visit) -> list[str]:
    return [str(it) for it in visit.form.getall("record", [])][:CHOSEN_MAX]


def _back(visit: Visit) -> str:
    return local_path(visit.text("back") or "/inovasi")
