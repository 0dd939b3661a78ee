"""Details of acts: kept in short English, read in the reader's words."""

import pytest

from central.store import audit
from central.web.audit_details import SHAPES, SIGNED, detail_words
from runtime.pages.field_words import Reader
from runtime.pages.translating import translations

INDONESIAN = Reader("id", lambda sentence: sentence)
ENGLISH = Reader("en", translations("central.web", "en").gettext)
RECORD = "01910000-0000-7000-8000-0000a23485b7"


@pytest.mark.parametrize(
    ("what", "detail", "said"),
    [
        ("hub.target", "720 h", "30 hari"),
        ("hub.target", "24 h", "24 jam"),
        ("hub.target", "36 h", "36 jam"),
        ("hub.target", "tuti (panrb): 2160 h", "tuti (panrb): 90 hari"),
        ("hub.target", "command line: 720 h", "baris perintah: 30 hari"),
        ("hub.invited", "command line: JIPP Bali", "baris perintah: JIPP Bali"),
        ("hub.target", "", "mengikuti pengaturan pusat"),
        ("change.released", "place 1132", "keputusan di tempat 1.132"),
        (
            "account.added",
            "tuti: administrator, panrb; by admin",
            "tuti: Administrator, Kementerian PANRB; oleh admin",
        ),
        (
            "account.changed",
            "tuti: hub_admin, lan, off; by command line",
            "tuti: Admin hub, Lembaga Administrasi Negara, nonaktif; oleh baris perintah",
        ),
        ("account.password", "tuti; by admin", "tuti; oleh admin"),
        ("second_factor.given_up", "tuti by admin", "tuti; oleh admin"),
        ("token.revoked", "ab12 Dasbor, by panrb/admin", "ab12 Dasbor; oleh panrb/admin"),
        (
            "webhook.disabled",
            "ab12 contoh.go.id: token_revoked",
            "ab12 contoh.go.id: Token yang menambahkannya dicabut.",
        ),
        ("courier.imported", "51.courier: 1200 entries", "51.courier: 1.200 entri"),
        ("publication.set", f"{RECORD} hidden: aduan", "…a23485b7, disembunyikan: aduan"),
        (
            "award.confirmed",
            f"{RECORD} KIPP 2024 confirmed: SK 1",
            "…a23485b7, KIPP 2024, dikukuhkan: SK 1",
        ),
        ("record.transferred", "3 records to 94: UU 15", "3 inovasi kepada hub 94: UU 15"),
        ("number.assigned", "2 from 2026-000001 on", "2 nomor, mulai 2026-000001"),
    ],
)
def test_a_detail_of_a_known_shape_is_said_in_words(what: str, detail: str, said: str) -> None:
    assert detail_words(what, detail, INDONESIAN) == said


def test_a_refused_courier_file_says_why() -> None:
    said = detail_words("courier.refused", "courier_foreign: it is for another", INDONESIAN)
    assert said.startswith("Berkas kurir ini untuk pihak lain")
    assert said.endswith("(courier_foreign)")


def test_two_machines_are_told_apart_in_words() -> None:
    seen = "This machine is aa; the hub's is bb, last seen 2026-11-30 01:00:00 UTC."
    said = detail_words("hub.identity_in_use", seen, INDONESIAN)
    assert said.startswith("Mesin aa menghubungi pusat; mesin hub ini bb")


@pytest.mark.parametrize("detail", ["", "server disita", "kata by orang", "a: b: c", "{name}"])
@pytest.mark.parametrize("what", ["hub.suspended", "hub.revoked", "change.released", "unknown"])
def test_what_has_no_known_shape_stays_as_it_is(what: str, detail: str) -> None:
    assert detail_words(what, detail, INDONESIAN) == detail


def test_a_reader_of_english_reads_english() -> None:
    assert detail_words("hub.target", "720 h", ENGLISH) == "30 days"
    assert detail_words("account.password", "tuti; by admin", ENGLISH) == "tuti; by admin"


def test_only_acts_that_there_are_have_shapes() -> None:
    assert SHAPES.keys() | SIGNED <= audit.ACTS
