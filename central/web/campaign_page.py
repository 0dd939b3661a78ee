"""Kampanye, one of them: numbers that add up, each a link to its records; its report, its end."""

import re
from typing import Any

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central.casework import campaign_report, campaigns
from central.casework.campaign_report import CampaignReport
from central.casework.campaigns import Look
from central.web.campaign_list import CAMPAIGNS, records_address
from central.web.campaign_words import (
    BREAKDOWN_WORDS,
    NUMBER_WORDS,
    STATES,
    TARGET_WORDS,
    value_word,
)
from central.web.refusals import REASON_MISSING, refusal_sentence
from central.web.visit import Visit
from protocol.campaign_numbers import BREAKDOWNS, NUMBERS, Numbers, query_of
from protocol.errors import ProtocolError

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_TYPES = {"markdown": "text/markdown", "csv": "text/csv", "json": "application/json"}
_ENDINGS = {"markdown": "md", "csv": "csv", "json": "json"}


async def campaign_page(visit: Visit, *, fault: str = "") -> web.Response:
    """The numbers of all, and by one breakdown."""
    centre, name, by = visit.centre, campaign_of(visit), visit.text("menurut") or BREAKDOWNS[0]
    by = by if by in BREAKDOWNS else BREAKDOWNS[0]

    def read(conn: Connection) -> tuple[Look, dict[str, Numbers]]:
        found = campaigns.look(conn, centre, name)
        return found, campaigns.progress(conn, centre, name, by)

    look, parts = await centre.db.read(read)
    return await visit.desk_page(
        "campaign.html",
        here="campaigns",
        status=422 if fault else 200,
        look=look,
        by=by,
        whole=_numbers(name, look.numbers),
        rows=[_row(visit, name, by, value, numbers) for value, numbers in parts.items()],
        states=STATES,
        words=NUMBER_WORDS,
        breakdowns=BREAKDOWN_WORDS,
        targets=TARGET_WORDS,
        fault=fault,
        reason=visit.text("reason"),
    )


async def close(visit: Visit) -> web.Response:
    """Ends it: its numbers stand from here on."""
    centre, name, reason = visit.centre, campaign_of(visit), visit.text("reason")
    if not reason:
        return await campaign_page(visit, fault=visit.say(REASON_MISSING))
    person = visit.person(reason)
    try:
        await centre.db.run(
            lambda conn: campaigns.close_campaign(
                conn, centre, campaign=name, reason=reason, by=person.by, agency=person.agency
            )
        )
    except ProtocolError as error:
        if error.code == "campaign_closed":
            return visit.go(f"{CAMPAIGNS}/{name}", told="decided")
        return await campaign_page(visit, fault=refusal_sentence(visit, error))
    return visit.go(f"{CAMPAIGNS}/{name}", told="campaign_closed")


async def report(visit: Visit) -> web.Response:
    """The ministry's report as a file."""
    centre, name, form = visit.centre, campaign_of(visit), visit.text("bentuk")
    if form not in _TYPES:
        raise web.HTTPNotFound
    made = await centre.db.read(lambda conn: campaign_report.report_of(conn, centre, name))
    headers = {"Content-Disposition": f'attachment; filename="{name}.{_ENDINGS[form]}"'}
    return web.Response(
        body=_written(made, form), content_type=_TYPES[form], charset="utf-8", headers=headers
    )


def campaign_of(visit: Visit) -> str:
    """The campaign's id in the address.

    Raises:
        HTTPNotFound: no campaign has such an id.
    """
    name = visit.request.match_info["campaign"]
    if not _ID.fullmatch(name):
        raise web.HTTPNotFound
    return name


def _row(visit: Visit, name: str, by: str, value: str, numbers: Numbers) -> dict[str, Any]:
    return {
        "value": value,
        "word": value_word(visit, by, value),
        "numbers": numbers,
        "cells": _numbers(name, numbers, by=by, value=value),
    }


def _numbers(
    name: str, numbers: Numbers, *, by: str = "", value: str = ""
) -> list[tuple[str, int, str]]:
    """Each number with its name and the address of the records behind it."""
    return [
        (it, getattr(numbers, it), records_address(name, query_of(it, by=by, value=value)))
        for it in NUMBERS
    ]


def _written(made: CampaignReport, form: str) -> bytes:
    if form == "json":
        return orjson.dumps(campaign_report.as_document(made), option=orjson.OPT_INDENT_2)
    write = campaign_report.as_csv if form == "csv" else campaign_report.as_markdown
    return write(made).encode()
