"""Contacts as people type them, and as the file in which an operator keeps them.

The file is CSV for a spreadsheet, and as private as what is in it.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path

from hubnode.imports.readers import SourceRow, read_table
from hubnode.store.contacts import Contact
from protocol.errors import ProtocolError
from protocol.innovation.identifiers import is_uuid7
from protocol.innovation.signs import is_one_line
from runtime.spreadsheets import CSV_ENCODING, safe_cell

COLUMNS = tuple(it.name for it in fields(Contact))
LENGTH_MAX = 200


class ContactRefused(ProtocolError):
    """A contact that cannot be kept."""

    default_code = "contact_malformed"


def make_contact(*, record: str, name: str, phone: str, email: str, nip: str) -> Contact:
    """A contact without blanks around its texts.

    Raises:
        ContactRefused: no record's id, no name, nothing but a name, or no single lines of at most
            200 characters.
    """
    texts = {key: text.strip() for key, text in (("phone", phone), ("email", email), ("nip", nip))}
    made = Contact(record=record.strip(), name=name.strip(), **texts)
    if not is_uuid7(made.record):
        raise ContactRefused("record: no id of a record")
    if not made.name:
        raise ContactRefused("name: is empty")
    if not any(texts.values()):
        raise ContactRefused(f"{made.name}: neither phone, nor email, nor nip")
    for key, text in {**texts, "name": made.name}.items():
        if len(text) > LENGTH_MAX or not is_one_line(text):
            raise ContactRefused(f"{key}: must be one line of at most {LENGTH_MAX} characters")
    return made


def encode_contacts(contacts: Iterable[Contact]) -> bytes:
    """The file, with a byte-order mark so that a spreadsheet reads the names right."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(
        {key: safe_cell(value) for key, value in asdict(it).items()} for it in contacts
    )
    return text.getvalue().encode(CSV_ENCODING)


def read_contacts(path: Path) -> list[Contact]:
    """The contacts of such a file, or of a spreadsheet with the same columns.

    Raises:
        FileRefused: it is no table.
        ContactRefused: a column is missing, or a row is no contact; the message names it.
    """
    found = read_table(path)
    if missing := [name for name in COLUMNS if name not in found.columns]:
        raise ContactRefused(f"{path}: no column {', '.join(missing)}")
    return [_contact_in(path, row) for row in found.rows]


def _contact_in(path: Path, row: SourceRow) -> Contact:
    try:
        return make_contact(**{name: row.cells[name] for name in COLUMNS})
    except ContactRefused as refused:
        raise ContactRefused(f"{path}, row {row.number}: {refused.message}") from refused
