"""Settings in forms: what was typed, what is wrong with it beside its field, and keeping it."""

from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

from hubnode.live_settings import LiveSettings, shown_value
from hubnode.settings_file import Value
from hubnode.web.failures import errno_name
from hubnode.web.visit import Visit
from runtime.pages.translating import msg
from runtime.settings import SettingsRefused

GENERAL = ""
"""Stands for a field where a fault belongs to none of the form."""

_FAULTS: Mapping[str, str] = {
    "alert_to": msg("Tulis alamat surat seperti dinas@contoh.go.id, satu di setiap baris."),
    "alert_from": msg("Tulis alamat surat seperti node@contoh.go.id."),
    "alert_smtp_host": msg(
        "Surat memerlukan nama server, pengirim, dan paling sedikit satu penerima."
    ),
    "alert_smtp_port": msg("Nomor port adalah angka dari 1 sampai 65535, biasanya 587 atau 465."),
    "alert_smtp_security": msg("Kata sandi tidak dikirim tanpa enkripsi. Pilih STARTTLS atau TLS."),
    "alert_webhook": msg(
        "Alamat dimulai dengan https://, atau http:// bila penerimanya di mesin ini."
    ),
    "backups_kept": msg("Simpan 1 sampai 100 cadangan."),
    "proxy": msg("Tulis alamat proksi HTTP, misalnya http://proxy.kantor.go.id:3128."),
    "schedule_interval_s": msg("Pilih 1 menit sampai 7 hari (10080 menit)."),
    "schedule_cron": msg("Baris cron terdiri dari lima bagian, misalnya 0 1,7,13 * * *."),
}
"""By setting. What the settings themselves say of a fault is for who types the file."""


def shown(kept: LiveSettings, names: Iterable[str]) -> dict[str, str]:
    """What stands in the fields of a form now."""
    return {name: shown_value(kept.now, name) for name in names}


def typed(visit: Visit, names: Iterable[str]) -> dict[str, str]:
    """What somebody typed into these fields."""
    return {name: visit.text(name) for name in names}


def whole_number(text: str) -> int:
    """The number that was typed; -1, which no setting takes, where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1  # noqa: PLR2004


def kept_faults(visit: Visit, values: Mapping[str, Value]) -> dict[str, str]:
    """Keeps these settings; what is wrong with them by field where nothing was kept."""
    try:
        visit.site.kept.change(values)
    except SettingsRefused as refused:
        return faults_of(visit, refused)
    except OSError as error:
        said = visit.say("Berkas pengaturan tidak dapat ditulis; tidak ada yang berubah.")
        return {GENERAL: f"{said} ({errno_name(error)})"}
    return {}


def faults_of(visit: Visit, refused: SettingsRefused) -> dict[str, str]:
    """What was refused, by field."""
    found = {}
    for fault in refused.faults:
        name = fault.partition(":")[0].partition(".")[0]
        sentence = _FAULTS.get(name)
        if sentence is not None:
            found[name] = visit.say(sentence)
        else:
            said = visit.say("Berkas node.toml tidak dapat dipakai; tidak ada yang berubah.")
            found[GENERAL] = f"{said} ({fault})"
    return found


async def setting_page(
    visit: Visit, template: str, *, values: dict[str, str], faults: dict[str, str], **more: Any
) -> web.Response:
    """The page of a form of settings; 422 where something is wrong with what was typed."""
    return await visit.hub_page(
        template,
        here="settings",
        status=422 if faults else 200,
        values=values,
        faults=faults,
        fixed=visit.site.kept.fixed,
        **more,
    )
