"""Dugaan ganda, one pair: the page, the verdict, and how it is taken back."""

from collections.abc import Callable, Sequence

from aiohttp import web
from sqlalchemy import Connection

from central.casework import identity
from central.casework.person import Person
from central.store.candidates import pair_of
from central.web.compared_pair import PairCase, read_pair
from central.web.duplicate_list import DUPLICATES
from central.web.refusals import REASON_MISSING, refusal_sentence
from central.web.stamps import CHANGED, SeenIsOld
from central.web.verdict_words import ANSWERS, SUGGESTIONS, VERDICT_WORDS, Answer
from central.web.visit import Visit
from protocol.errors import ProtocolError
from protocol.innovation.identifiers import is_uuid7
from runtime.pages.translating import msg

NOTHING_TO_TAKE = msg(
    "Inovasi yang digabung tidak menyebut isian ini: %(fields)s. Hapus centangnya, atau pilih yang "
    "lain yang tinggal."
)
NOTHING_CHOSEN = msg("Pilih salah satu putusan.")


async def pair_page(visit: Visit) -> web.Response:
    """Both records, and the form for the verdict or for taking it back."""
    return await _page(visit, await _read(visit))


async def judge(visit: Visit) -> web.Response:
    """Decides about the pair as the form says, having seen both as they are."""
    case = await _read(visit)
    if case.look.verdict is not None:
        return _to_next(visit, case, told="decided")
    person = visit.person(visit.text("reason"))
    take = [name for name in visit.texts("take") if name in case.takeable]

    def decide(conn: Connection) -> None:
        _decide(conn, visit, case, take=take, person=person)

    try:
        visit.require_seen(case.stamp)
        fault = _fault(visit, case, take)
        if fault:
            return await _page(visit, case, fault=fault, status=422)
        place = await _written(visit, decide)
    except SeenIsOld:
        return await _changed(visit)
    except ProtocolError as error:
        fault = refusal_sentence(visit, error)
        return await _page(visit, case, fault=fault, status=422)
    return _to_next(visit, case, told="judged", place=place)


async def undo(visit: Visit) -> web.Response:
    """Takes back what stands about the pair."""
    case, reason = await _read(visit), visit.text("reason")
    record, other = (side.record for side in case.look.sides)
    where = f"{DUPLICATES}/{record}/{other}"
    if case.look.verdict is None:
        return visit.go(where, told="decided")
    if not reason:
        return await _page(visit, case, fault=visit.say(REASON_MISSING), status=422)
    centre, person = visit.centre, visit.person(reason)

    def take_back(conn: Connection) -> None:
        identity.undo(conn, centre, record=record, other=other, person=person)

    try:
        await _written(visit, take_back)
    except SeenIsOld:
        return await _changed(visit)
    except ProtocolError as error:
        return await _page(visit, case, fault=refusal_sentence(visit, error), status=422)
    again = await _read(visit)
    is_waiting = again.beside is not None and again.look.verdict is None
    return visit.go(where, told="verdict_undone" if is_waiting else "verdict_undone_only")


async def _written(visit: Visit, decide: Callable[[Connection], None]) -> int:
    """Decides about the pair while it is as the page showed it; the place of the decision.

    Raises:
        SeenIsOld: one of the records, or the verdict, is another by now.
        ProtocolError: of `decide`.
    """
    centre = visit.centre

    def work(conn: Connection) -> int:
        visit.require_seen(_pair_at(conn, visit).stamp)
        decide(conn)
        return centre.logs.open(conn, centre.national_origin).tree.size - 1

    return await centre.db.run(work)


async def _changed(visit: Visit) -> web.Response:
    """The pair as it is now, for whoever saw it as it was."""
    return await _page(visit, await _read(visit), fault=visit.say(CHANGED), status=409)


async def _page(
    visit: Visit, case: PairCase, *, fault: str = "", status: int = 200
) -> web.Response:
    candidate = case.look.candidate
    return await visit.desk_page(
        "pair.html",
        here="duplicates",
        status=status,
        case=case,
        candidate=candidate,
        suggestion=SUGGESTIONS[candidate.suggestion if candidate else None],
        answers=ANSWERS,
        verdicts=VERDICT_WORDS,
        fault=fault,
        chosen=visit.text("choice"),
        taken=visit.texts("take"),
        reason=visit.text("reason"),
    )


async def _read(visit: Visit) -> PairCase:
    """The pair that the address names.

    Raises:
        HTTPNotFound: the address can name none.
    """
    return await visit.centre.db.read(lambda conn: _pair_at(conn, visit))


def _pair_at(conn: Connection, visit: Visit) -> PairCase:
    record, other = visit.record, visit.request.match_info["other"]
    if not is_uuid7(other):
        raise web.HTTPNotFound
    return read_pair(conn, visit.centre, pair_of(record, other), visit.reader)


def _fault(visit: Visit, case: PairCase, take: Sequence[str]) -> str:
    """What is missing in the form, or cannot be; "" where nothing is."""
    choice = visit.text("choice")
    if choice not in set(Answer):
        return visit.say(NOTHING_CHOSEN)
    survivor = {Answer.A_STAYS: "A", Answer.B_STAYS: "B"}.get(Answer(choice), "")
    absent = [it for it in case.rows if survivor and it.only == survivor and it.name in take]
    if absent:
        fields = ", ".join(it.compared.label for it in absent)
        return visit.say(NOTHING_TO_TAKE) % {"fields": fields}
    return "" if visit.text("reason") else visit.say(REASON_MISSING)


def _decide(
    conn: Connection, visit: Visit, case: PairCase, *, take: Sequence[str], person: Person
) -> None:
    """Writes the verdict that the form's answer stands for."""
    centre = visit.centre
    a, b = (side.record for side in case.look.sides)
    match Answer(visit.text("choice")):
        case Answer.A_STAYS:
            identity.merge(conn, centre, record=a, absorbed=b, take=take, person=person)
        case Answer.B_STAYS:
            identity.merge(conn, centre, record=b, absorbed=a, take=take, person=person)
        case Answer.A_IS_ORIGINAL:
            identity.link(conn, centre, record=b, original=a, person=person)
        case Answer.B_IS_ORIGINAL:
            identity.link(conn, centre, record=a, original=b, person=person)
        case Answer.DISTINCT:
            identity.keep_apart(conn, centre, record=a, other=b, person=person)


def _to_next(visit: Visit, case: PairCase, *, told: str, place: int | None = None) -> web.Response:
    """To the pair that waits next."""
    query = "" if place is None else f"?tadi={place}"
    following = case.beside.following if case.beside else None
    where = f"{DUPLICATES}/{following[0]}/{following[1]}" if following else DUPLICATES
    return visit.go(where + query, told=told)
