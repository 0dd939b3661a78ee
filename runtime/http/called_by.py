"""By which address a request called this service: what Host says, if a host can be called so."""

import re

from aiohttp import web

from runtime.http.problem_responses import Refused

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](?::[0-9]{1,5})?")
_PORT_MAX = 65_535


def called_by(request: web.Request) -> str:
    """Scheme, host and port, without a slash at the end.

    Raises:
        Refused: it was called by a name that no host has.
    """
    host = request.host
    port = host.rpartition(":")[2] if host[-1:].isdigit() and ":" in host else "0"
    if not _HOST.fullmatch(host) or int(port) > _PORT_MAX:
        raise Refused("request_malformed", detail="The header Host names no host.")
    return f"{request.scheme}://{host}"
