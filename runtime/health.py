"""`/healthz` (the process lives) and `/readyz` (it can serve), as data and as answers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import orjson
from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that has to be so.

    Attributes:
        name: stable identifier.
        is_ok: whether it is so.
        sentence: what was found, in words.
    """

    name: str
    is_ok: bool
    sentence: str


Probe = Callable[[], Awaitable[Check]]


async def run_checks(probes: Sequence[Probe]) -> list[Check]:
    """Every check in order; one that fails to run at all counts as failed."""
    return [await _checked(probe) for probe in probes]


def live_response() -> web.Response:
    """What `/healthz` says: nothing but that the event loop turns."""
    return web.json_response(body=b'{"status":"ok"}', headers={"Cache-Control": "no-store"})


def ready_response(checks: Sequence[Check]) -> web.Response:
    """What `/readyz` says: 200 when every check holds, else 503."""
    is_ready = all(check.is_ok for check in checks)
    document = {
        "status": "ok" if is_ready else "unavailable",
        "checks": [
            {"name": check.name, "ok": check.is_ok, "sentence": check.sentence} for check in checks
        ],
    }
    return web.Response(
        status=200 if is_ready else 503,
        body=orjson.dumps(document),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


async def _checked(probe: Probe) -> Check:
    try:
        return await probe()
    except Exception as error:  # noqa: BLE001 - a probe that breaks is a finding, not a crash
        name = getattr(probe, "__name__", "check")
        return Check(name=name, is_ok=False, sentence=type(error).__name__)
