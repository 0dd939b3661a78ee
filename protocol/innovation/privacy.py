"""Personal data in free text: e-mail addresses, phone numbers, NIK and NIP (UU 27/2022).

A log cannot forget, so text is scanned before it is signed. Few false alarms matter as much as
few misses: budgets, years, law numbers and links are not findings. All patterns are linear.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from protocol.canonical import Json

PRIVACY = "privacy_"
"""How the codes of findings of personal data begin."""

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?!\w)")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+62[ .-]?|62|0)8[1-9](?:[ .-]?\d){7,10}(?![\w/])")
_NIP = re.compile(
    r"(?<!\d)(?:19[4-9]\d|20[01]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ ]?"
    r"(?:19[6-9]\d|20[0-4]\d)(?:0[1-9]|1[0-2]|2[1-3])[ ]?[12][ ]?\d{3}(?!\d)"
)
_NIK = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d{2}\d{4}(?!\d)"
)
_KINDS = (("email", _EMAIL), ("nip", _NIP), ("nik", _NIK), ("phone", _PHONE))
_OTHER_DIGITS = bytes(range(ord("1"), ord("9") + 1)) + bytes(range(0x80, 0x100))
_AS_DIGITS = bytes.maketrans(_OTHER_DIGITS, b"0" * len(_OTHER_DIGITS))
_SEPARATORS = b" .-"
_SEPARATORS_TOO = _AS_DIGITS.translate(bytes.maketrans(_SEPARATORS, b"0" * len(_SEPARATORS)))
_DIGITS = b"0" * 9
"""Every match of every kind has these, separators taken out, or an @: most records have neither.
Bytes beyond ASCII count as digits, because other scripts have digits too."""

_LINKS = frozenset({"url", "video_url", "image_url", "sha256"})
"""Members that hold no prose, at any depth: addresses and digests are full of digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyFinding:
    """A place in a record that looks like personal data.

    Attributes:
        pointer: JSON pointer of the text.
        kind: email, phone, nik or nip.
        start: of the match in the text, in characters.
        end: one past it.
        excerpt: the match with all but its first two and last two characters masked.
    """

    pointer: str
    kind: str
    start: int
    end: int
    excerpt: str


def scan(record: Mapping[str, Json]) -> tuple[PrivacyFinding, ...]:
    """What in the record's texts looks like personal data; links are not searched."""
    if not _may_hold_findings(record):
        return ()
    return tuple(
        found for pointer, text in _texts("", dict(record)) for found in _scan_text(pointer, text)
    )


def masked(record: Mapping[str, Json]) -> dict[str, Json]:
    """The record with what `scan` finds in it masked: for whoever has to judge it on a screen."""
    return {name: it if name in _LINKS else _masked(it) for name, it in record.items()}


def _masked(value: Json) -> Json:
    if isinstance(value, dict):
        return masked(value)
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if isinstance(value, str):
        for found in sorted(_scan_text("", value), key=lambda it: it.start, reverse=True):
            value = value[: found.start] + found.excerpt + value[found.end :]
    return value


def _may_hold_findings(record: Mapping[str, Json]) -> bool:
    """False only where nothing can be found; most records hold nothing, and are not searched."""
    values = [
        value
        for name, value in record.items()
        if not isinstance(value, int) and name not in _LINKS  # a budget looks like digits to search
    ]
    try:
        text = orjson.dumps(values)
    except TypeError:  # a lone surrogate: not for an entry, but this function is total
        return True
    return b"@" in text or _has_many_digits(text)


def _has_many_digits(text: bytes) -> bool:
    """Whether the digits stand together, separators taken out, which is slow.

    So separators are first taken for digits: too many then stand together, never too few.
    """
    if _DIGITS not in text.translate(_SEPARATORS_TOO):
        return False
    return _DIGITS in text.translate(_AS_DIGITS, _SEPARATORS)


def _texts(pointer: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in _LINKS:
                continue
            yield from _texts(f"{pointer}/{name}", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(f"{pointer}/{index}", item)


def _scan_text(pointer: str, text: str) -> Iterator[PrivacyFinding]:
    taken = bytearray(len(text))
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                yield PrivacyFinding(
                    pointer=pointer,
                    kind=kind,
                    start=start,
                    end=end,
                    excerpt=f"{match[0][:2]}…{match[0][-2:]}",
                )
