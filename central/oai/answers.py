"""The answers to the six verbs of OAI-PMH 2.0 (section 4), each from one snapshot of the catalogue.

Withdrawn, merged and hidden records are deleted ones and are kept for ever (`persistent`, 2.5.1).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from sqlalchemy import Connection

from central import registry
from central.centre import Centre
from central.oai.formats import FORMATS
from central.oai.lists import HUB, PROVINCE, SETS, part_of
from central.oai.requests import OaiError, OaiRequest, read_request
from central.outlets.markup import add, describe, root, written
from central.store import datestamps
from central.store.datestamps import Datestamp
from protocol.catalogue import public_record
from protocol.innovation.identifiers import is_uuid7
from protocol.innovation.reference import table
from protocol.record_state import decode_record_state

IDENTIFIERS_A_PAGE = 1_000
RECORDS_A_PAGE = 200

_NAMELESS = ("badVerb", "badArgument")
"""Faults after which the arguments are not repeated, for they may be none (3.2)."""

_NAMESPACE = "http://www.openarchives.org/OAI/2.0/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Who answers, and when.

    Attributes:
        centre: whose catalogue it is.
        name: what people call it.
        address: of the service, without a slash at its end.
        email: of whoever answers for it.
        now: the moment of the answer, as datestamps write it.
    """

    centre: Centre
    name: str
    address: str
    email: str
    now: str

    def identifier(self, record: str) -> str:
        """A record's identifier (Implementation Guidelines, "oai-identifier")."""
        return f"oai:{self.centre.authority}:{record}"


def answer(conn: Connection, repository: Repository, arguments: Sequence[tuple[str, str]]) -> bytes:
    """The document that answers these arguments, also where they are in error."""
    whole = root(
        "OAI-PMH",
        {
            "xmlns": _NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{_NAMESPACE} {_NAMESPACE}OAI-PMH.xsd",
        },
    )
    add(whole, "responseDate", repository.now)
    asked = add(whole, "request", f"{repository.address}/oai")
    code = ""
    try:
        request = read_request(arguments)
        said = Element(request.verb)
        _VERBS[request.verb](conn, repository, request, said)
        whole.append(said)
    except OaiError as error:
        code = error.code
        add(whole, "error", error.sentence, {"code": code})
    if code not in _NAMELESS:
        describe(asked, dict(arguments))
    return written(whole)


def _identify(
    conn: Connection, repository: Repository, _request: OaiRequest, said: Element
) -> None:
    authority = repository.centre.authority
    for name, text in (
        ("repositoryName", repository.name),
        ("baseURL", f"{repository.address}/oai"),
        ("protocolVersion", "2.0"),
        ("adminEmail", repository.email),
        ("earliestDatestamp", min(datestamps.earliest(conn) or repository.now, repository.now)),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    ):
        add(said, name, text)
    namespace = "http://www.openarchives.org/OAI/2.0/oai-identifier"
    form = add(add(said, "description"), "oai-identifier", attributes={"xmlns": namespace})
    add(form, "scheme", "oai")
    add(form, "repositoryIdentifier", authority)
    add(form, "delimiter", ":")
    add(form, "sampleIdentifier", repository.identifier("01942b6e-4c00-7000-8000-000000000001"))


def _list_formats(
    conn: Connection, repository: Repository, request: OaiRequest, said: Element
) -> None:
    if request.identifier:
        _found(conn, repository, request.identifier)
    for prefix, form in FORMATS.items():
        shown = add(said, "metadataFormat")
        add(shown, "metadataPrefix", prefix)
        own = form.schema.startswith("/")
        add(shown, "schema", repository.address + form.schema if own else form.schema)
        add(shown, "metadataNamespace", form.namespace)


def _list_sets(
    conn: Connection, _repository: Repository, request: OaiRequest, said: Element
) -> None:
    if request.token is not None:
        raise OaiError("badResumptionToken", "All sets are in one answer.")
    hubs = {f"{HUB}:{hub.hub}": hub.name for hub in registry.list_hubs(conn)}
    provinces = {f"{PROVINCE}:{code}": name for code, name in table("regions")["provinces"].items()}
    for name, title in {**SETS, **hubs, **provinces}.items():
        shown = add(said, "set")
        add(shown, "setSpec", name)
        add(shown, "setName", title)


def _get_record(
    conn: Connection, repository: Repository, request: OaiRequest, said: Element
) -> None:
    _check_format(request.prefix)
    stamp = _found(conn, repository, request.identifier)
    _add_records(conn, repository, request.prefix, [stamp], said)


def _list_identifiers(
    conn: Connection, repository: Repository, request: OaiRequest, said: Element
) -> None:
    _check_format(_prefix(request))
    part = part_of(conn, request, now=repository.now, limit=IDENTIFIERS_A_PAGE)
    for stamp in part.stamps:
        _add_header(said, repository, stamp, is_active=stamp.is_active)
    part.add_token(said)


def _list_records(
    conn: Connection, repository: Repository, request: OaiRequest, said: Element
) -> None:
    prefix = _prefix(request)
    _check_format(prefix)
    part = part_of(conn, request, now=repository.now, limit=RECORDS_A_PAGE)
    _add_records(conn, repository, prefix, part.stamps, said)
    part.add_token(said)


_VERBS: Mapping[str, Callable[[Connection, Repository, OaiRequest, Element], None]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
}


def _prefix(request: OaiRequest) -> str:
    return request.prefix if request.token is None else request.token.prefix


def _check_format(prefix: str) -> None:
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"There are {', '.join(FORMATS)}.")


def _found(conn: Connection, repository: Repository, identifier: str) -> Datestamp:
    """The record of an identifier, if readers find it by now.

    Raises:
        OaiError: there is none (`idDoesNotExist`).
    """
    record = identifier.removeprefix(repository.identifier(""))
    is_ours = is_uuid7(record) and identifier == repository.identifier(record)
    stamp = datestamps.get_many(conn, [record]).get(record) if is_ours else None
    if stamp is None or stamp.first_at > repository.now:
        raise OaiError("idDoesNotExist", "There is no such record.")
    return stamp


def _add_records(
    conn: Connection,
    repository: Repository,
    prefix: str,
    stamps: Sequence[Datestamp],
    said: Element,
) -> None:
    bodies = repository.centre.documents.get_many(conn, [it.record for it in stamps])
    for stamp in stamps:
        item = public_record(decode_record_state(bodies[stamp.record]))
        is_active = item["state"] == "active"
        shown = add(said, "record")
        _add_header(shown, repository, stamp, is_active=is_active)
        if is_active:
            FORMATS[prefix].write(add(shown, "metadata"), item, repository.address)


def _add_header(
    parent: Element, repository: Repository, stamp: Datestamp, *, is_active: bool
) -> None:
    header = add(parent, "header", attributes={} if is_active else {"status": "deleted"})
    add(header, "identifier", repository.identifier(stamp.record))
    add(header, "datestamp", min(stamp.at, repository.now))
    add(header, "setSpec", f"{HUB}:{stamp.hub}")
    if stamp.province:
        add(header, "setSpec", f"{PROVINCE}:{stamp.province}")
