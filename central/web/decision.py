"""One decision of the national log: what it says, its proof, and how it is taken back."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central.casework import undoing
from central.casework.judged import standing_verdict
from central.casework.undoing import Former, Hindrance, Undo
from central.past import decision_at
from central.projection import proof_of_place
from central.web.decision_subjects import subjects_of
from central.web.decision_words import told
from central.web.field_labels import field_labels
from central.web.refusals import refusal_sentence
from central.web.serving import DESK
from central.web.visit import Visit
from central.web.way_back import HINDRANCES
from protocol.before import written_by
from protocol.catalogue import STATE
from protocol.errors import ProtocolError
from protocol.merge import CENTRE
from runtime.pages.case_values import Compared, comparison, readable

TRAIL = f"{DESK}/jejak"
CHOICE = "nilai."
"""How the choice between several former values is named in the form, before the field's name."""


async def decision_page(visit: Visit, *, fault: str = "") -> web.Response:
    """What was decided at a place, by whom, and what it would come to to take it back."""
    place = visit.place
    found = await visit.centre.db.read(lambda conn: _read(conn, visit, place))
    return await visit.desk_page(
        "decision.html",
        here="audit",
        status=422 if fault else 200,
        number=place,
        labels=field_labels(visit),
        centre=CENTRE,
        fault=fault,
        origin=visit.centre.national_origin,
        key=visit.centre.keys.national.verifier_key.text,
        **found,
    )


async def take_back(visit: Visit) -> web.Response:
    """Writes again what stood there before the decision."""
    place, centre, person = visit.place, visit.centre, visit.person()
    chosen = {
        name.removeprefix(CHOICE): visit.text(name)
        for name in visit.form
        if name.startswith(CHOICE)
    }

    def work(conn: Connection) -> tuple[int, Undo]:
        who = {"by": person.by, "agency": person.agency}
        undone = undoing.undo(conn, centre, place, chosen=chosen, **who)
        return centre.logs.open(conn, centre.national_origin).tree.size - 1, undone

    try:
        written_at, undone = await centre.db.run(work)
    except ProtocolError as error:
        return await decision_page(visit, fault=refusal_sentence(visit, error))
    told = "undone_after_conflict" if undone.ended else "undone"
    return visit.go(f"{TRAIL}/{written_at}", told=told)


async def proof(visit: Visit) -> web.Response:
    """The decision's `.tlog-proof`, which is checked without this service.

    Raises:
        HTTPNotFound: there is none: no checkpoint covers it yet, or its bytes are gone.
    """
    place, centre = visit.place, visit.centre
    size = await centre.db.read(
        lambda conn: centre.logs.open(conn, centre.national_origin).tree.size
    )
    body = None
    if place < size:
        body = await centre.db.read(lambda conn: proof_of_place(conn, centre, place))
    if body is None:
        raise web.HTTPNotFound
    headers = {"Content-Disposition": f'attachment; filename="{place}.tlog-proof"'}
    return web.Response(body=body, content_type="text/plain", charset="utf-8", headers=headers)


def _read(conn: Connection, visit: Visit, place: int) -> dict[str, Any]:
    centre = visit.centre
    if place >= centre.logs.open(conn, centre.national_origin).tree.size:
        raise web.HTTPNotFound
    decision = decision_at(conn, centre, place)
    written, found = written_by(decision), undoing.look(conn, centre, place)
    undo = found if isinstance(found, Undo) else None
    it = told(place, decision) if decision else None
    return {
        "it": it,
        "subjects": subjects_of(conn, centre, [it] if it else []),
        "written": [readable(name, value, visit.reader) for name, value in written.items()],
        "undo": undo,
        "rows": _rows(visit, undo) if undo else [],
        "hindrance": HINDRANCES[found] if isinstance(found, Hindrance) else "",
        "contested": list(written) if found is Hindrance.CONTESTED else [],
        "has_state": STATE in written and undo is not None,
        "verdict": standing_verdict(conn, place, decision),
    }


def _rows(visit: Visit, undo: Undo) -> list[tuple[str, list[tuple[Former, Compared]]]]:
    """By field all that may come back, each beside what stands there now."""
    return [
        (
            name,
            [
                (it, comparison(name, undo.fields[name][0], it.value, visit.reader))
                for it in several
            ],
        )
        for name, several in undo.formers.items()
    ]
