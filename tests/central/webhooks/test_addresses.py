import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.webhooks.addresses import WebhookRefused, check_url
from runtime.http.public_addresses import Reachable, parse_reachable

PUBLIC = Reachable()
INSIDE = parse_reachable(["127.0.0.1", "10.20.0.0/16", "fd00:1::/32"])


def code(url: str, reachable: Reachable = PUBLIC) -> str:
    try:
        check_url(url, reachable)
    except WebhookRefused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    "url",
    [
        "https://data.contoh.go.id",
        "https://data.contoh.go.id/jipp?kunci=rahasia",
        "https://data.contoh.go.id:443/",
        "https://data.contoh.go.id:8443/jipp",
        "https://1.1.1.1/jipp",
        "https://[2606:4700::1111]/jipp",
        "https://xn--bcher-kva.example/jipp",
    ],
)
def test_a_public_address_is_accepted(url: str) -> None:
    assert code(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
    ],
)
def test_an_address_of_the_inside_is_refused_by_its_name(url: str) -> None:
    assert code(url) == "webhook_address_refused"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "data.contoh.go.id",
        "//data.contoh.go.id/",
        "http://data.contoh.go.id/",
        "ftp://data.contoh.go.id/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "gopher://data.contoh.go.id/",
        "https://",
        "https:///jipp",
        "https://rina:rahasia@data.contoh.go.id/",
        "https://data.contoh.go.id@127.0.0.1/",
        "https://data.contoh.go.id/#bagian",
        "https://data.contoh.go.id\\@127.0.0.1/",
        "https://data.contoh.go.id:22/",
        "https://data.contoh.go.id:99999/",
        "https://data.contoh.go.id:a/",
        "https://localhost/",
        "https://penerima/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://-a.contoh.go.id/",
        "https://a..contoh.go.id/",
        "https://bücher.example/",
        "https://data.contoh.go.id/\r\nHost: lain",
        "https://data.contoh.go.id/ jipp",
        "https://data.contoh.go.id/" + "a" * 500,
    ],
)
def test_another_form_is_refused(url: str) -> None:
    assert code(url) in {"webhook_malformed", "webhook_address_refused"}


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000/jipp", "http://10.20.3.4/", "https://[fd00:1::5]:1234/"]
)
def test_an_address_that_the_settings_name_may_be_http_and_at_any_port(url: str) -> None:
    assert code(url, INSIDE) == ""


@pytest.mark.parametrize("url", ["http://10.21.0.1/", "http://data.contoh.go.id/"])
def test_what_they_do_not_name_may_not(url: str) -> None:
    assert code(url, INSIDE) != ""


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    for url in (text, f"https://{text}", f"https://a.test{text}"):
        assert code(url) in {"", "webhook_malformed", "webhook_address_refused"}
