"""`make screenshots` shows every screen of a node, also the one that was added yesterday."""

from deploy.screenshots.screens import AT_NEW, BEFORE, NO_SCREENS, STARTS, Screen, pages, screens

RECORD = "01900000-0000-7000-8000-000000000000"


def test_every_page_is_a_screen_or_is_said_to_be_none() -> None:
    assert {it.route for it in screens()} | NO_SCREENS.keys() == set(pages())


def test_every_screen_with_names_in_its_route_has_a_page_that_leads_to_it() -> None:
    lost = [it.route for it in screens() if "{" in it.route and not it.start]
    assert lost == [], "say in STARTS on which page there is a link to it"


def test_nothing_is_said_of_pages_that_are_gone() -> None:
    assert {*STARTS, *NO_SCREENS, *AT_NEW, *BEFORE} <= set(pages())


def test_no_two_screens_have_pictures_of_one_name() -> None:
    names = [it.name for it in screens()]
    assert len(names) == len(set(names))


def test_a_screen_is_found_by_the_first_link_to_what_it_belongs_to() -> None:
    screen = Screen(route="/inovasi/{record}/tarik", hub="51", start="/inovasi")
    links = ["/inovasi/baru", "/inovasi?state=draft", f"/inovasi/{RECORD}", "/inovasi/lain"]
    assert screen.address_on(links) == f"/inovasi/{RECORD}/tarik"
    assert screen.address_on(links[:2]) is None
