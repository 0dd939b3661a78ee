"""Every page of a node, with who may open it."""

from aiohttp import web

from hubnode.web import (
    accounts,
    alert_settings,
    answering_cases,
    backups,
    catalogue,
    deciding,
    draft_form,
    draft_signing,
    health,
    home,
    import_checks,
    import_columns,
    import_history,
    import_steps,
    imports,
    innovation_bulk,
    innovation_list,
    innovation_page,
    keys,
    network_settings,
    proposing,
    replicating,
    restoring,
    sample_data,
    schedule_settings,
    settings_page,
    signing_in,
    syncing,
    welcome,
)
from hubnode.web.of_hub import of_hub
from hubnode.web.site import SITE, Role, Site
from hubnode.web.visit import PageOf, for_role, for_signers, open_to_all, unmatched
from runtime.pages import assets, own_session

OPEN: tuple[tuple[str, str, PageOf], ...] = (
    ("GET", "/masuk", signing_in.ask),
    ("POST", "/masuk", signing_in.sign_in),
    ("GET", "/mulai", welcome.welcome),
    ("POST", "/mulai", welcome.make_first_account),
    ("POST", "/bahasa", own_session.choose_language),
)
FOR_ROLES: tuple[tuple[str, str, Role, PageOf], ...] = (
    ("POST", "/keluar", Role.EDITOR, own_session.sign_out),
    ("GET", "/mulai/pendaftaran", Role.OPERATOR, welcome.ask_invitation),
    ("POST", "/mulai/pendaftaran", Role.OPERATOR, welcome.take_invitation),
    ("GET", "/", Role.EDITOR, home.home),
    ("GET", "/sinkronisasi", Role.EDITOR, syncing.runs_page),
    ("GET", "/sinkronisasi/kemajuan", Role.EDITOR, syncing.live_part),
    ("POST", "/sinkronisasi/sekarang", Role.EDITOR, syncing.sync_now),
    ("POST", "/sinkronisasi/hentikan", Role.EDITOR, syncing.stop),
    ("GET", "/pengaturan", Role.EDITOR, settings_page.settings_page),
    ("GET", "/pengaturan/saya", Role.EDITOR, accounts.mine_page),
    ("POST", "/pengaturan/saya", Role.EDITOR, accounts.change_own_password),
    ("POST", "/pengaturan/saya/sesi", Role.EDITOR, accounts.end_session),
    ("GET", "/kesehatan", Role.EDITOR, health.health_page),
    ("POST", "/kesehatan", Role.OPERATOR, health.mend),
    ("GET", "/mulai/kunci", Role.OPERATOR, keys.ask_kit),
    ("POST", "/mulai/kunci", Role.OPERATOR, keys.take_kit),
    ("GET", "/mulai/cadangan", Role.OPERATOR, restoring.ask_backup),
    ("GET", "/mulai/pulih", Role.OPERATOR, restoring.restored_page),
    ("POST", "/mulai/pulih", Role.OPERATOR, restoring.adopt_here),
    ("GET", "/pengaturan/cadangan", Role.OPERATOR, backups.backups_page),
    ("POST", "/pengaturan/cadangan", Role.OPERATOR, backups.make),
    ("POST", "/pengaturan/cadangan/periksa", Role.OPERATOR, backups.check),
    ("GET", "/pengaturan/cadangan/{name}", Role.OPERATOR, backups.download),
    ("GET", "/pengaturan/kunci", Role.OPERATOR, keys.keys_page),
    ("POST", "/pengaturan/kunci/ganti", Role.OPERATOR, keys.rotate),
    ("POST", "/pengaturan/kunci/kit", Role.OPERATOR, keys.kit_page),
    ("GET", "/pengaturan/akun", Role.OPERATOR, accounts.accounts_page),
    ("POST", "/pengaturan/akun", Role.OPERATOR, accounts.add),
    ("POST", "/pengaturan/akun/{name}", Role.OPERATOR, accounts.change),
    ("POST", "/pengaturan/akun/{name}/kata-sandi", Role.OPERATOR, accounts.reset_password),
    # Keputusan: everybody looks; what is signed there is in SIGNED.
    ("GET", "/keputusan", Role.EDITOR, deciding.list_page),
    ("GET", "/keputusan/benturan/{record}/{field}", Role.EDITOR, deciding.conflict_page),
    ("GET", r"/keputusan/usulan/{place:\d{1,15}}", Role.EDITOR, deciding.proposal_page),
    ("GET", r"/keputusan/perubahan/{number:\d{1,15}}", Role.EDITOR, deciding.change_page),
    # Katalog nasional, and what is begun from it.
    ("GET", "/katalog", Role.EDITOR, catalogue.catalogue_page),
    ("GET", "/katalog/bandingkan", Role.EDITOR, catalogue.compare_page),
    ("GET", "/katalog/{record}", Role.EDITOR, catalogue.innovation_page),
    ("GET", "/katalog/{record}/usul", Role.EDITOR, proposing.ask_proposal),
    ("GET", "/katalog/{record}/replikasi", Role.EDITOR, replicating.ask_interest),
    ("GET", "/replikasi", Role.EDITOR, replicating.list_page),
    ("GET", "/replikasi/{replication}", Role.EDITOR, replicating.replication_page),
    ("POST", "/replikasi/{replication}/draf", Role.EDITOR, replicating.make_draft),
)
SETTINGS: tuple[tuple[str, str, Role, PageOf], ...] = (
    ("GET", "/pengaturan/jadwal", Role.OPERATOR, schedule_settings.schedule_page),
    ("POST", "/pengaturan/jadwal", Role.OPERATOR, schedule_settings.save),
    ("GET", "/pengaturan/jaringan", Role.OPERATOR, network_settings.network_page),
    ("POST", "/pengaturan/jaringan", Role.OPERATOR, network_settings.save),
    ("GET", "/pengaturan/pemberitahuan", Role.OPERATOR, alert_settings.alerts_page),
    ("POST", "/pengaturan/pemberitahuan", Role.OPERATOR, alert_settings.save),
    ("POST", "/pengaturan/pemberitahuan/uji", Role.OPERATOR, alert_settings.test),
    ("POST", "/pengaturan/cadangan/jadwal", Role.OPERATOR, backups.schedule),
)
"""What a page writes into the settings."""

