"""What pages offer as a file."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from aiohttp import web

from runtime.spreadsheets import CSV_ENCODING, safe_cell


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> web.Response:
    """The answer that is stored as a file of CSV (RFC 4180), a row a line."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return web.Response(
        body=text.getvalue().encode(CSV_ENCODING),
        content_type="text/csv",
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
