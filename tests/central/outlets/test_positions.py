from central.outlets.positions import SEATS, seat_of
from protocol.innovation.reference import table


def test_every_province_has_a_seat_within_the_country() -> None:
    assert SEATS.keys() == table("regions")["provinces"].keys()
    for longitude, latitude in SEATS.values():
        assert 95 <= longitude <= 141.1
        assert -11 <= latitude <= 6


def test_a_kabupaten_is_shown_at_the_seat_of_its_province() -> None:
    assert seat_of("51.03") == seat_of("51") == (115.2, -8.7)


def test_what_names_no_province_has_no_place() -> None:
    assert seat_of("") is None
