"""Keputusan: the list of cases, and where a conflict, a proposal or an own change is looked at."""

import re
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from hubnode.cases import (
    SETTLED,
    WAITING,
    Case,
    Kind,
    count_kinds,
    held_kind,
    neighbours,
    own_cases,
    unsettled_cases,
    waiting_cases,
    with_titles,
)
from hubnode.conflict_cases import Conflict, read_conflict
from hubnode.decision_texts import decision_at
from hubnode.node import Node
from hubnode.proposals import ProposalCase, read_proposal
from hubnode.store import identity, outcomes
from hubnode.store.identity import Identity
from hubnode.store.outcomes import OwnOutcome, Standing
from hubnode.sync.sentences import sentence_of
from hubnode.undoing import Undo, undo_of
from hubnode.web.visit import Visit
from protocol.canonical import Json, parse
from protocol.catalogue import STATE
from protocol.entries.decisions import ChangeRefused
from protocol.innovation.fields import fields, labels
from protocol.merge import CENTRE
from runtime.pages.case_values import comparison, readable
from runtime.pages.field_values import form_of
from runtime.pages.finding_words import error_sentence
from runtime.pages.translating import INDONESIAN, msg
from runtime.pages.written_values import is_in_one_box, text_of

PAGE_CASES = 50
PLACE = "/keputusan"
KIND_WORDS = {
    Kind.CONFLICT: msg("Benturan"),
    Kind.HELD: msg("Ditahan"),
    Kind.PROPOSAL: msg("Usulan hub lain"),
    Kind.PROPOSED: msg("Usulan hub ini"),
    Kind.CENTRE: msg("Menunggu pusat"),
    Kind.REPLACED: msg("Ditahan, lalu diganti"),
    Kind.REFUSED: msg("Ditolak atau batal"),
    Kind.APPLIED: msg("Diterapkan"),
}
STANDING_WORDS = {
    Standing.SHOWN: msg("Tampil"),
    Standing.SUPERSEDED: msg("Digantikan"),
    Standing.CONFLICT: msg("Benturan"),
    Standing.HIDDEN: msg("Tersembunyi"),
    Standing.NOTED: msg("Tercatat"),
    Standing.PROPOSED: msg("Usulan"),
    Standing.HELD: msg("Ditahan"),
    Standing.VOID: msg("Tidak dipahami"),
    Standing.REFUSED: msg("Ditolak"),
    Standing.REDACTED: msg("Diredaksi"),
}


async def list_page(visit: Visit) -> web.Response:
    """What waits, or one kind of cases.

    `mulai` is where the page starts: how many cases stand before it, and among settled ones, of
    which more come every day, the number of the change that the page before ended with.
    """
    asked = visit.text("jenis")
    kind = Kind(asked) if asked in set(Kind) else None
    asked = visit.text("mulai")
    start = int(asked) if re.fullmatch("[0-9]{1,15}", asked) else 0

    def read(conn: Connection) -> dict[str, Any]:
        who = identity.get(conn)
        unsettled = unsettled_cases(conn, visit.node, who) if who else []
        wanted = WAITING if kind is None else (kind,)
        shown = [it for it in unsettled if it.kind in wanted][start : start + PAGE_CASES + 1]
        if kind in SETTLED:
            shown = own_cases(conn, kind, limit=PAGE_CASES + 1, before=start or None)
        counts = count_kinds(unsettled)
        return {
            "cases": with_titles(conn, visit.node, shown[:PAGE_CASES]),
            "has_more": len(shown) > PAGE_CASES,
            "counts_by_kind": counts,
            "total": sum(counts.get(it, 0) for it in WAITING),
        }

    found = await visit.node.db.read(read)
    last = found["cases"][-1].number if kind in SETTLED and found["cases"] else start + PAGE_CASES
    return await visit.hub_page(
        "decisions.html",
        here="decisions",
        **found,
        following=last,
        kind=kind,
        kinds=KIND_WORDS,
        standings=STANDING_WORDS,
        waiting=WAITING,
        counted=(*WAITING, Kind.CENTRE),
        field_labels=_labels(visit),
        sentence=lambda code: visit.said(sentence_of(code)),
    )


async def conflict_page(visit: Visit, *, fault: str = "") -> web.Response:
    """A conflict: what stood there, what each wrote, and a form to end it."""
    record, field = visit.request.match_info["record"], visit.request.match_info["field"]

    def read(conn: Connection) -> dict[str, Any]:
        who = enrolled(conn)
        it = read_conflict(conn, visit.node, who, record=record, field=field)
        case = Case(kind=Kind.CONFLICT, record=record, field=field)
        return {"it": it, "own_hub": who.hub, **_beside(conn, visit.node, who, case)}

    found = await visit.node.db.read(read)
    if found["it"] is None:
        return visit.go(PLACE, told="decided")
    return await visit.hub_page(
        "conflict.html",
        here="decisions",
        status=422 if fault else 200,
        **found,
        **_sides(visit, found["it"], found["own_hub"]),
        fault=fault,
        chosen=visit.text("choice"),
        reason=visit.text("reason"),
        other=visit.text("value"),
        centre=CENTRE,
    )


