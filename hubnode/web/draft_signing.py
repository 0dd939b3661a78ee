"""From the form to the log: what a draft changes, what looks like personal data, who signs it."""

from collections.abc import Iterable

from aiohttp import web
from sqlalchemy import Connection

from hubnode.authoring import EditRefused
from hubnode.drafting import Difference, Reading, answer, hand_over, publish, read, send_back, write
from hubnode.private_texts import PrivateText
from hubnode.store import drafts
from hubnode.store.drafts import Draft, DraftState
from hubnode.store.identity import Identity
from hubnode.web.controls import control_id, every_id, sections
from hubnode.web.draft_form import DRAFTS, draft_asked_for, faults_of
from hubnode.web.signing_rights import may_return, may_sign
from hubnode.web.visit import Visit
from protocol.canonical import Json
from protocol.innovation.signs import is_one_line
from runtime.http.problem_responses import Refused
from runtime.pages.case_values import comparison
from runtime.pages.field_words import Reader
from runtime.pages.finding_words import PRIVATE_KINDS, finding_sentence

REASON_CHARACTERS_MAX = 500
STAYS, GOES = "stays", "goes"


async def sign_page(visit: Visit, who: Identity) -> web.Response:
    """What a draft changes, and what is to be answered before it is signed."""
    return await _page(visit, who, await draft_asked_for(visit))


async def sign(visit: Visit, who: Identity) -> web.Response:
    """Signs the draft, or hands it to an approver; asks again where something is open."""
    draft = await draft_asked_for(visit)
    if draft.state is DraftState.SAMPLE:
        raise Refused("sample_draft")
    node, by = visit.node, visit.account
    shown = await node.db.read(lambda conn: read(conn, node, who, draft, by=by))
    if visit.text("seen") != shown.seen:
        return await _page(visit, who, draft, is_overtaken=True)
    draft, faults = await _answered(visit, who, draft)
    if faults:
        return await _page(visit, who, draft, faults=faults)
    reading = await node.db.read(lambda conn: read(conn, node, who, draft, by=by))
    if reading.findings:
        return _to_first_fault(visit, draft, reading)
    if reading.unanswered:
        return await _page(visit, who, draft, is_refused=True)
    if visit.text("do") == "hand_over":
        await node.db.run(lambda conn: hand_over(conn, node, draft))
        return visit.go(f"{DRAFTS}/{draft.id}", told="handed")
    if not may_sign(visit.signer, draft):
        raise Refused("second_person_needed")
    return await _published(visit, who, reading)


def _to_first_fault(visit: Visit, draft: Draft, reading: Reading) -> web.Response:
    """To the first field of the form that keeps the draft from being signed."""
    found = faults_of(visit, reading.findings, (), _known(visit, draft))
    return visit.go(f"{DRAFTS}/{draft.id}#{found[0].id}", told="not_signed")


def _known(visit: Visit, draft: Draft) -> frozenset[str]:
    made = sections(draft.fields, language=visit.language)
    return frozenset(id_ for section in made for id_ in every_id(section.controls))


async def return_draft(visit: Visit, who: Identity) -> web.Response:
    """An approver gives it back with a note.

    Raises:
        Refused: the reader wrote it, or no second person approves here.
    """
    draft = await draft_asked_for(visit)
    if not may_return(visit.signer, draft):
        raise Refused("role_missing")
    note = visit.text("note")[:REASON_CHARACTERS_MAX]
    if not note:
        sentence = visit.say("Tulis apa yang perlu diubah.")
        return await _page(visit, who, draft, faults={"note": sentence})
    node = visit.node
    await node.db.run(lambda conn: send_back(conn, node, draft, note))
    return visit.go("/inovasi?state=draft", told="returned")


async def _published(visit: Visit, who: Identity, reading: Reading) -> web.Response:
    node, by = visit.node, visit.account

    def work(conn: Connection) -> int | None:
        draft = drafts.get(conn, reading.draft.id)
        now = read(conn, node, who, draft, by=by) if draft else None
        is_shown = now is not None and now.seen == reading.seen
        return publish(conn, node, who, now, by=by) if now and is_shown else None

    try:
        saved = await node.db.run(work)
        if saved is None:
            return await _page(visit, who, await draft_asked_for(visit), is_overtaken=True)
    except EditRefused as refused:  # too large, or an account's name that looks like a number
        said = " ".join(finding_sentence(visit.reader, it) for it in refused.findings)
        return await _page(visit, who, reading.draft, faults={"": said})
    record = reading.draft.record or reading.draft.id
    return visit.go(f"/inovasi/{record}", told="saved" if saved else "unchanged")


