"""A request of OAI-PMH 2.0, read strictly (openarchives.org, "Protocol Requests and Responses").

Every fault is one of the protocol's own errors (3.6) and is answered with 200, as it demands.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from central.oai.tokens import Token, read_token

ARGUMENTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (
        frozenset({"metadataPrefix"}),
        frozenset({"from", "until", "set", "resumptionToken"}),
    ),
    "ListRecords": (
        frozenset({"metadataPrefix"}),
        frozenset({"from", "until", "set", "resumptionToken"}),
    ),
}
"""By verb the arguments that it needs, and those that it also takes (section 4)."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
_SET = re.compile(r"[A-Za-z0-9\-_.!~*'():]+")
"""The signs of a setSpec (OAI-PMH 2.0, schema `setSpecType`)."""

_PREFIX = re.compile(r"[A-Za-z0-9_.!~*'()-]+\Z")


class OaiError(Exception):
    """A request that is answered with an error of the protocol.

    Attributes:
        code: of section 3.6.
        sentence: for people.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class OaiRequest:
    """A request.

    Attributes:
        verb: of `ARGUMENTS`.
        given: its arguments, which the answer repeats.
        identifier: of the record that is asked for, or "".
        prefix: of the format that is asked for, or "".
        since: earliest datestamp to the second, or "".
        until: latest, or "".
        set: the set's name, or "".
        token: where to go on, or None.
    """

    verb: str
    given: Mapping[str, str]
    identifier: str = ""
    prefix: str = ""
    since: str = ""
    until: str = ""
    set: str = ""
    token: Token | None = None


def read_request(arguments: Sequence[tuple[str, str]]) -> OaiRequest:
    """The request that these arguments make, in any order.

    Raises:
        OaiError: `badVerb`, `badArgument` or `badResumptionToken`.
    """
    given = dict(arguments)
    if [name for name, _ in arguments].count("verb") != 1 or given["verb"] not in ARGUMENTS:
        raise OaiError("badVerb", f"The verb is one of {', '.join(ARGUMENTS)}, once.")
    if len(given) != len(arguments):
        raise OaiError("badArgument", "An argument is there twice.")
    verb = given["verb"]
    _check_names(verb, given)
    if "resumptionToken" in given:
        return OaiRequest(verb=verb, given=given, token=_token(verb, given["resumptionToken"]))
    since, until = _span(given.get("from", ""), given.get("until", ""))
    return OaiRequest(
        verb=verb,
        given=given,
        identifier=given.get("identifier", ""),
        prefix=_checked_prefix(given.get("metadataPrefix", "")),
        since=since,
        until=until,
        set=_checked_set(given.get("set", "")),
    )


def _check_names(verb: str, given: Mapping[str, str]) -> None:
    needed, also = ARGUMENTS[verb]
    names = given.keys() - {"verb"}
    if "resumptionToken" in also and "resumptionToken" in names:
        if len(names) > 1:
            raise OaiError("badArgument", "resumptionToken stands alone.")
        return
    if missing := needed - names:
        raise OaiError("badArgument", f"{verb} needs {', '.join(sorted(missing))}.")
    if names - needed - also:
        takes = ", ".join(sorted(needed | also)) or "no argument"
        raise OaiError("badArgument", f"{verb} takes {takes}.")
    if empty := [name for name in sorted(names) if not given[name]]:
        raise OaiError("badArgument", f"{empty[0]} is empty.")


def _checked_prefix(prefix: str) -> str:
    if prefix and not _PREFIX.match(prefix):
        raise OaiError("badArgument", "metadataPrefix holds a sign that no prefix has.")
    return prefix


def _checked_set(name: str) -> str:
    if name and not _SET.fullmatch(name):
        raise OaiError("badArgument", "set holds a sign that no setSpec has.")
    return name


def _token(verb: str, text: str) -> Token:
    token = read_token(text)
    if token is None or token.verb != verb:
        raise OaiError("badResumptionToken", "This is no token of such a list; begin it again.")
    return token


def _span(since: str, until: str) -> tuple[str, str]:
    """Both ends to the second; a day begins at its first second and ends with its last."""
    if since and until and len(since) != len(until):
        raise OaiError("badArgument", "from and until are of one granularity.")
    begin, end = _second(since, "T00:00:00Z"), _second(until, "T23:59:59Z")
    if begin and end and begin > end:
        raise OaiError("badArgument", "from lies behind until.")
    return begin, end


def _second(text: str, of_day: str) -> str:
    if not text:
        return ""
    whole = text + of_day if _DAY.match(text) else text
    if not _SECOND.match(whole):
        raise OaiError("badArgument", "A time is YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")
    try:
        datetime.fromisoformat(whole).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise OaiError("badArgument", "There is no such day or time.") from error
    return whole