async def proposal_page(visit: Visit, *, fault: str = "") -> web.Response:
    """A proposal of another hub: what it would change, and a form to answer."""
    place = int(visit.request.match_info["place"])

    def read(conn: Connection) -> dict[str, Any]:
        who = enrolled(conn)
        it = read_proposal(conn, visit.node, who, place)
        case = Case(kind=Kind.PROPOSAL, record=it.proposal.record if it else None, place=place)
        return {"it": it, **_beside(conn, visit.node, who, case)}

    found = await visit.node.db.read(read)
    it: ProposalCase | None = found["it"]
    if it is None:
        return visit.go(PLACE, told="decided")
    return await visit.hub_page(
        "proposal.html",
        here="decisions",
        status=422 if fault else 200,
        **found,
        rows=[comparison(name, old, new, visit.reader) for name, (old, new) in it.fields.items()],
        fault=fault,
        reason=visit.text("reason"),
    )


async def change_page(visit: Visit, *, fault: str = "") -> web.Response:
    """An own change: what the centre decided and why, how to mend it, how to take it back."""
    number = int(visit.request.match_info["number"])

    def read(conn: Connection) -> dict[str, Any]:
        who = enrolled(conn)
        it = outcomes.get(conn, number)
        if it is None:
            raise web.HTTPNotFound
        return {"it": it, **_said(conn, visit.node, who, it)}

    found = await visit.node.db.read(read)
    outcome: OwnOutcome = found["it"]
    undo: Undo | None = found["undo"]
    pairs = undo.fields.items() if undo else ()
    return await visit.hub_page(
        "change_case.html",
        here="decisions",
        status=422 if fault else 200,
        **found,
        errors=_errors(visit, outcome),
        sentence=visit.said(sentence_of(outcome.code)) if outcome.code else "",
        standing_word=STANDING_WORDS[outcome.standing],
        rows=[comparison(name, now, old, visit.reader) for name, (now, old) in pairs],
        field_labels=_labels(visit),
        fault=fault,
    )


def enrolled(conn: Connection) -> Identity:
    """The node's enrolment.

    Raises:
        HTTPNotFound: there is none yet, so there are no cases.
    """
    who = identity.get(conn)
    if who is None:
        raise web.HTTPNotFound
    return who


def _beside(conn: Connection, node: Node, who: Identity, case: Case) -> dict[str, Any]:
    """The case with its title, and its neighbours among those that wait."""
    previous, following = neighbours(waiting_cases(conn, node, who), case.key)
    [titled] = with_titles(conn, node, [case])
    return {"case": titled, "previous": previous, "following": following}


def _said(conn: Connection, node: Node, who: Identity, it: OwnOutcome) -> dict[str, Any]:
    decision = decision_at(conn, node, who, it.place)
    is_held = it.standing is Standing.HELD
    kind = held_kind(conn, node, who, it.number) if is_held else _kind_of(it)
    case = Case(kind=kind, record=it.record, number=it.number)
    return {
        "decided_at": decision.at if decision else "",
        "ruling": decision if isinstance(decision, ChangeRefused) else None,
        "undo": undo_of(conn, node, who, it),
        **_beside(conn, node, who, case),
    }


def _kind_of(it: OwnOutcome) -> Kind:
    kinds = {
        Standing.PROPOSED: Kind.PROPOSED,
        Standing.REFUSED: Kind.REFUSED,
        Standing.VOID: Kind.REFUSED,
    }
    return kinds.get(it.standing, Kind.APPLIED)


def _sides(visit: Visit, it: Conflict, own_hub: str) -> dict[str, Any]:
    """Each side as it is read, and as it differs from what stood there before."""
    reader, field = visit.reader, next((f for f in fields() if f.name == it.field), None)
    mine = next((side for side in it.sides if side.author == own_hub), it.sides[0])
    theirs = next((side for side in it.sides if side is not mine), mine)
    return {
        "label": _labels(visit).get(it.field, it.field),
        "base_shown": readable(it.field, it.base.value, reader),
        "against_base": [comparison(it.field, it.base.value, s.value, reader) for s in it.sides],
        "against_each_other": comparison(it.field, mine.value, theirs.value, reader),
        "field": field if field is not None and is_in_one_box(field) else None,
        "form": form_of(it.field),
        "first_text": text_of(field, mine.value) if field and is_in_one_box(field) else "",
        "is_state": it.field == STATE,
        "reader": reader,
    }


def _errors(visit: Visit, it: OwnOutcome) -> list[dict[str, Json]]:
    """What the centre found wrong, each with the part of the form where it is mended."""
    found = parse(it.errors)
    errors = (
        [error for error in found if isinstance(error, dict)] if isinstance(found, list) else []
    )
    return [
        {
            **error,
            "message": error_sentence(
                visit.reader, str(error.get("code", "")), str(error.get("message", ""))
            ),
            "control": control_of(str(error.get("pointer", ""))),
        }
        for error in errors
    ]


def control_of(pointer: str) -> str:
    """The id of the form's control for a JSON pointer: `/agency/name` is at `f-agency-name`."""
    return "-".join(["f", *(part for part in pointer.split("/") if part)])


def _labels(visit: Visit) -> dict[str, str]:
    state = {STATE: visit.say("Keadaan")}
    if visit.language == INDONESIAN:
        return {**labels(), **state}
    return {**{it.name: it.label_en for it in fields()}, **state}
