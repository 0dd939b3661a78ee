"""Every page of the centre, with who may open it."""

from aiohttp import web

from central.web import (
    accounts,
    audit,
    awards,
    campaign_list,
    campaign_opening,
    campaign_page,
    campaign_records,
    comparison,
    conflict_case,
    conflict_list,
    conflict_rules,
    decision,
    dictionary,
    duplicate_list,
    duplicate_pair,
    enrolment,
    gaps,
    health,
    held_case,
    held_group,
    held_list,
    hub_acts,
    hub_list,
    hub_page,
    innovation,
    inviting_again,
    mine,
    national_map,
    open_data,
    overview,
    quality,
    reverting,
    searching,
    signing_in,
    tokens,
    trail,
    webhooks,
)
from central.web.rights import Right
from central.web.serving import for_members, for_right, open_to_all, readable
from central.web.site import SITE, Site
from central.web.visit import PageOf
from runtime.pages import assets, own_session

PUBLIC: tuple[tuple[str, PageOf], ...] = (
    ("/", searching.search_page),
    ("/metadata", dictionary.dictionary_page),
    ("/inovasi/{record}", innovation.innovation_page),
    ("/inovasi/{record}/kutipan.bib", innovation.bibtex_file),
    ("/inovasi/{record}/kutipan.ris", innovation.ris_file),
    ("/bandingkan", comparison.comparison_page),
    ("/peta", national_map.map_page),
    ("/celah", gaps.gaps_page),
    ("/data", open_data.open_data_page),
)
"""For everybody, and the same for everybody."""

OPEN: tuple[tuple[str, str, PageOf], ...] = (
    ("GET", "/masuk", signing_in.ask),
    ("POST", "/masuk", signing_in.sign_in),
    ("GET", "/masuk/kode", signing_in.ask_code),
    ("POST", "/masuk/kode", signing_in.take_code),
    ("POST", "/bahasa", own_session.choose_language),
)
MINE: tuple[tuple[str, str, PageOf], ...] = (
    ("POST", "/keluar", own_session.sign_out),
    ("GET", "/pusat/saya", mine.mine_page),
    ("POST", "/pusat/saya", mine.change_own_password),
    ("POST", "/pusat/saya/sesi", mine.end_session),
    ("GET", "/pusat/saya/faktor-kedua", mine.factor_page),
    ("POST", "/pusat/saya/faktor-kedua", mine.begin_factor),
    ("POST", "/pusat/saya/faktor-kedua/kode", mine.confirm_factor),
)
"""About oneself: also for whoever has yet to set up the second factor."""

DESK: tuple[tuple[str, str, Right, PageOf], ...] = (
    ("GET", "/pusat", Right.LOOK, overview.overview_page),
)
STAFF: tuple[tuple[str, str, Right, PageOf], ...] = (
    ("GET", "/pusat/akun", Right.ADMINISTER, accounts.accounts_page),
    ("POST", "/pusat/akun", Right.ADMINISTER, accounts.add),
    ("GET", "/pusat/akun/{name}", Right.ADMINISTER, accounts.account_page),
    ("POST", "/pusat/akun/{name}", Right.ADMINISTER, accounts.change),
    ("POST", "/pusat/akun/{name}/kata-sandi", Right.ADMINISTER, accounts.reset_password),
    (
        "POST",
        "/pusat/akun/{name}/faktor-kedua",
        Right.ADMINISTER,
        accounts.remove_second_factor,
    ),
)
SYSTEMS: tuple[tuple[str, str, Right, PageOf], ...] = (
    ("GET", "/pusat/token", Right.ADMINISTER, tokens.tokens_page),
    ("POST", "/pusat/token", Right.ADMINISTER, tokens.create),
    ("POST", "/pusat/token/{token}/cabut", Right.ADMINISTER, tokens.revoke),
    ("GET", "/pusat/webhook", Right.ADMINISTER, webhooks.webhooks_page),
    ("POST", "/pusat/webhook", Right.ADMINISTER, webhooks.add),
    ("GET", "/pusat/webhook/{webhook}", Right.ADMINISTER, webhooks.webhook_page),
    ("POST", "/pusat/webhook/{webhook}/coba", Right.ADMINISTER, webhooks.try_out),
    ("POST", "/pusat/webhook/{webhook}/aktifkan", Right.ADMINISTER, webhooks.enable),
    ("POST", "/pusat/webhook/{webhook}/hapus", Right.ADMINISTER, webhooks.remove),
    (
        "POST",
        "/pusat/webhook/{webhook}/kiriman/{number}",
        Right.ADMINISTER,
        webhooks.redeliver,
    ),
)
"""Other systems: what they may read, and where they are told."""

