"""What was stored in Indonesian, said to readers of both languages."""

import pytest

from hubnode import redacting
from hubnode.imports import undo
from hubnode.imports.commit import RETURNED_REASON, VANISHED_REASON
from hubnode.node import Node
from hubnode.web.said import told
from protocol.entries.decisions import FORMS
from protocol.innovation.reference import schema
from runtime.pages.change_words import CHANGES
from runtime.pages.field_words import hint_of
from tests.support.hub_http import signed_in
from tests.support.nodes import publish, withdraw

OF_NO_RECORD = ("hub.", "campaign.", "epoch.")


def test_a_reason_that_somebody_gave_stays_behind_the_sentence_of_the_code() -> None:
    stored = "Pusat menangguhkan hub ini. — 2026-11-29T01:41:13Z: Surat 12/2026"
    said = told(stored, "hub_suspended", "", language="en", zone="WITA")
    assert said.sentence.endswith("— 29 November 2026 09:41 WITA: Surat 12/2026")
    assert "Pusat" not in said.sentence


def test_what_a_program_says_of_a_file_is_detail() -> None:
    said = told("Kunci. — keys.pem can be read", "key_file_refused", "", language="id", zone="WIB")
    assert (said.sentence, said.detail) == ("Kunci.", "keys.pem can be read")


@pytest.mark.parametrize(
    ("language", "why"), [("id", "Sebabnya: alamatnya tidak"), ("en", "The reason: its address")]
)
def test_a_centre_that_is_not_reached_says_why_in_words(language: str, why: str) -> None:
    said = told("Tidak terhubung.", "unreachable", "dns: [Errno -2]", language=language, zone="WIB")
    assert why in said.sentence
    assert "Errno" not in said.sentence


def test_every_decision_about_a_record_has_words() -> None:
    kinds = {it for it in FORMS if not it.startswith(OF_NO_RECORD)}
    said_by_their_change = {"change.applied", "change.proposed"}
    assert sorted(kinds - said_by_their_change - CHANGES.keys()) == []


def test_every_hint_of_the_form_is_there_in_english() -> None:
    forms = dict(schema()["properties"])
    hints = {name: (hint_of(it, "id"), hint_of(it, "en")) for name, it in forms.items()}
    assert [name for name, (said, said_en) in hints.items() if said and said in {"", said_en}] == []


async def test_pages_in_english_have_no_indonesian_of_the_program(hub: Node) -> None:
    record = publish(hub, "Antar Obat")
    async with signed_in(hub) as reader:
        health = (await reader.get("/kesehatan", language="en")).text
        sync = (await reader.get("/sinkronisasi", language="en")).text
        history = (await reader.get(f"/inovasi/{record}", language="en")).text
    assert "keadaan" not in health.lower().replace('id="keadaan"', "").replace(
        'aria-labelledby="keadaan"', ""
    )
    assert "perubahan" not in sync
    assert "Menulis isian" not in history


@pytest.mark.parametrize(
    ("reason", "english"),
    [
        (undo.REASON, "The import is undone."),
        (VANISHED_REASON, "It is not in the source file any more."),
        (RETURNED_REASON, "It is in the source file again."),
        (redacting.REASON, "Redacted."),
        ("Berhenti.", "Berhenti."),
    ],
)
async def test_a_reason_that_the_program_wrote_is_said_in_the_readers_language(
    hub: Node, reason: str, english: str
) -> None:
    record = publish(hub, "Antar Obat")
    withdraw(hub, record, reason)
    async with signed_in(hub) as reader:
        page = (await reader.get(f"/inovasi/{record}")).text
        page_en = (await reader.get(f"/inovasi/{record}", language="en")).text
    assert f">{reason}<" in page
    assert f">{english}<" in page_en