IMPORTS: tuple[tuple[str, str, Role, PageOf], ...] = (
    ("GET", "/impor", Role.EDITOR, imports.imports_page),
    ("GET", "/impor/templat.xlsx", Role.EDITOR, imports.template),
    ("GET", "/impor/riwayat/{number:[0-9]{1,9}}", Role.EDITOR, import_history.past_import_page),
    ("GET", "/impor/riwayat/{number:[0-9]{1,9}}/batal", Role.EDITOR, import_history.ask_undo),
    ("GET", "/impor/riwayat/{number:[0-9]{1,9}}/kemajuan", Role.EDITOR, import_history.live_part),
    ("GET", "/impor/{id:[0-9a-f]{16}}", Role.EDITOR, import_steps.upload_page),
    ("GET", "/impor/{id:[0-9a-f]{16}}/kemajuan", Role.EDITOR, import_steps.live_part),
    ("POST", "/impor/{id:[0-9a-f]{16}}/lanjut", Role.EDITOR, import_steps.go_on),
    ("POST", "/impor/{id:[0-9a-f]{16}}/letak", Role.EDITOR, import_steps.choose_place),
    ("POST", "/impor/{id:[0-9a-f]{16}}/buang", Role.EDITOR, imports.discard),
    ("GET", "/impor/{id:[0-9a-f]{16}}/kolom", Role.EDITOR, import_columns.columns_page),
    ("POST", "/impor/{id:[0-9a-f]{16}}/kolom", Role.EDITOR, import_columns.save_columns),
    ("POST", "/impor/{id:[0-9a-f]{16}}/pemetaan", Role.EDITOR, import_columns.choose_mapping),
    ("GET", "/impor/{id:[0-9a-f]{16}}/salah", Role.EDITOR, import_checks.faults_page),
    ("POST", "/impor/{id:[0-9a-f]{16}}/salah", Role.EDITOR, import_checks.correct),
    ("GET", "/impor/{id:[0-9a-f]{16}}/salah.{ending}", Role.EDITOR, import_checks.marked_file),
    ("POST", "/impor/{id:[0-9a-f]{16}}/samarkan", Role.EDITOR, import_checks.mask),
)
"""Impor: files are brought and mended; letting them in is in SIGNED."""

