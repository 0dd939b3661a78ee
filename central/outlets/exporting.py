"""Files of what a reader sees: the innovations that a search finds, all of them, in one snapshot.

A file is made whole before the first byte is sent, a few records at a time: so a reader with a slow
line holds no transaction, and nobody gets half a file that looks whole.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import BinaryIO

from sqlalchemy import Connection

from central import projection
from central.casework.campaigns import get_campaign
from central.centre import Centre
from central.outlets.columns import FIELDS, Item
from central.outlets.geojson import write_geojson
from central.outlets.parquet import write_parquet
from central.outlets.text_files import write_csv, write_json_lines
from central.outlets.workbook import write_workbook
from central.projection import Chosen
from protocol.catalogue import public_record
from protocol.errors import ProtocolError
from protocol.record_state import decode_record_state
from runtime.finding import ids_of_found

RECORDS_MAX = 100_000
"""Of one file; whoever wants more takes the nightly dump."""


class FormatMissing(ProtocolError):
    """A format whose library is not installed here."""

    default_code = "export_format_missing"


class ExportTooLarge(ProtocolError):
    """More innovations than one file holds."""

    default_code = "export_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of file.

    Attributes:
        name: what people call it.
        media_type: its Content-Type.
        is_packed: whether it is compressed by itself.
        has_header: whether its reader chooses what stands above the columns.
        needs: the library that an extra installs for it, or "".
        write: puts innovations into a file; takes one of `columns.HEADERS`.
    """

    name: str
    media_type: str
    is_packed: bool = False
    has_header: bool = False
    needs: str = ""
    write: Callable[[BinaryIO, Iterable[Item], str], None]

    @property
    def is_there(self) -> bool:
        """Whether this installation can make it."""
        return not self.needs or find_spec(self.needs) is not None


FORMATS: Mapping[str, Format] = {
    "csv": Format(
        name="CSV",
        media_type="text/csv; charset=utf-8; header=present",
        has_header=True,
        write=lambda file, items, header: write_csv(file, items, header=header),
    ),
    "jsonl": Format(
        name="JSON Lines",
        media_type="application/jsonl",
        write=lambda file, items, _: write_json_lines(file, items),
    ),
    "xlsx": Format(
        name="XLSX",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        is_packed=True,
        has_header=True,
        write=lambda file, items, header: write_workbook(file, items, header=header),
    ),
    "geojson": Format(
        name="GeoJSON",
        media_type="application/geo+json",
        write=lambda file, items, _: write_geojson(file, items),
    ),
    "parquet": Format(
        name="Parquet",
        media_type="application/vnd.apache.parquet",
        is_packed=True,
        needs="pyarrow",
        write=lambda file, items, _: write_parquet(file, items),
    ),
}
"""By the ending of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which innovations: what a search was asked for, without its pages.

    Attributes:
        text: words, or "".
        filters: facet to value.
        chosen: the records of a campaign among which is searched, or None for all.
        original: id of the record that they replicate, or None for all.
        is_exact: whether nothing is searched in place of what was asked.
    """

    text: str
    filters: Mapping[str, str]
    chosen: Chosen | None = None
    original: str | None = None
    is_exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A file as it was asked for.

    Attributes:
        ending: of `FORMATS`.
        header: one of `columns.HEADERS`.
        selection: which innovations.
    """

    ending: str
    header: str = FIELDS
    selection: Selection

    @property
    def format(self) -> Format:
        """What `ending` stands for."""
        return FORMATS[self.ending]


def tag_of(conn: Connection, centre: Centre, order: Order) -> str:
    """What the file's bytes depend on, in 32 hex digits: order, national log, and program.

    Two files with one tag are the same bytes, so that a reader who has one need not wait until it
    is made again.

    Raises:
        CampaignRefused: nobody knows the campaign.
    """
    chosen = order.selection.chosen
    if chosen is not None:
        get_campaign(conn, centre, chosen.campaign)
    tree = centre.logs.open(conn, centre.national_origin).tree
    depends = (order.ending, order.header, order.selection, tree, version("jipp-federation"))
    return hashlib.sha256(repr(depends).encode()).hexdigest()[:32]


def write_export(conn: Connection, centre: Centre, order: Order, file: BinaryIO) -> None:
    """Writes the innovations of an order, the newest id first.

    Args:
        conn: a transaction.
        centre: the centre.
        order: what was asked for.
        file: where; need not be seekable but for XLSX.

    Raises:
        ExportTooLarge: it finds more than `RECORDS_MAX`.
        FormatMissing: this installation does not make such files.
    """
    form = order.format
    if not form.is_there:
        extra = f"install the extra `{order.ending}`, which brings {form.needs}"
        raise FormatMissing(f"this centre makes no {form.name}; {extra}")
    form.write(file, _items(conn, centre, order.selection), order.header)


def _items(conn: Connection, centre: Centre, selection: Selection) -> Iterator[Item]:
    found = projection.find(
        conn,
        centre,
        query=selection.text,
        filters=selection.filters,
        chosen=selection.chosen,
        original=selection.original,
        is_exact=selection.is_exact,
    ).found
    if found.total > RECORDS_MAX:
        raise ExportTooLarge(f"{found.total} innovations; one file holds {RECORDS_MAX}")
    for body in centre.documents.bodies(conn, ids_of_found(conn, centre.documents, found)):
        yield public_record(decode_record_state(body))
