"""How the centre's answers are read: what came from a centre at all, what it refused, and its view.

Two things can go wrong, and a screen says which: `Unreachable` (the network, a proxy, a captive
portal, a centre in trouble: later is fine) and `Refused` (the centre said no, with a code).
"""

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from protocol.canonical import Json, parse
from protocol.errors import ProtocolError
from protocol.limits import INTEGER_MAX
from protocol.merkle import HASH_BYTES, Tree
from runtime.http.retry_after import retry_after_s
from runtime.ports import Response, Unreachable

T = TypeVar("T")

OK = 200
CREATED = 201
ACCEPTED = 202
NO_CONTENT = 204
NOT_MODIFIED = 304
NOT_FOUND = 404
CONFLICT = 409
UNPROCESSABLE = 422

DETAIL_CHARACTERS_MAX = 500
"""Of a refusal's detail, which is shown to an operator."""

_FAULT = 400
_TROUBLE = 500
_TRY_LATER = frozenset({408, 425, 429})


class Refused(Exception):
    """The centre, or a check of its answer, said no.

    Attributes:
        code: stable; `hubnode.sync.sentences` has what an operator reads.
        status: HTTP status, or 0 where the answer itself was refused here.
        detail: what the centre said of this occurrence, or "".
        retry_after_s: how long the centre asks to be left alone, where it said so.
    """

    def __init__(
        self, code: str, *, status: int = 0, detail: str = "", retry_after_s: int = 0
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.status = status
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a centre that was restored from an old backup wants back.

    Attributes:
        origin: of its national log.
        tree: what it has of it.
    """

    origin: str
    tree: Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class HubView:
    """How the centre sees this hub (`GET /sync/v1/hub`).

    Attributes:
        size: of the last checkpoint of the hub's log that the centre took.
        next_entry: the first entry that the centre lacks.
        root: of the entries that it holds.
        state: active, suspended, revoked or retired.
        national_origin: origin of the national log now, so that a new epoch is noticed.
        national_size: its size then.
        cosignatures_count: how many cosignatures the centre has on its checkpoint of that size.
        call_again_s: how long the centre would like not to be called again, in seconds.
        national_carried: entries that the national log carries over of the epoch before.
        wanted: what the centre wants back; None unless it is being recovered.
        instance: of the machine that is the hub's.
        log_key: the verifier key that signs the next entry, or "" from a centre that does not say.
    """

    size: int
    next_entry: int
    root: bytes
    state: str
    national_origin: str
    national_size: int
    cosignatures_count: int
    call_again_s: int
    national_carried: int = 0
    wanted: Wanted | None = None
    instance: str = ""
    log_key: str = ""


def recognised(response: Response) -> Response:
    """The response, if it came from a centre that can answer now.

    Raises:
        Unreachable: it has no `JIPP-Protocol` header (a proxy's page, a captive portal), or says
            that the centre is in trouble or too busy.
    """
    if not header(response, "JIPP-Protocol"):
        kind = header(response, "Content-Type").split(";")[0] or "no content type"
        reason = f"not an answer of a centre: status {response.status}, {kind}"
    elif response.status >= _TROUBLE or response.status in _TRY_LATER:
        reason = f"the centre cannot answer now: status {response.status}"
    else:
        return response
    raise Unreachable(reason, retry_after_s=_retry_after_s(response))


def header(response: Response, name: str) -> str:
    """The value of a header whatever its case, or ""."""
    wanted = name.lower()
    return next((v for k, v in response.headers.items() if k.lower() == wanted), "")


def code_of(response: Response) -> str:
    """The code of a problem document; "" of any other answer."""
    return _told(response, "code") if response.status >= _FAULT else ""


def expect(response: Response, *statuses: int) -> bytes:
    """The body of a response with one of these statuses.

    Raises:
        Refused: any other status, with the code of its problem document.
    """
    if response.status in statuses:
        return response.body
    raise Refused(
        code_of(response) or f"http_{response.status}",
        status=response.status,
        detail=_told(response, "detail")[:DETAIL_CHARACTERS_MAX],
        retry_after_s=_retry_after_s(response),
    )


def checked(decode: Callable[[bytes], T], body: bytes) -> T:
    """What `decode` makes of a body.

    Raises:
        Refused: the centre sent something else.
    """
    try:
        return decode(body)
    except ProtocolError as error:
        raise Refused(error.code) from error


_SIZE = re.compile(rb"[0-9]{1,16}")


def read_size(body: bytes) -> int:
    """The size in a `text/x.tlog.size` answer.

    Raises:
        Refused: not one decimal line.
    """
    line = body.removesuffix(b"\n")
    if not _SIZE.fullmatch(line) or b"%d\n" % int(line) != body:
        raise Refused("answer_malformed")
    return int(line)


def read_hub_view(body: bytes) -> HubView:
    """The centre's view of this hub.

    Raises:
        Refused: not such a document.
    """
    value = _object(checked(parse, body))
    again = value.get("call_again_s")
    national = _object(value.get("national"))
    return HubView(
        size=_count(value, "size"),
        next_entry=_count(value, "next_entry"),
        root=_root(value),
        state=_text(value, "state"),
        national_origin=_text(national, "origin"),
        national_size=_count(national, "size"),
        cosignatures_count=_count(national, "cosignatures") if "cosignatures" in national else 0,
        call_again_s=0 if again is None else _count(value, "call_again_s"),
        national_carried=_count(national, "carried") if "carried" in national else 0,
        wanted=_wanted(value),
        instance=_text_if_there(value, "instance"),
        log_key=_text_if_there(value, "log_key"),
    )


def read_wanted(body: bytes) -> Wanted | None:
    """What a centre wants back after something was handed back.

    Raises:
        Refused: not such a document.
    """
    return _wanted(_object(checked(parse, body)))


def _wanted(value: dict[str, Json]) -> Wanted | None:
    if "wanted" not in value:
        return None
    wanted = _object(value["wanted"])
    tree = Tree(_count(wanted, "size"), _root(wanted))
    return Wanted(origin=_text(wanted, "origin"), tree=tree)


def read_checkpoints(body: bytes) -> tuple[bytes, ...]:
    """The notes of `GET /api/v1/checkpoint`, the newest first; nothing in them is verified.

    Raises:
        Refused: not such a document.
    """
    value = _object(checked(parse, body))
    older = value.get("older_checkpoints", [])
    if not isinstance(older, list) or not all(isinstance(it, str) for it in older):
        raise Refused("answer_malformed")
    return tuple(it.encode() for it in (_text(value, "checkpoint"), *map(str, older)))


def _text_if_there(value: dict[str, Json], name: str) -> str:
    return _text(value, name) if name in value else ""


def _retry_after_s(response: Response) -> int:
    return retry_after_s(header(response, "Retry-After"), sent=header(response, "Date"))


def _told(response: Response, name: str) -> str:
    """A text member of a problem document, or "" where there is none."""
    try:
        document = parse(response.body)
    except ProtocolError:
        document = None
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, str) and found.isprintable() else ""


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise Refused("answer_malformed")
    return value


def _count(value: dict[str, Json], name: str) -> int:
    member = value.get(name)
    if type(member) is not int or not 0 <= member <= INTEGER_MAX:
        raise Refused("answer_malformed")
    return member


def _root(value: dict[str, Json]) -> bytes:
    text = _text(value, "root")
    try:
        root = b64decode(text, validate=True)
    except ValueError as error:
        raise Refused("answer_malformed") from error
    if len(root) != HASH_BYTES:
        raise Refused("answer_malformed")
    return root


def _text(value: dict[str, Json], name: str) -> str:
    member = value.get(name)
    if not isinstance(member, str):
        raise Refused("answer_malformed")
    return member
