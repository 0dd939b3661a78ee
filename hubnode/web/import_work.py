"""What the import pages have in common: the file that an address names, and the work on it."""

import logging
from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from hubnode.imports.mapping import MappingRefused
from hubnode.imports.stages import Stages
from hubnode.imports.uploads import FOLDER, Phase, Upload, Uploads
from hubnode.store import identity
from hubnode.web.import_jobs import Job, Stopped
from hubnode.web.visit import Visit
from protocol.errors import ProtocolError
from runtime.database import DatabaseError

PLACE = "/impor"

log = logging.getLogger(__name__)


def uploads_of(visit: Visit) -> Uploads:
    """The files of this node."""
    return Uploads(visit.node.folder / FOLDER)


def place_of(upload: Upload) -> str:
    """The address of a file's page."""
    return f"{PLACE}/{upload.id}"


async def asked_upload(visit: Visit) -> Upload:
    """The file that the address names, on which nobody works.

    Raises:
        HTTPNotFound: there is none any more.
        Elsewhere: work on it is under way; its page shows how far.
    """
    id_ = visit.request.match_info["id"]
    found = await visit.node.db.worker.run(lambda: uploads_of(visit).get(id_))
    if found is None:
        raise web.HTTPNotFound
    if visit.site.imports.of(id_) is not None:
        raise Elsewhere(place_of(found))
    return found


class Elsewhere(web.HTTPSeeOther):
    """Another page answers what was asked."""


async def stages_of(visit: Visit) -> Stages:
    """What the work needs.

    Raises:
        Elsewhere: the hub is not enrolled, and nothing can be imported yet.
    """
    who = await visit.node.db.read(identity.get)
    if who is None:
        raise Elsewhere(PLACE)
    return Stages(node=visit.node, identity=who, uploads=uploads_of(visit))


async def prepare(visit: Visit, upload: Upload) -> None:
    """Reads and rehearses; waits a moment for it."""
    stages, uploads = await stages_of(visit), uploads_of(visit)
    upload = replace(upload, phase=Phase.READING, fault="", detail="", run=None)
    await visit.node.db.worker.run(lambda: uploads.save(upload))

    def work(job: Job) -> None:
        stages.prepare(upload, job.progress)

    await _perform(visit, upload, work)


async def commit(visit: Visit, upload: Upload) -> None:
    """Imports what was shown; waits a moment for it.

    A file of which nothing is left to mend is thrown away.
    """
    stages, uploads, results = await stages_of(visit), uploads_of(visit), visit.site.imports.results
    upload = replace(upload, phase=Phase.IMPORTING, fault="", detail="")
    await visit.node.db.worker.run(lambda: uploads.save(upload))

    def work(job: Job) -> None:
        done = stages.commit(upload, job.progress)
        if done.phase is not Phase.IMPORTED:
            return  # something else would be done than was shown: the page shows what
        results[upload.id] = done.run or 0
        check = uploads.check(done)
        if check is None or not check["faults"]:
            uploads.discard(done.id)

    await _perform(visit, upload, work)


async def _perform(visit: Visit, upload: Upload, work: Callable[[Job], None]) -> None:
    guarded, worker = _guarded(uploads_of(visit), upload, work), visit.node.db.worker

    async def in_a_thread(job: Job) -> None:
        await worker.run(lambda: guarded(job))

    await visit.site.imports.perform(upload.id, visit.node.clock, in_a_thread)


def _guarded(uploads: Uploads, begun: Upload, work: Callable[[Job], None]) -> Callable[[Job], None]:
    """The work, after which the file says why it stopped, if it did.

    An import that failed stays as it is: the rows that are stored are stored, and it can go on.
    """

    def guarded(job: Job) -> None:
        try:
            work(job)
        except Stopped:
            raise
        except (ProtocolError, DatabaseError) as error:
            is_mapping = isinstance(error, MappingRefused)
            detail = _told(error, uploads, begun)
            _stopped(uploads, begun, error.code, detail, is_mapping=is_mapping)
        except Exception:
            log.exception("import_failed", extra={"phase": str(begun.phase)})
            _stopped(uploads, begun, "internal", "", is_mapping=False)

    return guarded


def _told(error: Exception, uploads: Uploads, upload: Upload) -> str:
    """What the program says, with the name that people know instead of the path on this machine."""
    text = str(getattr(error, "message", error))
    return text.replace(str(uploads.file(upload)), upload.name)


def _stopped(uploads: Uploads, begun: Upload, code: str, detail: str, *, is_mapping: bool) -> None:
    now = uploads.get(begun.id) or begun
    phase = Phase.COLUMNS if is_mapping else Phase.REFUSED
    if now.phase is Phase.IMPORTING:
        phase = Phase.IMPORTING
    uploads.save(replace(now, phase=phase, fault=code, detail=detail))
