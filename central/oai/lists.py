"""Lists of OAI-PMH 2.0 in parts (3.5): by datestamp and then id, from where the last part ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from sqlalchemy import Connection

from central.oai.requests import OaiError, OaiRequest
from central.oai.tokens import Token, write_token
from central.outlets.markup import add
from central.store import datestamps
from central.store.datestamps import Datestamp, Span

HUB, PROVINCE = "hub", "province"
SETS = {HUB: "Menurut hub", PROVINCE: "Menurut provinsi"}
"""The sets that hold the others (2.6): `hub:51`, `province:51`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a list.

    Attributes:
        stamps: what it lists.
        cursor: how many were listed before it.
        token: of what stands behind it.
        is_last: whether nothing does.
    """

    stamps: Sequence[Datestamp]
    cursor: int
    token: Token
    is_last: bool

    def add_token(self, said: Element) -> None:
        """Adds the token: empty in the last part, absent where one part is all."""
        if self.is_last and not self.cursor:
            return
        about = {"completeListSize": str(self.token.total), "cursor": str(self.cursor)}
        add(said, "resumptionToken", "" if self.is_last else write_token(self.token), about)


def part_of(conn: Connection, request: OaiRequest, *, now: str, limit: int) -> Part:
    """The part that a request asks for: the first, or the one at its token.

    Args:
        conn: a transaction.
        request: ListIdentifiers or ListRecords.
        now: the moment of the answer; a list that begins ends there at the latest.
        limit: how many it lists at most.

    Raises:
        OaiError: nothing is in the list (`noRecordsMatch`).
    """
    token = request.token or _begun(conn, request, now)
    after = (token.at, token.record)
    found = datestamps.within(conn, _span(token), after=after, limit=limit + 1)
    if not found and not token.listed:
        raise OaiError("noRecordsMatch", "Nothing changed in that time, in that set.")
    stamps, is_last = found[:limit], len(found) <= limit
    listed = token.listed + len(stamps)
    following = replace(token, listed=listed, total=max(token.total, listed))
    if stamps:
        following = replace(following, at=stamps[-1].at, record=stamps[-1].record)
    return Part(stamps=stamps, cursor=token.listed, token=following, is_last=is_last)


def _begun(conn: Connection, request: OaiRequest, now: str) -> Token:
    """The token of a list of which nothing was listed yet."""
    begun = Token(
        verb=request.verb,
        prefix=request.prefix,
        set=request.set,
        since=request.since,
        until=min(request.until or now, now),
        at="",
        record="",
        listed=0,
        total=0,
    )
    return replace(begun, total=datestamps.count(conn, _span(begun)))


def _span(token: Token) -> Span:
    """What a token lists.

    Raises:
        OaiError: there is no such set.
    """
    kind, colon, name = token.set.partition(":")
    if token.set and (kind not in SETS or bool(colon) != bool(name)):
        raise OaiError("noRecordsMatch", "There is no such set.")
    return Span(
        since=token.since,
        until=token.until,
        hub=name if kind == HUB and name else None,
        province=name if kind == PROVINCE else None,
    )
