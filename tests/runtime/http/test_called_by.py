import pytest
from aiohttp.test_utils import make_mocked_request

from runtime.http.called_by import called_by
from runtime.http.problem_responses import Refused


@pytest.mark.parametrize(
    "host", ["pusat.contoh.go.id", "127.0.0.1:8800", "[::1]", "[::1]:8800", "localhost:65535"]
)
def test_a_host_is_taken_at_its_word(host: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Host": host})
    assert called_by(request) == f"http://{host}"


@pytest.mark.parametrize(
    "host", ["", "contoh:99999", "contoh/<x>", "a b", "contoh:", "[::1", "x" * 254, "contoh:\u0661"]
)
def test_what_no_host_is_called_is_refused(host: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Host": host})
    with pytest.raises(Refused):
        called_by(request)
