"""What in an edit looks like personal data, and what somebody has said about it.

A log cannot forget, so nothing of it is signed before a person has looked: they take it out, or say
why it stays (an office's own telephone number is no personal data). The centre looks too, and
holds what it finds until a person there has ruled.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from protocol.canonical import Json
from protocol.innovation.explaining import Finding
from protocol.innovation.privacy import PrivacyFinding, scan

_SENTENCE = "Teks memuat data pribadi ({0}); hapus sebelum diterbitkan."
_KEY_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateText:
    """A place that looks like personal data.

    Attributes:
        key: of this text at this place; the same again in another edit has the same key.
        found: what the scan says.
        text: the match itself, for the person who judges it.
    """

    key: str
    found: PrivacyFinding
    text: str


def private_texts(fields: Mapping[str, Json]) -> tuple[PrivateText, ...]:
    """All of them, in the order of the fields."""
    return tuple(_judged(fields, found) for found in scan(fields))


def private_findings(
    fields: Mapping[str, Json], answered: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Those about which nobody has said why they stay.

    Args:
        fields: what is to be signed.
        answered: keys of those that stay.
    """
    return tuple(
        Finding(
            pointer=it.found.pointer,
            code=f"privacy_{it.found.kind}",
            message=_SENTENCE.format(it.found.excerpt),
        )
        for it in private_texts(fields)
        if it.key not in answered
    )


def _judged(fields: Mapping[str, Json], found: PrivacyFinding) -> PrivateText:
    text = _text_at(fields, found.pointer)[found.start : found.end]
    place = "/".join(part for part in found.pointer.split("/") if not part.isdigit())
    digest = sha256(f"{place}\n{found.kind}\n{text}".encode()).hexdigest()
    return PrivateText(key=digest[:_KEY_CHARACTERS], found=found, text=text)


def _text_at(fields: Mapping[str, Json], pointer: str) -> str:
    value: Json = dict(fields)
    for part in pointer.removeprefix("/").split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]  # type: ignore[index]
    return str(value)
