"""Third-party signature vectors, read in place: Wycheproof, CCTV, "Taming the many EdDSAs"."""

from typing import Any

from protocol.canonical import parse
from protocol.keys import verify
from tests.support.shared import SHARED, needs_shared

VECTORS = SHARED / "vectors"


def _load(path: str) -> Any:
    return parse((VECTORS / path).read_bytes(), size_max=2**24)


@needs_shared("vectors/wycheproof")
def test_verify_agrees_with_every_wycheproof_case() -> None:
    cases = [
        (bytes.fromhex(group["publicKey"]["pk"]), test)
        for group in _load("wycheproof/ed25519_test.json")["testGroups"]
        for test in group["tests"]
    ]
    wrong = [
        test["tcId"]
        for key, test in cases
        if verify(key, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
        != (test["result"] == "valid")
    ]
    assert (len(cases), wrong) == (151, [])


@needs_shared("vectors/cctv-ed25519")
def test_verify_accepts_exactly_one_of_the_914_edge_cases() -> None:
    accepted = [
        case["number"]
        for case in _load("cctv-ed25519/ed25519vectors.json")
        if verify(bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"]))
    ]
    assert accepted == [305]


@needs_shared("vectors/ed25519-speccheck")
def test_verify_accepts_none_of_the_speccheck_cases() -> None:
    cases = _load("ed25519-speccheck/cases.json")
    accepted = [
        case
        for case in cases
        if verify(
            bytes.fromhex(case["pub_key"]),
            bytes.fromhex(case["message"]),
            bytes.fromhex(case["signature"]),
        )
    ]
    assert (len(cases), accepted) == (12, [])
