"""The report of a campaign, for files and letters: JSON, CSV or Markdown text.

Of a closed campaign it says the same for ever. Every number stands beside the question to the
catalogue that finds its records.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from urllib.parse import quote, urlencode

from sqlalchemy import Connection

from central.casework import campaigns
from central.casework.campaigns import Look
from central.centre import Centre
from protocol.campaign_numbers import BREAKDOWNS, NUMBERS, Numbers, breakdown, query_of
from protocol.canonical import Json
from runtime.spreadsheets import CSV_MARK, safe_cell

SEARCH = "/api/v1/innovations"
_WHOLE = "all"
_SIGNS = re.compile(r"[\\`*_\[\]<>|&~#]")
"""What would be a part of the page in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignReport:
    """A campaign and its numbers in every breakdown.

    Attributes:
        look: the campaign and the numbers over all.
        made_at: RFC 3339 in UTC, by the centre's clock.
        parts: numbers by breakdown and value.
    """

    look: Look
    made_at: str
    parts: Mapping[str, Mapping[str, Numbers]]


def report_of(conn: Connection, centre: Centre, campaign: str) -> CampaignReport:
    """The report of a campaign as it stands now.

    Raises:
        CampaignRefused: nobody knows it.
    """
    found = campaigns.look(conn, centre, campaign)
    cells = centre.campaigns.cells(conn, campaign)
    parts = {by: breakdown(cells, by) for by in BREAKDOWNS}
    return CampaignReport(look=found, made_at=centre.timestamp(), parts=parts)


def row_of(campaign: str, numbers: Numbers, *, by: str = "", value: str = "") -> dict[str, Json]:
    """The numbers of one row, each with the address of the records behind it."""
    queries: dict[str, Json] = {
        name: address_of(campaign, query_of(name, by=by, value=value)) for name in NUMBERS
    }
    return {**numbers.all(), "queries": queries}


def address_of(campaign: str, filters: Mapping[str, str]) -> str:
    """The address at which the catalogue shows the campaign's records that pass `filters`."""
    return f"{SEARCH}?{urlencode({'campaign': campaign, **filters}, quote_via=quote)}"


def as_document(report: CampaignReport) -> dict[str, Json]:
    """The report as one JSON document."""
    campaign = report.look.campaign.id
    parts: dict[str, Json] = {
        by: [
            {"value": value, **row_of(campaign, numbers, by=by, value=value)}
            for value, numbers in rows.items()
        ]
        for by, rows in report.parts.items()
    }
    return {**campaigns.document_of(report.look), "made_at": report.made_at, "progress": parts}


def as_csv(report: CampaignReport) -> str:
    """The report as CSV, a row a value of each breakdown; the first one counts all.

    It begins with the mark of UTF-8, and no cell is taken for a formula: a scheme of awards is what
    a hub wrote.
    """
    text = StringIO()
    text.write(CSV_MARK)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["by", "value", *NUMBERS])
    for by, value, numbers in _rows(report):
        writer.writerow([by, safe_cell(value), *numbers.all().values()])
    return text.getvalue()


def as_markdown(report: CampaignReport) -> str:
    """The report as a page of Markdown."""
    return "\n".join([*_head(report), *_tables(report)]) + "\n"


def _rows(report: CampaignReport) -> Iterator[tuple[str, str, Numbers]]:
    yield _WHOLE, _WHOLE, report.look.numbers
    for by, rows in report.parts.items():
        for value, numbers in rows.items():
            yield by, value, numbers


def _head(report: CampaignReport) -> Iterator[str]:
    campaign, numbers = report.look.campaign, report.look.numbers
    closing = campaign.closing
    yield f"# {_plain(campaign.title)}"
    yield ""
    yield (
        f"Campaign `{campaign.id}`, {report.look.state}; due {campaign.due}; "
        f"as of {report.made_at}."
    )
    yield ""
    yield f"- Target: {_target(campaign.target)}."
    yield (
        f"- Opened {campaign.at} by {_plain(campaign.by)} for {campaign.agency}, "
        f"place {campaign.place} of the national log."
    )
    if closing is not None:
        yield (
            f"- Closed {closing.at} by {_plain(closing.by)} for {closing.agency}, "
            f"place {closing.place}: {_plain(closing.reason)}"
        )
    yield ""
    yield (
        f"**{numbers.targeted} targeted = {numbers.refreshed} refreshed + "
        f"{numbers.withdrawn} withdrawn + {numbers.left} left.** Complete: {numbers.complete}."
    )


def _target(target: Mapping[str, list[str]]) -> str:
    parts = [f"{name} {_plain(', '.join(values))}" for name, values in sorted(target.items())]
    return "; ".join(parts) or "the whole catalogue"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line (CommonMark, 2.4): no link, tag or cell."""
    return _SIGNS.sub(r"\\\g<0>", " ".join(text.split()))


def _tables(report: CampaignReport) -> Iterator[str]:
    for by, rows in report.parts.items():
        yield from ("", f"## By {by}", "", f"| {by} | {' | '.join(NUMBERS)} |")
        yield "|---|" + "---:|" * len(NUMBERS)
        for value, numbers in rows.items():
            cells = [
                _linked(report, name, number, by=by, value=value)
                for name, number in numbers.all().items()
            ]
            yield f"| {_plain(value)} | {' | '.join(cells)} |"


def _linked(report: CampaignReport, name: str, number: int, *, by: str, value: str) -> str:
    query = query_of(name, by=by, value=value)
    return f"[{number}]({address_of(report.look.campaign.id, query)})"
