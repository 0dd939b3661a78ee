"""Where hubs submit their logs: add-checkpoint and add-entries, as tlog-mirror writes them.

Every status is the specification's: 404 unknown origin, 403 no valid signature, 400 malformed,
409 with the size or the mirror-info to go on from, 422 a proof that does not hold, 202 a prefix.
"""

import asyncio

from aiohttp import web

from central import intake
from central.api.parts import CENTRE, RECONCILER, TEXT_TYPE
from central.centre import Centre
from protocol.errors import MalformedEntries, ProofRefused
from protocol.limits import (
    ENTRY_BYTES_MAX,
    NOTE_BYTES_MAX,
    PACKAGE_ENTRIES,
    REQUEST_PACKAGES_MAX,
)
from protocol.mirror import (
    EntriesDecoder,
    EntriesHeader,
    MirrorInfo,
    Package,
    decode_add_checkpoint,
    encode_mirror_info,
)
from protocol.witness import SizeConflict
from runtime.http.body import Patience, read_body, stream_body
from runtime.http.budget import ByteBudget
from runtime.http.problem_responses import Refused

CHECKPOINT_BYTES_MAX = NOTE_BYTES_MAX + 8_192
"""A note, and the old size with 63 hashes before it."""

ENTRIES_BYTES_MAX = 8_192 + REQUEST_PACKAGES_MAX * (PACKAGE_ENTRIES * (ENTRY_BYTES_MAX + 2) + 2_048)
"""32 packages of the largest entries; few of them are in memory at once."""

WAITING_BYTES_MAX = 4 * 1_048_576
"""Entries that are read ahead while others are being kept; those that wait are kept together. A
bound in bytes, because nothing of them is verified yet."""

UNVERIFIED_BYTES_MAX = 64 * 1_048_576
"""Entries of all uploads together that nobody has verified yet: strangers may send them."""

BUDGET: web.AppKey[ByteBudget] = web.AppKey("budget", ByteBudget)

SIZE_TYPE = "text/x.tlog.size"
MIRROR_INFO_TYPE = "text/x.tlog.mirror-info"


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app[BUDGET] = ByteBudget(UNVERIFIED_BYTES_MAX)
    app.router.add_post("/sync/v1/add-checkpoint", add_checkpoint)
    app.router.add_post("/sync/v1/add-entries", add_entries)


async def add_checkpoint(request: web.Request) -> web.Response:
    """Moves the pending checkpoint of a hub's log; the body of the answer is empty."""
    message = decode_add_checkpoint(await read_body(request, limit_bytes=CHECKPOINT_BYTES_MAX))
    centre = request.app[CENTRE]
    try:
        await centre.db.run(lambda conn: intake.add_checkpoint(conn, centre, message))
    except SizeConflict as conflict:
        body = b"%d\n" % conflict.size
        return web.Response(status=409, body=body, headers={"Content-Type": SIZE_TYPE})
    except ProofRefused:
        # validly signed and not consistent: it may prove that the hub signed two histories
        await centre.db.run(lambda conn: intake.keep_equivocation(conn, centre, message))
        raise
    return web.Response(status=200)


async def add_entries(request: web.Request) -> web.Response:
    """Keeps the packages of a hub's log as they arrive, and cosigns when none is missing."""
    incoming = _Incoming(request.app[CENTRE], request.app[BUDGET])
    try:
        await incoming.receive(request)
        answer = await incoming.finish()
    except intake.UploadConflict as conflict:
        return _mirror_info(409, conflict.info)
    finally:
        await incoming.close()
        request.app[RECONCILER].wake()  # not before: the sender waits for its receipt
    if isinstance(answer, MirrorInfo):
        return _mirror_info(202, answer)
    return web.Response(body=answer, headers={"Content-Type": TEXT_TYPE})


