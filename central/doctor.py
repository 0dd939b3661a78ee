"""What may be wrong with this centre itself, looked at point by point; hubs have their own pages.

A command knows less than the service: what only the running process knows comes as `ServiceState`.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from central import batch, issued, logs_of_hubs, matching
from central.centre import Centre
from central.dumps.files import dumps_in
from central.dumps.making import wib_now
from central.monitoring import telling
from central.monitoring.service_state import FREE_BYTES_MIN, ServiceState
from central.monitoring.witness_lag import WitnessLag, witness_lags
from central.role import Role
from central.settings import CentralSettings
from central.staff import everybody
from central.store import decisions, hubs, webhooks
from central.store.alerts import ALERT_STORE
from runtime import findings
from runtime.database import DatabaseError, ping
from runtime.findings import Finding, Health
from runtime.sentences import Sentence

LOOPBACK = ("127.0.0.1", "::1", "localhost")
ORDINARY_WORK = timedelta(minutes=5)
"""What was decided or sent within so long is still being worked on, which is nothing to notice."""

DUMP_DAYS_MAX = 2
"""A machine that was off for one night makes its dump when it is on again."""

WAYS = {
    telling.MAIL: Sentence("surat", "mail"),
    telling.WEBHOOK: Sentence("webhook", "webhook"),
    telling.TELEGRAM: Sentence("Telegram", "Telegram"),
}
"""How the channels of alerts are called."""


def examine(
    conn: Connection, centre: Centre, settings: CentralSettings, service: ServiceState
) -> list[Finding]:
    """Every point of this centre, in the order in which they matter.

    Args:
        conn: an open transaction.
        centre: which.
        settings: its settings.
        service: what is known of the running process.
    """
    ping(conn)
    return [
        _database(service),
        findings.disk(centre.folder, free_bytes_min=FREE_BYTES_MIN),
        _deciding(conn, centre, service),
        _mark(conn, centre, service),
        *(_witness(it, centre) for it in witness_lags(conn, centre)),
        *_dump(conn, centre, settings),
        _matcher(conn, centre),
        *_webhooks(conn),
        *_alerts(conn, settings),
        *_people(conn),
        *_openness(settings),
    ]


def _database(service: ServiceState) -> Finding:
    if service.broken:
        said = Sentence(
            "Database tidak lagi dipercaya; layanan akan berhenti.",
            "The database is no longer trusted; the service will stop.",
        )
        return _problem("database", said, service.broken)
    return _good("database", Sentence("Database menjawab.", "The database answers."))


def _deciding(conn: Connection, centre: Centre, service: ServiceState) -> Finding:
    if service.is_stuck or service.setbacks:
        said = Sentence(
            "Perubahan sebagian hub gagal diputuskan; lihat log layanan.",
            "Changes of some hubs cannot be decided; look at the service's log.",
        )
        detail = "; ".join(f"{hub}: {why}" for hub, why in sorted(service.setbacks.items()))
        return _problem("decisions", said, detail)
    waiting = batch.waiting(conn, centre)
    if waiting:
        count = sum(logs_of_hubs.undecided_count(conn, centre, it) for it in waiting)
        said = Sentence("Ada entri yang sedang diputuskan.", "There are entries being decided.")
        is_new = _is_at_work(conn, centre) or _is_just_sent(conn, centre, waiting)
        return _ordinary("decisions", said, str(count), is_ordinary=is_new)
    said = Sentence(
        "Semua yang diterima sudah diputuskan.", "Everything that arrived has been decided."
    )
    return _good("decisions", said)


def _mark(conn: Connection, centre: Centre, service: ServiceState) -> Finding:
    size = centre.logs.open(conn, centre.national_origin).tree.size
    if service.mark_failure:
        said = Sentence("Tanda terbit tidak dapat ditulis.", "The issued mark cannot be written.")
        return _problem("mark", said, service.mark_failure)
    try:
        mark = issued.newest_known(centre)
    except DatabaseError as error:
        said = Sentence("Tanda terbit tidak dapat dibaca.", "The issued mark cannot be read.")
        return _problem("mark", said, str(error))
    marked = mark.size if mark else 0
    if marked < size:
        said = Sentence(
            "Tanda terbit akan ditulis pada putaran berikut.",
            "The issued mark will be written in the next round.",
        )
        is_new = _is_at_work(conn, centre)
        return _ordinary("mark", said, f"{marked}/{size}", is_ordinary=is_new)
    said = Sentence(
        "Tanda terbit sesuai dengan log nasional.", "The issued mark agrees with the national log."
    )
    return _good("mark", said, str(size))


def _witness(lag: WitnessLag, centre: Centre) -> Finding:
    if lag.is_behind(centre.clock.now()):
        said = Sentence(
            "Saksi tertinggal lebih dari enam jam: hubungi lembaganya.",
            "A witness is behind by more than six hours: call its agency.",
        )
        return _problem("witness", said, f"{lag.name}: {lag.left}")
    if lag.left:
        return _notice(
            "witness",
            Sentence("Saksi menyusul.", "A witness is catching up."),
            f"{lag.name}: {lag.left}",
        )
    said = Sentence(
        "Saksi sudah menandatangani seluruh log nasional.",
        "A witness has cosigned the whole national log.",
    )
    return _good("witness", said, lag.name)


def _dump(conn: Connection, centre: Centre, settings: CentralSettings) -> list[Finding]:
    """How old the newest dump is; nothing where none is made, or there is nothing to dump."""
    if not settings.dumps_kept or not centre.logs.open(conn, centre.national_origin).tree.size:
        return []
    newest = next(iter(dumps_in(centre.folder)), None)
    if newest is None:
        said = Sentence(
            "Dump malam belum ada; dibuat beberapa menit setelah layanan dimulai, atau sekarang "
            "dengan central dump make.",
            "There is no nightly dump yet; one is made some minutes after the service starts, or "
            "now by central dump make.",
        )
        return [_notice("dump", said)]
    age = wib_now(centre).date() - date.fromisoformat(newest.day)
    if age > timedelta(days=DUMP_DAYS_MAX):
        said = Sentence(
            "Dump malam sudah berhari-hari tidak dibuat: cari dump_later di log layanan.",
            "No nightly dump was made for days: look for dump_later in the service's log.",
        )
        return [_problem("dump", said, newest.name)]
    said = Sentence("Dump malam terbaru ada.", "The newest nightly dump is there.")
    return [_good("dump", said, newest.name)]


def _matcher(conn: Connection, centre: Centre) -> Finding:
    left = matching.left_count(conn, centre)
    if left:
        said = Sentence(
            "Ada keputusan yang belum dibandingkan.", "There are decisions not yet compared."
        )
        is_new = _is_at_work(conn, centre)
        return _ordinary("matcher", said, str(left), is_ordinary=is_new)
    said = Sentence(
        "Semua keputusan sudah dibandingkan.", "All decisions have been compared for duplicates."
    )
    return _good("matcher", said)


def _webhooks(conn: Connection) -> list[Finding]:
    """Those that do not take what they are told; nothing where all do."""
    bad = [
        it.id
        for it in webhooks.everyone(conn)
        if webhooks.standing_of(it) in (webhooks.FAILING, webhooks.DISABLED)
    ]
    if not bad:
        return []
    said = Sentence(
        "Ada webhook yang gagal atau dimatikan: lihat halaman Webhook.",
        "A webhook fails or is switched off: look at the page Webhooks.",
    )
    return [_notice("webhooks", said, ", ".join(bad))]


def _alerts(conn: Connection, settings: CentralSettings) -> list[Finding]:
    chosen = telling.channels(settings)
    if not chosen:
        said = Sentence(
            "Tidak ada yang diberi tahu bila sebuah hub diam: isi alert_smtp_host, alert_webhook, "
            "atau alert_telegram_url.",
            "Nobody is told when a hub falls silent: set alert_smtp_host, alert_webhook or "
            "alert_telegram_url.",
        )
        return [_notice("alerts", said)]
    return findings.alerts([it for it in ALERT_STORE.sent(conn) if it.channel in chosen], WAYS)


def _people(conn: Connection) -> list[Finding]:
    """Nothing where somebody can make accounts; else how the first one gets one."""
    able = [
        it
        for it in everybody(conn)
        if it.account.role == Role.ADMINISTRATOR and it.account.is_active
    ]
    if able:
        return []
    said = Sentence(
        "Belum ada administrator: buat dengan central user add NAMA --role administrator.",
        "There is no administrator yet: central user add NAME --role administrator.",
    )
    return [_notice("people", said)]


def _openness(settings: CentralSettings) -> list[Finding]:
    """What is set in a way that a centre on a network should not be."""
    found = []
    if not settings.second_factor and settings.host not in LOOPBACK:
        said = Sentence(
            "Masuk tanpa kode kedua, padahal layanan dapat dicapai dari jaringan: hapus "
            "second_factor = false.",
            "People sign in without a second factor, and the network can reach the service: remove "
            "second_factor = false.",
        )
        found.append(_problem("second_factor", said, settings.host))
    if not settings.url:
        said = Sentence(
            "url belum diisi: undangan, umpan, dan dump memakai alamat yang kebetulan dipakai.",
            "url is not set: invitations, feeds and dumps say whatever address they were called "
            "by.",
        )
        found.append(_notice("url", said))
    return found


def _is_at_work(conn: Connection, centre: Centre) -> bool:
    """Whether something was decided a moment ago."""
    size = centre.logs.open(conn, centre.national_origin).tree.size
    newest = decisions.between(conn, max(0, size - 1), size)
    at = [datetime.fromisoformat(row.at) for row in newest if row.at is not None]
    return any(centre.clock.now() - it < ORDINARY_WORK for it in at)


def _is_just_sent(conn: Connection, centre: Centre, hub_ids: Collection[str]) -> bool:
    """Whether each of these hubs was heard a moment ago, so that what waits may be fresh."""
    since = centre.clock.now() - ORDINARY_WORK
    heard = {it.hub for it in hubs.everyone(conn) if it.last_seen_at and it.last_seen_at > since}
    return heard.issuperset(hub_ids)


def _ordinary(point: str, said: Sentence, detail: str, *, is_ordinary: bool) -> Finding:
    """What is good while the service is at it, and to be noticed once nobody is."""
    return _good(point, said, detail) if is_ordinary else _notice(point, said, detail)


def _good(point: str, said: Sentence, detail: str = "") -> Finding:
    return Finding(point=point, health=Health.GOOD, sentence=said, detail=detail)


def _notice(point: str, said: Sentence, detail: str = "") -> Finding:
    return Finding(point=point, health=Health.NOTICE, sentence=said, detail=detail)


def _problem(point: str, said: Sentence, detail: str = "") -> Finding:
    return Finding(point=point, health=Health.PROBLEM, sentence=said, detail=detail)
