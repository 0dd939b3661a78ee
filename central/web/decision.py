"""One decision of the national log: what it says, its proof, and how it is taken back."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central.casework import undoing
from central.casework.duplicates import VERDICTS
from central.casework.undoing import Undo
from central.past import decision_at
from central.projection import proof_of_place
from central.store import decisions as index
from central.web.decision_subjects import subjects_of
from central.web.decision_words import told
from central.web.field_labels import field_labels
from central.web.refusals import refusal_sentence
from central.web.serving import DESK
from central.web.visit import Visit
from protocol.before import written_by
from protocol.errors import ProtocolError
from runtime.pages.case_values import comparison, readable

TRAIL = f"{DESK}/jejak"


async def decision_page(visit: Visit, *, fault: str = "") -> web.Response:
    """What was decided at a place, by whom, and what it would come to to take it back."""
    place = visit.place
    found = await visit.centre.db.read(lambda conn: _read(conn, visit, place))
    undo: Undo | None = found["undo"]
    pairs = undo.fields.items() if undo else ()
    return await visit.desk_page(
        "decision.html",
        here="audit",
        status=422 if fault else 200,
        number=place,
        rows=[comparison(name, now, old, visit.reader) for name, (now, old) in pairs],
        labels=field_labels(visit),
        fault=fault,
        origin=visit.centre.national_origin,
        **found,
    )


async def take_back(visit: Visit) -> web.Response:
    """Writes again what stood there before the decision."""
    place, centre, person = visit.place, visit.centre, visit.person()

    def work(conn: Connection) -> int:
        undoing.undo(conn, centre, place, by=person.by, agency=person.agency)
        return centre.logs.open(conn, centre.national_origin).tree.size - 1

    try:
        written_at = await centre.db.run(work)
    except ProtocolError as error:
        return await decision_page(visit, fault=refusal_sentence(visit, error))
    return visit.go(f"{TRAIL}/{written_at}", told="undone")


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
    written = written_by(decision)
    it = told(place, decision) if decision else None
    return {
        "it": it,
        "subjects": subjects_of(conn, centre, [it] if it else []),
        "written": [readable(name, value, visit.reader) for name, value in written.items()],
        "undo": undoing.undo_of(conn, centre, place),
        "verdict": _standing_verdict(conn, place, decision),
    }


def _standing_verdict(conn: Connection, place: int, decision: object) -> str:
    """Which verdict about a pair this decision is, while it stands; else ""."""
    record, kind = getattr(decision, "record", None), ""
    for name in ("absorbed", "original", "other"):
        other = getattr(decision, name, None)
        if isinstance(record, str) and isinstance(other, str):
            row = index.verdict_on(conn, record, other)
            kind = row.kind if row is not None and row.place == place else ""
    return VERDICTS.get(kind, "")