CASES: tuple[tuple[str, str, Right, PageOf], ...] = (
    ("GET", "/pusat/benturan", Right.LOOK, conflict_list.conflicts_page),
    ("GET", "/pusat/benturan/aturan", Right.DECIDE, conflict_rules.rules_page),
    ("POST", "/pusat/benturan/aturan", Right.DECIDE, conflict_rules.resolve_by_rule),
    ("GET", "/pusat/benturan/{record}", Right.LOOK, conflict_case.record_page),
    ("GET", "/pusat/benturan/{record}/{field}", Right.LOOK, conflict_case.conflict_page),
    ("POST", "/pusat/benturan/{record}/{field}", Right.DECIDE, conflict_case.end_conflict),
    ("GET", "/pusat/dugaan-ganda", Right.LOOK, duplicate_list.duplicates_page),
    ("GET", "/pusat/dugaan-ganda/putusan", Right.LOOK, duplicate_list.judged_page),
    ("GET", "/pusat/dugaan-ganda/{record}/{other}", Right.LOOK, duplicate_pair.pair_page),
    ("POST", "/pusat/dugaan-ganda/{record}/{other}", Right.DECIDE, duplicate_pair.judge),
    ("POST", "/pusat/dugaan-ganda/{record}/{other}/urung", Right.DECIDE, duplicate_pair.undo),
    ("GET", "/pusat/ditahan", Right.LOOK, held_list.held_page),
    ("GET", "/pusat/ditahan/banyak", Right.DECIDE, held_group.group_page),
    ("POST", "/pusat/ditahan/banyak", Right.DECIDE, held_group.rule_on_all),
    ("GET", "/pusat/ditahan/{place}", Right.LOOK, held_case.change_page),
    ("POST", "/pusat/ditahan/{place}", Right.DECIDE, held_case.rule),
    ("GET", "/pusat/kampanye", Right.LOOK, campaign_list.campaigns_page),
    ("GET", "/pusat/kampanye-baru", Right.DECIDE, campaign_opening.new_page),
    ("POST", "/pusat/kampanye-baru", Right.DECIDE, campaign_opening.open_campaign),
    ("GET", "/pusat/kampanye/{campaign}", Right.LOOK, campaign_page.campaign_page),
    ("GET", "/pusat/kampanye/{campaign}/inovasi", Right.LOOK, campaign_records.records_page),
    ("GET", "/pusat/kampanye/{campaign}/laporan", Right.LOOK, campaign_page.report),
    ("POST", "/pusat/kampanye/{campaign}/tutup", Right.DECIDE, campaign_page.close),
    ("GET", "/pusat/mutu", Right.LOOK, quality.quality_page),
    ("GET", "/pusat/mutu/inovasi", Right.LOOK, quality.records_page),
    ("GET", "/pusat/mutu/penghargaan", Right.LOOK, awards.awards_page),
    ("POST", "/pusat/mutu/penghargaan", Right.DECIDE, awards.rule),
    ("GET", "/pusat/kembalikan", Right.DECIDE, reverting.revert_page),
    ("POST", "/pusat/kembalikan", Right.DECIDE, reverting.give_back),
    ("GET", "/pusat/jejak", Right.LOOK, trail.trail_page),
    ("GET", "/pusat/jejak/berkas", Right.LOOK, trail.trail_file),
    ("GET", "/pusat/jejak/tindakan", Right.LOOK, audit.acts_page),
    ("GET", "/pusat/jejak/tindakan/berkas", Right.LOOK, audit.acts_file),
    ("GET", "/pusat/jejak/{place}", Right.LOOK, decision.decision_page),
    ("GET", "/pusat/jejak/{place}/bukti", Right.LOOK, decision.proof),
    ("POST", "/pusat/jejak/{place}/urung", Right.DECIDE, decision.take_back),
)
FEDERATION: tuple[tuple[str, str, Right, PageOf], ...] = (
    ("GET", "/pusat/hub", Right.LOOK, hub_list.hubs_page),
    ("GET", "/pusat/hub/{hub}", Right.LOOK, hub_page.hub_page),
    ("POST", "/pusat/hub/{hub}/sasaran", Right.ADMIT, hub_page.set_target),
    ("GET", "/pusat/hub/{hub}/undang-ulang", Right.ADMIT, inviting_again.ask),
    ("POST", "/pusat/hub/{hub}/undang-ulang", Right.ADMIT, inviting_again.with_new_keys),
    ("POST", "/pusat/hub/{hub}/undang-lagi", Right.ADMIT, inviting_again.with_same_keys),
    ("GET", "/pusat/hub/{hub}/{act}", Right.ADMIT, hub_acts.ask),
    ("POST", "/pusat/hub/{hub}/{act}", Right.ADMIT, hub_acts.do),
    ("GET", "/pusat/pendaftaran", Right.LOOK, enrolment.enrolment_page),
    ("POST", "/pusat/pendaftaran", Right.ADMIT, enrolment.invite),
    ("POST", "/pusat/pendaftaran/{hub}/batal", Right.ADMIT, enrolment.withdraw),
    ("GET", "/pusat/kesehatan", Right.LOOK, health.health_page),
    ("POST", "/pusat/kesehatan/uji", Right.ADMINISTER, health.try_alerts),
)
FOR_RIGHTS = (*DESK, *STAFF, *CASES, *FEDERATION, *SYSTEMS)
"""The centre's desk."""


def add_pages(app: web.Application, site: Site) -> None:
    """Serves them."""
    app[SITE] = site
    app.middlewares.append(readable)
    assets.add_routes(app)
    for path, page_of in PUBLIC:
        app.router.add_get(path, open_to_all(page_of))
    for method, path, page_of in OPEN:
        app.router.add_route(method, path, open_to_all(page_of))
    for method, path, page_of in MINE:
        app.router.add_route(method, path, for_members(page_of))
    for method, path, right, page_of in FOR_RIGHTS:
        app.router.add_route(method, path, for_right(right, page_of))
