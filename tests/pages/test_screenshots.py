"""`make screenshots` shows every screen of both services, also the one that was added yesterday."""

from types import ModuleType

import pytest

from deploy.screenshots import centre_screens, node_screens
from deploy.screenshots.node_screens import AT_NEW, BEFORE
from deploy.screenshots.screen import Screen

RECORD = "01900000-0000-7000-8000-000000000000"

SERVICES = pytest.mark.parametrize("service", [node_screens, centre_screens])


@SERVICES
def test_every_page_is_a_screen_or_is_said_to_be_none(service: ModuleType) -> None:
    shown = {it.route for it in service.screens()}
    assert shown | service.NO_SCREENS.keys() == set(service.pages())


@SERVICES
def test_every_screen_with_names_in_its_route_has_a_page_leading_to_it(
    service: ModuleType,
) -> None:
    lost = [it.route for it in service.screens() if "{" in it.route and not it.start]
    assert lost == [], "say in STARTS on which page there is a link to it"


@SERVICES
def test_nothing_is_said_of_pages_that_are_gone(service: ModuleType) -> None:
    assert {*service.STARTS, *service.NO_SCREENS} <= set(service.pages())


def test_no_screen_of_the_wizard_is_gone() -> None:
    assert {*AT_NEW, *BEFORE} <= set(node_screens.pages())


def test_no_two_screens_have_pictures_of_one_name() -> None:
    every = (*node_screens.screens(), *centre_screens.screens())
    names = [it.name for it in every]
    names += [it[0] for it in (*node_screens.MORE, *centre_screens.MORE)]
    assert len(names) == len(set(names))


def test_a_screen_is_found_by_the_first_link_to_what_it_belongs_to() -> None:
    screen = Screen(route="/inovasi/{record}/tarik", at="51", start="/inovasi")
    links = ["/inovasi/baru", "/inovasi?state=draft", f"/inovasi/{RECORD}", "/inovasi/lain"]
    assert screen.address_on(links) == f"/inovasi/{RECORD}/tarik"
    assert screen.address_on(links[:2]) is None
