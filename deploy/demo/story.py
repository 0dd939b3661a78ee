"""What happens in the demo, from the first import to a replication that is carried through."""

import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta

from deploy.demo.federation import (
    DATA,
    HUBS,
    INVITED,
    SILENT,
    CommandFailed,
    Federation,
    Hub,
    at_once,
)
from protocol.canonical import Json, canonicalise
from runtime.system import SystemClock

CAMPAIGN = timedelta(days=30)
"""How long the hubs of the demo have for their campaign."""

DISPUTED = "Balai Mediasi Sengketa Tanah Adat"
ENTERED_TWICE = "Antar Obat Kronis"
ON_TRIAL = "Klinik Investasi Malam"
PROPOSED_FOR = "Bengkel Layanan Disabilitas"
TAKEN_OVER = "Mal Pelayanan Terapung"

CONFIRMED = (
    ("Antrean Sehat Badung", "Top 45", 2021),
    ("Smart Kampung", "Top 99", 2017),
    ("Peta Risiko Malaria", "Top 45", 2021),
)
REJECTED = ("Sentra Data Pengungsi Semeru", "Kovablik", 2023)
"""Awards on which the centre rules, by title; the others stay open."""

REPLICA: Mapping[str, Json] = {
    "title": "Kapal Pelayanan Terpadu Selayar",
    "agency": {"name": "Kabupaten Kepulauan Selayar", "kind": "kabupaten"},
    "service_unit": "Dinas Kependudukan dan Pencatatan Sipil",
    "region": "73.01",
    "started": "2025",
    "category": "Pelayanan Langsung kepada Masyarakat",
    "government_affair": "Administrasi Kependudukan dan Pencatatan Sipil",
    "innovation_type": "non_digital",
    "innovation_form": "pelayanan_publik",
    "stage": "uji_coba",
    "initiator": "perangkat_daerah",
    "sdgs": [10, 16],
    "background": "Warga pulau di Selayar menunggu berhari-hari untuk satu dokumen kependudukan.",
    "objective": "Menghadirkan pelayanan dasar di pulau-pulau Selayar menurut jadwal yang pasti.",
    "summary": "Kapal layanan menyinggahi enam pulau dan menumpang jadwal kapal perintis.",
    "impact": "Pada uji coba, 1.280 dokumen terbit di enam pulau dalam tiga bulan.",
}
"""What came of `TAKEN_OVER` in Selayar."""

WAIT_S, TRIES_MAX = 0.2, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the story ended with: the last line of `make demo ONCE=1`."""

    records: int
    hubs: int
    national_size: int
    conflicts: int
    conflict_record: str
    catalogue_hash: str
    replicas: dict[str, str]
    identical: bool

    def as_json(self) -> str:
        """The summary as one line of canonical JSON."""
        return canonicalise(asdict(self)).decode()


def tell(federation: Federation) -> Summary:
    """Plays the whole story and compares every replica with the centre."""
    bali, java, makassar, health = federation.hubs
    for told in at_once(_import_and_sync, federation.hubs):
        _say(told)
    _say("every hub fetches what the others published")
    _sync(makassar)
    own = _ids(java)
    replication = _want(makassar, java, own[TAKEN_OVER])
    at_once(_sync, (bali, health, java))
    record = _make_conflict(federation)
    _make_cases(federation, own)
    _rule_on_awards(federation)
    _open_campaign(federation)
    _add_late_ones(federation)
    java.do("replication", "agree", replication, "--details", "Berita acara kesepakatan 4/2026")
    at_once(_sync, (bali, health, java))
    _carry_through(makassar, replication, own[TAKEN_OVER])
    replicas = dict(zip(HUBS, at_once(_sync, federation.hubs), strict=True))
    return _summary(federation, record, replicas)


def _sync(hub: Hub) -> dict[str, object]:
    return dict(hub.do("sync", "now", "--json"))


def _settle(hub: Hub) -> None:
    """Syncs until the centre has decided all that the hub sent."""
    for _ in range(TRIES_MAX):
        if "menunggu" not in str(_sync(hub)["sentence"]):
            return
        time.sleep(WAIT_S)
    raise CommandFailed(f"the centre decides nothing of hub {hub.name}")


def _ids_of_all(hub: Hub) -> list[str]:
    return [str(it["id"]) for it in hub.do("record", "list", "--json")["items"]]


def _ids(hub: Hub) -> dict[str, str]:
    """Ids of a hub's own records by title."""
    return {str(it["title"]): str(it["id"]) for it in hub.do("record", "list", "--json")["items"]}


def _as_options(values: Mapping[str, Json]) -> list[str]:
    """Values as the option `--set` takes them: text as it is, else JSON."""
    return [
        word
        for name, value in values.items()
        for word in (
            "--set",
            f"{name}={value if isinstance(value, str) else canonicalise(value).decode()}",
        )
    ]


def _import_and_sync(hub: Hub) -> str:
    report = hub.do(
        "import", "commit", str(DATA / f"{hub.name}.csv"), "--mapping", "template", "--json"
    )
    sent = _sync(hub)
    return f"hub {hub.name}: {report['added']} records imported, {sent['pushed']} changes sent"