STREAMED: tuple[tuple[str, str, Role, PageOf], ...] = (
    ("POST", "/impor", Role.EDITOR, imports.upload),
    ("POST", "/mulai/cadangan", Role.OPERATOR, restoring.take_backup),
)
"""Forms with a large file, which their page reads as it comes."""

INNOVATIONS: tuple[tuple[str, str, Role, PageOf], ...] = tuple(
    (method, path, role, of_hub(page_of))
    for method, path, role, page_of in (
        ("GET", "/inovasi", Role.EDITOR, innovation_list.list_page),
        ("POST", "/inovasi/pilihan", Role.EDITOR, innovation_bulk.act),
        ("GET", "/inovasi/baru", Role.EDITOR, draft_form.new_draft),
        ("GET", "/inovasi/draf/{draft}", Role.EDITOR, draft_form.form_page),
        ("POST", "/inovasi/draf/{draft}", Role.EDITOR, draft_form.save_form),
        ("POST", "/inovasi/draf/{draft}/simpan", Role.EDITOR, draft_form.autosave),
        ("POST", "/inovasi/draf/{draft}/periksa", Role.EDITOR, draft_form.check_form),
        ("GET", "/inovasi/draf/{draft}/buang", Role.EDITOR, draft_form.ask_discard),
        ("POST", "/inovasi/draf/{draft}/buang", Role.EDITOR, draft_form.discard),
        ("GET", "/inovasi/draf/{draft}/terbit", Role.EDITOR, draft_signing.sign_page),
        ("POST", "/inovasi/draf/{draft}/terbit", Role.EDITOR, draft_signing.sign),
        ("POST", "/inovasi/draf/{draft}/kembalikan", Role.APPROVER, draft_signing.return_draft),
        ("POST", "/contoh", Role.EDITOR, sample_data.load),
        ("POST", "/contoh/hapus", Role.EDITOR, sample_data.remove),
        ("GET", "/inovasi/{record}", Role.EDITOR, innovation_page.show),
        ("GET", "/inovasi/{record}/ubah", Role.EDITOR, draft_form.edit_record),
        ("GET", "/inovasi/{record}/tarik", Role.EDITOR, innovation_page.ask_withdraw),
        ("GET", "/inovasi/{record}/tampilkan", Role.EDITOR, innovation_page.ask_restore),
        ("POST", "/inovasi/{record}/kontak", Role.EDITOR, innovation_page.add_contact),
        ("POST", "/inovasi/{record}/kontak/hapus", Role.EDITOR, innovation_page.remove_contact),
    )
)
"""Inovasi and Formulir."""

SIGNED: tuple[tuple[str, PageOf], ...] = (
    ("/keputusan/benturan/{record}/{field}", answering_cases.end_conflict),
    (r"/keputusan/usulan/{place:\d{1,15}}", answering_cases.answer_proposal),
    (r"/keputusan/perubahan/{number:\d{1,15}}/urung", answering_cases.undo_change),
    ("/katalog/{record}/usul", proposing.propose),
    ("/katalog/{record}/replikasi", replicating.say_interest),
    ("/replikasi/{replication}", replicating.take_step),
    ("/impor/{id:[0-9a-f]{16}}/impor", import_checks.import_file),
    ("/impor/riwayat/{number:[0-9]{1,9}}/batal", import_history.undo),
    ("/inovasi/pilihan/tarik", of_hub(innovation_bulk.withdraw)),
    ("/inovasi/{record}/masih-benar", of_hub(innovation_page.attest)),
    ("/inovasi/{record}/tarik", of_hub(innovation_page.withdraw)),
    ("/inovasi/{record}/tampilkan", of_hub(innovation_page.restore)),
)
"""Forms that sign a change without a draft: `hubnode.web.signing_rights` says who may."""


def add_pages(app: web.Application, site: Site) -> None:
    """Serves them."""
    app[SITE] = site
    app.middlewares.append(unmatched)
    assets.add_routes(app)
    for method, path, page_of in OPEN:
        app.router.add_route(method, path, open_to_all(page_of))
    for method, path, role, page_of in STREAMED:
        app.router.add_route(method, path, for_role(role, page_of, streams=True))
    app.on_shutdown.append(site.imports.stop)
    for method, path, role, page_of in (*FOR_ROLES, *SETTINGS, *IMPORTS, *INNOVATIONS):
        app.router.add_route(method, path, for_role(role, page_of))
    for path, page_of in SIGNED:
        app.router.add_route("POST", path, for_signers(page_of))
