"""A demo federation in which something waits in every place, so that every screen has content."""

from dataclasses import dataclass

from deploy.demo.federation import Federation
from deploy.demo.story import tell
from deploy.screenshots.centre_screens import CENTRE, VISITOR

FAULTY = """kode,title,agency.name,agency.kind,region,started,summary
A1,Kartu Ibu Sehat,Dinas Kesehatan Kota Denpasar,kota,51.71,2021,Ibu hamil membawa satu kartu.
A2,Lapor Lampu Jalan,Dinas Perhubungan Kota Denpasar,kota,51.71,dua ribu,Warga melapor lampu padam.
"""
"""A file of which one row is wrong."""


@dataclass(frozen=True, slots=True)
class World:
    """The addresses of the services by who looks at them, and an invitation of a new hub."""

    addresses: dict[str, str]
    invitation: str


def prepare(federation: Federation) -> World:
    """Tells the demo's story and goes on until something waits in every place."""
    tell(federation)
    bali, java, makassar, kemenkes = federation.hubs
    federation.central(
        "campaign", "open", "2026", "--title", "Pemutakhiran 2026", "--due", "2027-03-31",
        "--by", "rina", "--agency", "panrb",
    )  # fmt: skip
    by_rina = ("--by", "rina", "--agency", "panrb")
    federation.central("token", "create", "Dasbor LAN", "--scope", "hubs:read", *by_rina)
    there = "https://penerima.example/jipp"
    federation.central("webhook", "add", there, "--event", "hub.changed", *by_rina)
    own = [str(it["id"]) for it in bali.do("record", "list", "--json")["items"]]
    ship = str(makassar.do("record", "list", "--json")["items"][0]["id"])
    java.do("record", "propose", own[2], "--set", "short_name=SINGKAT")
    java.do("replication", "interest", own[3], "--details", "Surat minat 12/2026")
    java.do("record", "propose", own[4], "--set", "stage=uji_coba")
    bali.do("record", "withdraw", own[5], "--reason", "Sudah berhenti")
    bali.do("record", "publish", own[6], "--set", "stage=uji_coba")
    bali.do("replication", "interest", ship, "--details", "Surat minat 7/2026")
    for hub in (java, bali, makassar, kemenkes, bali):
        hub.do("sync", "now", "--json")
    bali.do("record", "publish", own[7], "--set", "stage=penerapan")
    bali.do("backup", "create")
    addresses = federation.serve_hubs(interval_s=3_600)
    addresses["new"], invitation = federation.serve_fresh("31", "JIPP Provinsi DKI Jakarta")
    addresses |= dict.fromkeys((CENTRE, VISITOR), federation.url)
    return World(addresses=addresses, invitation=invitation)
