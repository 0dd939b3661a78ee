"""One innovation of this hub: what it says, how it stands, what was done to it, whom to ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web
from sqlalchemy import Connection

from hubnode import editing
from hubnode.authoring import EditRefused, UnknownRecord, own_record
from hubnode.contacts import ContactRefused, make_contact
from hubnode.own_list import ListState, OwnList
from hubnode.reading_catalogue import read_state
from hubnode.review import record_history
from hubnode.showing import record_page
from hubnode.store import contacts, drafts, hubs, private_answers
from hubnode.store.identity import Identity
from hubnode.sync.sentences import sentence_of
from hubnode.web.record_words import (
    PROGRAM_REASONS,
    STANDINGS,
    STATES,
    Mark,
)
from hubnode.web.visit import Visit
from protocol.canonical import Json
from protocol.innovation.completeness import completeness
from protocol.innovation.fields import fields_to_fill
from runtime.originals import titles_of_originals
from runtime.pages.change_words import CHANGES
from runtime.pages.field_values import Shown, groups_of
from runtime.pages.field_words import COMPLETENESS, GROUPS, Reader
from runtime.pages.finding_words import finding_sentence
from runtime.pages.hub_names import HubNames

HISTORY_ROWS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The fields of one group.

    Attributes:
        name: of the group, in code.
        label: in the reader's language.
        fields: those that say something.
        missing: name and label of those that count for completeness and are empty.
    """

    name: str
    label: str
    fields: Sequence[Shown]
    missing: Sequence[tuple[str, str]]


async def show(visit: Visit, who: Identity) -> web.Response:
    """The page; of what only another hub has, the one in the catalogue."""
    try:
        return await _page(visit, who)
    except UnknownRecord:
        record, node = visit.request.match_info["record"], visit.node
        if await node.db.read(lambda conn: read_state(conn, node, record)) is None:
            raise
        return visit.go(f"/katalog/{record}")


async def attest(visit: Visit, who: Identity) -> web.Response:
    """States that it is still true."""
    campaign = visit.text("campaign") or None
    await _edited(visit, who, editing.attest(campaign))
    return visit.go(_back(visit), told="attested")


async def ask_withdraw(visit: Visit, who: Identity) -> web.Response:
    """Asks why it is to be hidden."""
    return await _reason_page(visit, who, "withdraw")


async def withdraw(visit: Visit, who: Identity) -> web.Response:
    """Hides it."""
    return await _with_reason(visit, who, "withdraw", told="withdrawn")


async def ask_restore(visit: Visit, who: Identity) -> web.Response:
    """Asks why it is to be shown again."""
    return await _reason_page(visit, who, "restore")


async def restore(visit: Visit, who: Identity) -> web.Response:
    """Shows it again."""
    return await _with_reason(visit, who, "restore", told="restored")


async def add_contact(visit: Visit, who: Identity) -> web.Response:
    """Keeps whom to ask, on this node only."""
    record, node = visit.request.match_info["record"], visit.node
    texts = {name: visit.text(name) for name in ("name", "phone", "email", "nip")}
    try:
        made = make_contact(record=record, **texts)
    except ContactRefused:
        fault = visit.say(
            "Tulis nama, dan sedikitnya satu dari telepon, surel, atau NIP; masing-masing satu "
            "baris."
        )
        return await _page(visit, who, contact=texts, contact_fault=fault)

    def work(conn: Connection) -> None:
        own_record(conn, record)
        contacts.save_many(conn, [made])

    await node.db.run(work)
    return visit.go(f"/inovasi/{record}#kontak", told="contact")


async def remove_contact(visit: Visit, _who: Identity) -> web.Response:
    """Forgets one."""
    record, name = visit.request.match_info["record"], visit.text("name")
    await visit.node.db.run(lambda conn: contacts.remove(conn, record, name))
    return visit.go(f"/inovasi/{record}#kontak", told="contact_gone")


async def _edited(visit: Visit, who: Identity, edit: editing.Edit) -> None:
    record, node, by = visit.request.match_info["record"], visit.node, visit.account
    await node.db.run(lambda conn: editing.edit_record(conn, node, who, record, by=by, edit=edit))