async def _answered(visit: Visit, who: Identity, draft: Draft) -> tuple[Draft, dict[str, str]]:
    """The draft with what the form says of its private texts, and what is wrong with that."""
    node, by = visit.node, visit.account
    reading = await node.db.read(lambda conn: read(conn, node, who, draft, by=by))
    kept, gone, faults = dict(draft.answers), list[PrivateText](), dict[str, str]()
    for it in reading.private:
        said, reason = visit.text(f"answer-{it.key}"), visit.text(f"reason-{it.key}")
        if said == GOES:
            gone.append(it)
        elif said == STAYS and not _is_reason(reason):
            faults[it.key] = visit.say("Tulis dalam satu baris mengapa teks ini tetap.")
        elif said == STAYS:
            kept[it.key] = reason[:REASON_CHARACTERS_MAX]
    fields = _without(draft.fields, gone)

    def work(conn: Connection) -> Draft:
        after = write(conn, node, draft, fields, account=by) if gone else draft
        return answer(conn, node, after, kept) if kept != draft.answers else after

    return await node.db.run(work), faults


def _is_reason(text: str) -> bool:
    return bool(text) and is_one_line(text)


def _without(fields: dict[str, Json], gone: Iterable[PrivateText]) -> dict[str, Json]:
    """The fields without these texts; the last of a text first, so that the others stay put."""
    after = fields
    for it in sorted(gone, key=lambda it: it.found.start, reverse=True):
        path = it.found.pointer.removeprefix("/").split("/")
        after = {**after, path[0]: _cut(after[path[0]], path[1:], it)}
    return after


def _cut(value: Json, path: list[str], gone: PrivateText) -> Json:
    match value:
        case dict():
            return {**value, path[0]: _cut(value[path[0]], path[1:], gone)}
        case list():
            number = int(path[0])
            return [
                _cut(it, path[1:], gone) if index == number else it
                for index, it in enumerate(value)
            ]
        case _:
            text = str(value)
            left, right = text[: gone.found.start].rstrip(" "), text[gone.found.end :]
            return left + right


async def _page(
    visit: Visit,
    who: Identity,
    draft: Draft,
    *,
    faults: dict[str, str] | None = None,
    is_refused: bool = False,
    is_overtaken: bool = False,
) -> web.Response:
    node = visit.node
    reading = await node.db.read(lambda conn: read(conn, node, who, draft, by=visit.account))
    known = _known(visit, draft)
    return await visit.hub_page(
        "draft_sign.html",
        here="innovations",
        status=422 if faults or is_refused else 409 if is_overtaken else 200,
        draft=draft,
        own=reading.own,
        seen=reading.seen,
        title=str(reading.fields.get("title", "")),
        differences=[_shown(it, visit.reader) for it in reading.differences],
        findings=faults_of(visit, reading.findings, (), known),
        private=[_asked(visit, it, known) for it in reading.private],
        faults=faults or {},
        is_refused=is_refused,
        is_overtaken=is_overtaken,
        may_publish=may_sign(visit.signer, draft),
        is_sample=draft.state is DraftState.SAMPLE,
        is_handed=draft.state is DraftState.HANDED,
        may_return=may_return(visit.signer, draft),
        said={key: visit.text(key) for key in visit.form},
    )


def _shown(it: Difference, reader: Reader) -> dict[str, object]:
    return {
        "it": comparison(it.name, it.before, it.after, reader),
        "is_overtaken": it.is_overtaken,
        "id": control_id(f"/{it.name}"),
    }


def _asked(visit: Visit, it: PrivateText, known: frozenset[str]) -> dict[str, str]:
    kind = PRIVATE_KINDS[it.found.kind]
    return {
        "key": it.key,
        "text": it.text,
        "kind": visit.say(kind),
        "label": visit.reader.field(it.found.pointer.split("/")[1]),
        "id": control_id(it.found.pointer, known),
    }
