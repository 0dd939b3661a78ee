"""What happens in the demo: imports, two rounds of sync, edits and one conflict in between."""

import sys
from dataclasses import asdict, dataclass
from datetime import timedelta

from deploy.demo.federation import DATA, Federation, Hub
from protocol.canonical import Json, canonicalise
from runtime.system import SystemClock

CAMPAIGN = timedelta(days=30)
"""How long the hubs of the demo have for their campaign."""


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
    for hub in federation.hubs:
        _import_and_sync(hub)
    _say("every hub fetches what the others published")
    for hub in federation.hubs:
        hub.do("sync", "now", "--json")
    record = _make_conflict(federation)
    _make_cases(federation)
    _open_campaign(federation)
    for hub in federation.hubs:
        hub.do("sync", "now", "--json")
    replicas = {hub.name: hub.do("sync", "now", "--json") for hub in federation.hubs}
    return _summary(federation, record, replicas)


def _import_and_sync(hub: Hub) -> None:
    report = hub.do(
        "import", "commit", str(DATA / f"{hub.name}.csv"), "--mapping", "template", "--json"
    )
    sent = hub.do("sync", "now", "--json")
    _say(f"hub {hub.name}: {report['added']} records imported, {sent['pushed']} changes sent")


def _make_conflict(federation: Federation) -> str:
    bali = federation.hubs[0]
    listed = bali.do("record", "list", "--json")
    record = str(listed["items"][0]["id"])
    title = str(listed["items"][0]["title"])
    _say(f"a curator and hub {bali.name} both change the title of {title!r}, unseen by each other")
    federation.central(
        "record", "curate", record, "--set", f"title={title} (disunting pusat)", "--by", "kurator"
    )
    bali.do("record", "publish", record, "--set", f"title={title} Tahap Dua")
    java = federation.hubs[1]
    second = java.do("record", "list", "--json")["items"][1]["id"]
    java.do("record", "publish", str(second), "--set", "stage=penerapan")
    return record


def _make_cases(federation: Federation) -> None:
    """Something on which only the centre can rule."""
    java, health = federation.hubs[1], federation.hubs[3]
    listed = java.do("record", "list", "--json")["items"]
    twice = java.do("record", "show", str(listed[2]["id"]), "--json")["record"]
    _say(f"hub {java.name} writes {twice['title']!r} a second time, by mistake")
    fields = ("title", "agency", "region", "started", "summary")
    values = [(name, twice[name]) for name in fields]
    told = [it for name, value in values for it in ("--set", f"{name}={_typed(value)}")]
    java.do("record", "publish", *told)
    named = str(listed[3]["id"])
    _say(
        f"hub {health.name} proposes a change of {listed[3]['title']!r}, which is hub {java.name}'s"
    )
    health.do("record", "propose", named, "--set", "stage=penerapan", "--set", "sdgs=[3]")


def _typed(value: Json) -> str:
    """A value as the option `--set` takes it: text as it is, else JSON."""
    return value if isinstance(value, str) else canonicalise(value).decode()


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
    records = sum(
        len(hub.do("record", "list", "--limit", "200", "--json")["items"])
        for hub in federation.hubs
    )
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