def _want(wants: Hub, owner: Hub, record: str) -> str:
    """The first step of a replication; returns its id."""
    _say(f"hub {wants.name} wants to replicate {TAKEN_OVER!r} of hub {owner.name}, which agrees")
    begun = wants.do(
        "replication", "interest", record,
        "--details", "Surat minat Bupati Kepulauan Selayar 12/2026", "--json",
    )  # fmt: skip
    _sync(wants)
    return str(begun["replication"])


def _carry_through(hub: Hub, replication: str, original: str) -> None:
    """The steps that follow the owner's agreement, and the record that came of it."""
    _sync(hub)
    adapted = "Kapal menumpang jadwal kapal perintis; enam pelayanan, bukan sembilan."
    origin: Mapping[str, Json] = {"replicates": {"innovation": original, "adapted": adapted}}
    hub.do("replication", "approve", replication, "--details", "Keputusan Bupati 31/2026")
    made = hub.do("record", "publish", *_as_options({**REPLICA, **origin}), "--json")["record"]
    _settle(hub)
    hub.do("replication", "implement", replication, "--record", str(made))
    _settle(hub)
    _say(f"hub {hub.name} publishes {REPLICA['title']!r}, which came of it")


def _make_conflict(federation: Federation) -> str:
    bali = federation.hubs[0]
    record = _ids(bali)[DISPUTED]
    _say(
        f"a curator and hub {bali.name} both change the title of {DISPUTED!r}, unseen by each other"
    )
    federation.central(
        "record", "curate", record, "--set", f"title={DISPUTED} (disunting pusat)",
        "--by", "kurator",
    )  # fmt: skip
    bali.do("record", "publish", record, "--set", f"title={DISPUTED} Tahap Dua")
    return record


def _make_cases(federation: Federation, own: Mapping[str, str]) -> None:
    """Something on which only the centre can rule, and a plain change."""
    java, health = federation.hubs[1], federation.hubs[3]
    java.do("record", "publish", own[ON_TRIAL], "--set", "stage=penerapan")
    twice = java.do("record", "show", own[ENTERED_TWICE], "--json")["record"]
    _say(f"hub {java.name} writes {ENTERED_TWICE!r} a second time, by mistake")
    fields = ("title", "agency", "region", "started", "category", "summary")
    java.do("record", "publish", *_as_options({name: twice[name] for name in fields}))
    _say(f"hub {health.name} proposes a change of {PROPOSED_FOR!r} of hub {java.name}")
    changes: Mapping[str, Json] = {"category": "Kesehatan", "sdgs": [3, 9, 10]}
    health.do("record", "propose", own[PROPOSED_FOR], *_as_options(changes))


def _rule_on_awards(federation: Federation) -> None:
    _say(f"the centre confirms {len(CONFIRMED)} awards and rejects one; the others stay open")
    listed = federation.central("award", "list", "--json")["items"]
    ids = {str(it["title"]): str(it["record"]) for it in listed}
    ruling = ("--by", "kurator", "--agency", "panrb")
    for title, scheme, year in CONFIRMED:
        reason = f"Ada dalam keputusan penetapan tahun {year}"
        claim = (ids[title], "--scheme", scheme, "--year", str(year), "--reason", reason)
        federation.central("award", "confirm", *claim, *ruling)
    title, scheme, year = REJECTED
    reason = f"Tidak ada dalam daftar penerima tahun {year}; hub diminta memeriksa tahunnya"
    claim = (ids[title], "--scheme", scheme, "--year", str(year), "--reason", reason)
    federation.central("award", "reject", *claim, *ruling)


def _add_late_ones(federation: Federation) -> None:
    """A hub that has never synced, and an invitation that waits."""
    _say(f"hub {SILENT[0]} enrols and never syncs; hub {INVITED[0]} has not used its invitation")
    federation.add_silent()
    federation.invite(*INVITED)


def _open_campaign(federation: Federation) -> None:
    _say("the centre asks every hub to refresh what began in 2018 and 2019")
    due = SystemClock().now().date() + CAMPAIGN
    federation.central(
        "campaign", "open", "mutakhir", "--title", "Pemutakhiran inovasi 2018 dan 2019",
        "--due", due.isoformat(), "--year", "2018", "--year", "2019",
        "--by", "kurator", "--agency", "panrb",
    )  # fmt: skip


def _summary(
    federation: Federation, record: str, replicas: dict[str, dict[str, object]]
) -> Summary:
    rebuilt = federation.central("rebuild", "--json")
    conflicts = federation.central("conflict", "list", "--json")["items"]
    hashes = {name: str(report["catalogue_hash"]) for name, report in replicas.items()}
    identical = rebuilt["identical"] and set(hashes.values()) == {rebuilt["catalogue_hash"]}
    records = sum(map(len, at_once(_ids_of_all, federation.hubs)))
    return Summary(
        records=records,
        hubs=len(federation.hubs),
        national_size=int(rebuilt["entries"]),
        conflicts=len(conflicts),
        conflict_record=record,
        catalogue_hash=str(rebuilt["catalogue_hash"]),
        replicas=hashes,
        identical=bool(identical),
    )


def _say(sentence: str) -> None:
    print(f"· {sentence}", file=sys.stderr, flush=True)