async def _with_reason(visit: Visit, who: Identity, act: str, *, told: str) -> web.Response:
    reason = visit.text("reason")
    if not reason:
        fault = visit.say("Tulis alasannya; setiap orang dapat membacanya.")
        return await _reason_page(visit, who, act, fault=fault)
    edit = editing.withdraw(reason) if act == "withdraw" else editing.restore(reason)
    try:
        await _edited(visit, who, edit)
    except EditRefused as refused:
        said = " ".join(finding_sentence(visit.reader, it) for it in refused.findings)
        return await _reason_page(visit, who, act, fault=said)
    return visit.go(f"/inovasi/{visit.request.match_info['record']}", told=told)


async def _reason_page(visit: Visit, who: Identity, act: str, *, fault: str = "") -> web.Response:
    record, node = visit.request.match_info["record"], visit.node
    page = await node.db.read(lambda conn: record_page(conn, node, record))
    return await visit.hub_page(
        "innovation_reason.html",
        here="innovations",
        status=422 if fault else 200,
        act=act,
        record=record,
        title=page["title"],
        reason=visit.text("reason"),
        fault=fault,
        hub=who.name,
    )


async def _page(
    visit: Visit,
    who: Identity,
    *,
    contact: dict[str, str] | None = None,
    contact_fault: str = "",
) -> web.Response:
    record, node = visit.request.match_info["record"], visit.node
    found = await node.db.read(lambda conn: _found(conn, visit, who, record))
    history, stands, called = found.pop("history"), found.pop("state"), found.pop("hubs")
    originals = found.pop("originals")
    return await visit.hub_page(
        "innovation.html",
        here="innovations",
        status=422 if contact_fault else 200,
        record=record,
        parts=_parts(found["page"]["record"], replace(visit.reader, titles=originals)),
        completeness=completeness(found["page"]["record"]).groups,
        group_names=COMPLETENESS,
        mark=STATES[stands],
        history=[_told(row, visit, called) for row in history[: -HISTORY_ROWS_MAX - 1 : -1]],
        contact=contact or dict.fromkeys(("name", "phone", "email", "nip"), ""),
        contact_fault=contact_fault,
        **found,
    )


def _found(conn: Connection, visit: Visit, who: Identity, record: str) -> dict[str, Any]:
    node = visit.node
    page = record_page(conn, node, record)
    is_own = page["given"] is None
    return {
        "page": page,
        "is_own": is_own,
        "state": OwnList(conn, node, who).state(record),
        "draft": drafts.of_record(conn, record),
        "people": contacts.of_record(conn, record),
        "stays": private_answers.of_record(conn, record),
        "originals": titles_of_originals(conn, node.documents, page["record"]),
        "hubs": HubNames(names=hubs.names(conn), say=visit.say),
        "history": record_history(conn, node, who, record),
        "is_withdrawn": page["state"] == ListState.WITHDRAWN,
    }


def _parts(record: Mapping[str, Json], reader: Reader) -> list[Part]:
    """The groups of which something is said or missing."""
    said = {it.name: it.fields for it in groups_of(record, reader)}
    missing: dict[str, list[tuple[str, str]]] = {}
    for field in fields_to_fill():
        if field.counts_for and not record.get(field.name):
            missing.setdefault(field.group, []).append((field.name, reader.label(field)))
    return [
        Part(
            name=name,
            label=reader.group(name),
            fields=said.get(name, ()),
            missing=missing.get(name, ()),
        )
        for name in GROUPS
        if name in said or name in missing
    ]


def _told(row: dict[str, Any], visit: Visit, called: HubNames) -> dict[str, Any]:
    """A row of the history in words; what is not known is called by its code.

    Of a change of this hub `by` is an account, whose name anybody may choose: never a hub.
    """
    standing, by = STANDINGS.get(row["standing"]), str(row["by"] or "")
    reason, code = str(row["reason"] or ""), str(row["code"])
    is_of_others = row["number"] is None and row["place"] is not None
    written_by_program = PROGRAM_REASONS.get(reason)
    return {
        "at": datetime.fromisoformat(row["at"]) if row["at"] else None,
        "by": called.text(by) if is_of_others and by in called.names else by,
        "what": CHANGES.get(str(row["change"]), str(row["change"])),
        "fields": [visit.reader.field(name) for name in row["fields"]],
        "reason": visit.say(written_by_program) if written_by_program else reason,
        "code": code,
        "sentence": visit.said(sentence_of(code)) if code else "",
        "mark": standing or Mark("", "·", ""),
    }


def _back(visit: Visit) -> str:
    if campaign := visit.text("campaign"):
        return f"/inovasi?campaign={quote(campaign)}"
    return f"/inovasi/{visit.request.match_info['record']}"