class _Incoming:
    """One add-entries request while its body arrives: packages are kept while the next are read."""

    def __init__(self, centre: Centre, budget: ByteBudget) -> None:
        self._centre = centre
        self._budget = budget
        self._upload: intake.Upload | None = None
        self._waiting: list[Package] = []
        self._waiting_bytes = 0
        self._keeping_bytes = 0
        self._decoding_bytes = 0
        self._keeping: asyncio.Task[None] | None = None
        self._kept_count = 0
        self._is_empty = False
        self._fault: Refused | MalformedEntries | None = None

    async def receive(self, request: web.Request) -> None:
        """Reads until the body ends, breaks, or holds as many packages as a request may.

        A body that breaks is not an error yet: what arrived before is kept, and the answer to the
        sender is where to go on ("add-entries", Processing).
        """
        decoder = EntriesDecoder()
        read_count = 0
        patience = Patience()  # a reader that waits for a silent sender has to let go too
        self._budget.enter(self, give_up=patience.end)
        try:
            async for data in stream_body(
                request, limit_bytes=ENTRIES_BYTES_MAX, patience=patience
            ):
                for item in decoder.feed(data):
                    read_count += isinstance(item, Package)
                    await self._take(item)
                self._decoding_bytes = decoder.held_bytes
                self._hold()
                if read_count >= REQUEST_PACKAGES_MAX:
                    break
        except (MalformedEntries, Refused) as fault:
            if isinstance(fault, MalformedEntries) and decoder.is_finished:
                raise  # bytes behind the last package: not a prefix of anything
            self._fault = fault.with_traceback(None)  # which would keep the decoder in memory
            self._decoding_bytes = 0
            if not self._budget.counts(self):
                self._fault = Refused("busy")
                self._waiting.clear()  # to be free of it at once; the sender goes on from there
        await self._keep_waiting()
        await self._kept()

    async def finish(self) -> bytes | MirrorInfo:
        """The cosignature lines, or where to go on.

        Raises:
            Refused, MalformedEntries: nothing was kept, because of this.
        """
        centre, upload = self._centre, self._upload
        if upload is None or not (self._kept_count or self._is_empty):
            raise self._fault or Refused("body_truncated")
        return await centre.db.run(lambda conn: intake.finish(conn, centre, upload))

    async def close(self) -> None:
        """Ends the request, however it ended: what is being kept counts until it is kept."""
        try:
            if self._keeping is not None:
                await asyncio.shield(asyncio.gather(self._keeping, return_exceptions=True))
        finally:
            self._budget.release(self)

    def _hold(self) -> None:
        """Says what is held here unverified.

        Raises:
            Refused: it has to be let go.
        """
        count = self._waiting_bytes + self._keeping_bytes + self._decoding_bytes
        self._budget.hold(self, count)

    async def _take(self, item: EntriesHeader | Package) -> None:
        centre = self._centre
        if isinstance(item, EntriesHeader):
            self._is_empty = item.start == item.end
            self._upload = await centre.db.read(
                lambda conn: intake.begin_entries(conn, centre, item)
            )
            return
        self._waiting.append(item)
        self._waiting_bytes += sum(map(len, item.entries))
        is_idle = self._keeping is None or self._keeping.done()
        if is_idle or self._waiting_bytes >= WAITING_BYTES_MAX:
            await self._keep_waiting()

    async def _keep_waiting(self) -> None:
        """Begins to keep what waits, once what was begun before is kept."""
        await self._kept()
        if self._waiting:
            packages, self._waiting = self._waiting, []
            self._keeping_bytes, self._waiting_bytes = self._waiting_bytes, 0
            self._keeping = asyncio.create_task(self._keep(packages))

    async def _kept(self) -> None:
        if self._keeping is not None:
            await asyncio.shield(self._keeping)

    async def _keep(self, packages: list[Package]) -> None:
        centre, upload = self._centre, self._upload
        if upload is None:
            raise MalformedEntries("a package before its header")
        kept_count, refusal = await centre.db.run(
            lambda conn: intake.keep_packages(conn, centre, upload, packages)
        )
        self._kept_count += kept_count
        self._keeping_bytes = 0
        if self._budget.counts(self):
            self._hold()
        if refusal is not None:
            raise refusal


def _mirror_info(status: int, info: MirrorInfo) -> web.Response:
    return web.Response(
        status=status,
        body=encode_mirror_info(info),
        headers={"Content-Type": MIRROR_INFO_TYPE},
    )
