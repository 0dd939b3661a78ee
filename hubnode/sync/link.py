"""The centre over HTTP: every request that a hub makes of it.

Formats are those of tlog-mirror, tlog-witness and tlog-tiles; what is private to one hub is signed
by RFC 9421 (`runtime.http.identity`). Nothing is verified here: answers are bytes or plain values,
and `push` and `pull` check them. Nothing is retried here but a request that was dated by a wrong
clock; the schedule does the rest.

Every method raises `runtime.ports.Unreachable` or `hubnode.sync.answers.Refused`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hubnode.sync.answers import (
    ACCEPTED,
    CONFLICT,
    CREATED,
    NO_CONTENT,
    NOT_FOUND,
    NOT_MODIFIED,
    OK,
    HubView,
    Wanted,
    checked,
    code_of,
    expect,
    header,
    read_checkpoints,
    read_hub_view,
    read_size,
    read_wanted,
    recognised,
)
from hubnode.sync.centre_time import CentreTime
from protocol.canonical import Json, canonicalise
from protocol.checkpoints import Cosignature
from protocol.enrolment import (
    Adoption,
    EnrolAnswer,
    EnrolRequest,
    decode_enrol_answer,
    encode_adoption,
    encode_enrol_request,
)
from protocol.handback import HandBack, encode_hand_back
from protocol.keys import SigningKey
from protocol.mirror import (
    AddCheckpoint,
    MirrorInfo,
    decode_mirror_info,
    encode_add_checkpoint,
)
from protocol.tiles import TILE_WIDTH, Tile, bundle_path, decode_bundle, tile_path
from runtime.http.codings import encode_pieces
from runtime.http.identity import sign_request
from runtime.ports import Entropy, Request, Response, Transport

LogName = Literal["national", "own"]

_TEXT = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One run's conversation with the centre.

    Attributes:
        time: dates the private requests.
        log_key: signs them.
        fetched: tiles and partial bundles by address, which are immutable and asked for again
            within a run. Full bundles are not kept: a first pull may be a gigabyte of them.
        announced: content codings that the centre said it understands (RFC 7694).
    """

    transport: Transport
    time: CentreTime
    entropy: Entropy
    url: str
    authority: str
    epoch: int
    log_key: SigningKey
    fetched: dict[str, bytes] = field(default_factory=dict)
    announced: set[str] = field(default_factory=set)

    async def hub_view(
        self, *, instance: str = "", head: int = 0, good_s: int | None = None
    ) -> HubView:
        """Asks how the centre sees this hub.

        Args:
            instance: of this machine; "" to ask without saying so, and be told by anyone's right.
            head: entries of the own log that this machine knows to have been signed.
            good_s: seconds since its last run ended that went well; None where none has.
        """
        query = f"?instance={instance}&head={head}" if instance else ""
        if instance and good_s is not None:
            query += f"&good={good_s}"
        return read_hub_view(expect(await self._private("GET", f"/sync/v1/hub{query}"), OK))

    async def adopt(self, instance: str, *, former: str) -> None:
        """Tells the centre that the hub runs on this machine now, and no longer on `former`."""
        body = encode_adoption(Adoption(instance=instance, former=former))
        expect(await self._private("POST", "/sync/v1/adopt", body), NO_CONTENT)

    async def add_checkpoint(self, message: AddCheckpoint) -> int | None:
        """Offers a checkpoint: None when it was taken, else the size that the centre knows."""
        body = encode_add_checkpoint(message)
        response = await self._post("/sync/v1/add-checkpoint", body, {"Content-Type": _TEXT})
        if response.status == CONFLICT:
            return read_size(response.body)
        expect(response, OK)
        return None

    @property
    def coding(self) -> str:
        """The content coding for an upload: zstd where the centre announced it, else gzip."""
        return "zstd" if "zstd" in self.announced else "gzip"

    async def add_entries(self, body: bytes, coding: str) -> bytes | MirrorInfo:
        """Sends an upload of entry packages: the cosignature lines, or where to go on."""
        headers = {"Content-Type": _BYTES, "Content-Encoding": coding}
        response = await self._post("/sync/v1/add-entries", body, headers)
        if response.status in (ACCEPTED, CONFLICT):
            return checked(decode_mirror_info, response.body)
        return expect(response, OK)

    async def national_checkpoint(self, etag: str) -> tuple[bytes, str] | None:
        """The national checkpoint and its ETag, or None where it is still the one of `etag`.

        Empty where the centre has no national checkpoint at all.
        """
        headers = {"If-None-Match": etag} if etag else {}
        response = await self._get(f"{self._prefix('national')}/checkpoint", headers)
        if response.status == NOT_MODIFIED:
            return None
        if response.status == NOT_FOUND:
            return b"", ""
        return expect(response, OK), header(response, "ETag")

    async def own_checkpoint(self) -> bytes | None:
        """The mirror checkpoint of the own log, or None where the centre has none."""
        response = await self._private("GET", f"{self._prefix('own')}/checkpoint")
        return None if response.status == NOT_FOUND else expect(response, OK)

    async def tile(self, log: LogName, tile: Tile) -> bytes:
        """The bytes of a tile of either log."""
        return await self._immutable(log, tile_path(tile), keep=True)

    async def bundle(self, log: LogName, index: int, width: int) -> tuple[bytes, ...]:
        """The entries of an entry bundle of either log."""
        path = bundle_path(index, width)
        return checked(decode_bundle, await self._immutable(log, path, keep=width < TILE_WIDTH))

    async def cosign(self, size: int, cosignature: Cosignature) -> None:
        """Gives the centre this hub's cosignature on the national checkpoint of `size`."""
        body = encode_cosign(size, cosignature)
        response = await self._post("/sync/v1/cosign", body, {"Content-Type": _TEXT})
        expect(response, OK, CREATED, ACCEPTED, NO_CONTENT)

    async def hand_back(self, message: HandBack) -> Wanted | None:
        """Gives a centre entries of the national log that it lost: what it wants then.

        None from a centre that is not being recovered: it looks at the checkpoint alone.
        """
        body = encode_pieces([encode_hand_back(message)], self.coding)
        headers = {"Content-Type": _BYTES, "Content-Encoding": self.coding}
        answer = expect(await self._post("/sync/v1/hand-back", body, headers), OK, NO_CONTENT)
        return read_wanted(answer) if answer else None

    async def checkpoints(self) -> tuple[bytes, ...]:
        """The newest national checkpoint and older ones, with whoever cosigned each last."""
        return read_checkpoints(expect(await self._get("/api/v1/checkpoint", {}), OK))

    async def report(self, values: Mapping[str, Json]) -> None:
        """Tells the centre how this node is."""
        body = canonicalise(dict(values))
        expect(await self._private("POST", "/sync/v1/report", body), OK, ACCEPTED, NO_CONTENT)

    def _prefix(self, log: LogName) -> str:
        return f"/log/national/{self.epoch}" if log == "national" else "/sync/v1/mirror"

    async def _immutable(self, log: LogName, path: str, *, keep: bool) -> bytes:
        address = f"{self._prefix(log)}/{path}"
        if address in self.fetched:
            return self.fetched[address]
        own = log == "own"
        response = await (self._private("GET", address) if own else self._get(address, {}))
        body = expect(response, OK)
        if keep:
            self.fetched[address] = body
        return body

    async def _get(self, path: str, headers: Mapping[str, str]) -> Response:
        return await self._ask(
            Request(method="GET", url=self.url + path, headers=headers, body=b"")
        )

    async def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        return await self._ask(
            Request(method="POST", url=self.url + path, headers=headers, body=body)
        )

    async def _private(self, method: str, path: str, body: bytes = b"") -> Response:
        headers = {"Content-Type": "application/json"} if body else {}
        request = Request(method=method, url=self.url + path, headers=headers, body=body)
        response = await self._ask(self._signed(request))
        if code_of(response) == "request_expired" and self.time.learn(header(response, "Date")):
            response = await self._ask(self._signed(request))
        return response

    def _signed(self, request: Request) -> Request:
        return sign_request(
            request,
            key=self.log_key,
            authority=self.authority,
            now=self.time.now(),
            nonce=self.entropy.bytes(16),
        )

    async def _ask(self, request: Request) -> Response:
        response = recognised(await self.transport.request(request))
        self.announced.update(it.strip() for it in header(response, "Accept-Encoding").split(","))
        return response


def encode_cosign(size: int, cosignature: Cosignature) -> bytes:
    """The body of cosign: which national checkpoint, and the line that cosigns it."""
    return f"{size}\n{cosignature.line.text}".encode()


async def enrol(transport: Transport, url: str, request: EnrolRequest) -> EnrolAnswer:
    """Posts an enrolment request; the node has no identity to sign it with yet."""
    response = await transport.request(
        Request(
            method="POST",
            url=f"{url}/sync/v1/enrol",
            headers={"Content-Type": "application/json"},
            body=encode_enrol_request(request),
        )
    )
    return checked(decode_enrol_answer, expect(recognised(response), OK, CREATED))
