"""How an innovation is cited: as a sentence, in BibTeX and in RIS.

The author is the agency, the publisher JIPPNas, the year that in which the innovation began. What
is cited is the revision that was read, so the sentence says until which entry of the national log
the record was known.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from runtime.pages.field_words import Reader
from runtime.pages.translating import msg

_SENTENCE = msg(
    "%(agency)s (%(year)s). %(title)s. %(site)s, revisi %(revision)s (entri %(place)s log "
    "nasional %(origin)s). %(address)s"
)
_NO_YEAR = msg("t.t.")
_BIBTEX_SIGNS = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}"}
_BIBTEX_SIGNS |= {sign: f"\\{sign}" for sign in "&%$#_"}
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What is cited.

    Attributes:
        record: its id.
        agency: who made it; "" where nobody says.
        title: of the innovation.
        year: in which it began; "" where nobody says.
        number: national registration number, or "".
        revision: how often the record was changed.
        place: of its last decision in the national log.
        origin: of that log.
        site: what the catalogue is called.
        address: where it is read.
    """

    record: str
    agency: str
    title: str
    year: str
    number: str
    revision: int
    place: int
    origin: str
    site: str
    address: str


def sentence(cited: Citation, reader: Reader) -> str:
    """The citation as text, nearly as the APA has it for data sets."""
    return reader.say(_SENTENCE) % {
        "agency": cited.agency or cited.site,
        "year": cited.year or reader.say(_NO_YEAR),
        "title": cited.title,
        "site": cited.site,
        "revision": cited.revision,
        "place": cited.place,
        "origin": cited.origin,
        "address": cited.address,
    }


def bibtex(cited: Citation) -> str:
    """The citation as an entry of BibTeX, type `misc`."""
    members = {
        "author": f"{{{_escaped(cited.agency)}}}" if cited.agency else "",
        "title": f"{{{_escaped(cited.title)}}}",
        "year": cited.year,
        "publisher": _escaped(cited.site),
        "number": _escaped(cited.number),
        "version": str(cited.revision),
        "note": f"{_escaped(cited.origin)}, entri {cited.place}",
        "url": cited.address,
    }
    lines = [f"  {name} = {{{text}}},\n" for name, text in members.items() if text]
    return f"@misc{{{cited.record},\n{''.join(lines)}}}\n"


def ris(cited: Citation) -> str:
    """The citation as a record of RIS, type `DATA`; lines end as the format asks."""
    members: Mapping[str, str] = {
        "TY": "DATA",
        "AU": cited.agency,
        "TI": cited.title,
        "PY": cited.year,
        "PB": cited.site,
        "M1": cited.number,
        "ET": str(cited.revision),
        "N1": f"{cited.origin}, entri {cited.place}",
        "UR": cited.address,
    }
    lines = [f"{tag}  - {_one_line(text)}\r\n" for tag, text in members.items() if text]
    return "".join([*lines, "ER  - \r\n"])


def _escaped(text: str) -> str:
    return "".join(_BIBTEX_SIGNS.get(sign, sign) for sign in _one_line(text))


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()
