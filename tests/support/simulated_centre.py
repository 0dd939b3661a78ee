"""An honest centre in memory, behind the Transport port: slow, obvious, and easy to make fail.

It answers what a hub asks, as tlog-mirror, tlog-tiles and protocol.md say, from lists of entries.
Tests break it on purpose through its attributes (`is_offline`, `lose_answer_at`, `tamper`).
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import urlsplit

from protocol import catalogue, record_state
from protocol.canonical import Json, canonicalise, parse
from protocol.checkpoints import (
    cosign,
    open_checkpoint,
    peek_size,
    sign_checkpoint,
    with_cosignatures,
)
from protocol.enrolment import (
    EnrolAnswer,
    Invitation,
    check_possession,
    decode_enrol_request,
    encode_enrol_answer,
    format_invitation,
)
from protocol.entries.decisions import Decision, encode_decision
from protocol.entries.hub_decisions import HubEnrolled
from protocol.entries.members import Seen
from protocol.entries.record_decisions import RecordCurated
from protocol.errors import ProofRefused
from protocol.fingerprints import fingerprint
from protocol.keys import SignatureType, SigningKey
from protocol.merkle_proofs import check_consistency
from protocol.mirror import (
    EntriesDecoder,
    EntriesHeader,
    MirrorInfo,
    Package,
    decode_add_checkpoint,
    encode_mirror_info,
)
from protocol.names import hub_origin, mirror_name, national_origin
from protocol.notes import parse_signature_lines
from protocol.reconcile import consequence, hold, prepare, reconcile
from protocol.record_state import RecordState
from protocol.rotation import Place, check_rotation, rotation_in
from protocol.verdicts import Known
from runtime.http.codings import decoder_of
from runtime.http.identity import key_id_of, read_identity, verify_request
from runtime.http.problem_responses import Refused
from runtime.ports import Clock, Request, Response, Unreachable
from tests.support.simulated_log import Mirror, answer, log_resource, problem, tree_of

URL = "https://jippnas.test"
AUTHORITY = "jippnas.test"


class SimulatedCentre:
    """The centre.

    Attributes:
        requests: "METHOD path" of everything that was asked.
        is_offline: nothing is answered.
        lose_answer_at: which request takes effect and is not answered, counted in `requests`.
        cut_packages: how many packages arrive before an upload is cut, or None.
        refuse_with, refuse_path: code of the refusal that requests to such a path get.
        announced: content codings that it says it understands.
        damage: part of a path at which a bit is flipped on the way, or "".
        forget_etag: the checkpoint is never answered with 304.
        tamper: changes a response on its way.
        refuses_rotation: it takes no new keys.
        breaks_at: index of the entry that it cannot decide, or None.
    """

    def __init__(self, clock: Clock, *, seed: int = 7) -> None:
        self.clock = clock
        self.national_key = _key(national_origin(AUTHORITY, 1), SignatureType.ED25519, seed)
        self.mirror_key = _key(mirror_name(AUTHORITY), SignatureType.COSIGNATURE, seed + 1)
        self.mirrors: dict[str, Mirror] = {}
        self.national: list[bytes] = []
        self.records: dict[str, RecordState] = {}
        self.cosigned: dict[str, int] = {}
        self.reports: list[Json] = []
        self.requests: list[str] = []
        self.is_offline = False
        self.lose_answer_at: int | None = None
        self.cut_packages: int | None = None
        self.refuse_with = "not_now"
        self.refuse_path = ""
        self.announced = "gzip"
        self.damage = ""
        self.forget_etag = False
        self.refuses_rotation = False
        self.breaks_at: int | None = None
        self.tamper: Callable[[str, Response], Response] = lambda _path, response: response

    def invitation(self, hub: str = "51") -> str:
        keys = [self.national_key.verifier_key, self.mirror_key.verifier_key]
        return format_invitation(
            Invitation(
                url=URL,
                authority=AUTHORITY,
                hub=hub,
                fingerprint=fingerprint(keys),
                secret=b"s" * 16,
            )
        )

    def reconcile(self) -> None:
        """Decides every entry that waits."""
        for origin, mirror in self.mirrors.items():
            while mirror.reconciled < len(mirror.entries):
                self._decide(origin, mirror)

    def curate(self, record: str, fields: dict[str, Json], *, seen: int | None = None) -> None:
        """A curator's amendment, made on a screen that showed `seen` decisions."""
        national = len(self.national) if seen is None else seen
        self.decide(
            RecordCurated(
                salt=f"{len(self.national):032x}",
                at=self._at(),
                record=record,
                set=fields,
                unset=(),
                seen=Seen(national=national, own=0),
                by="kurator",
                agency="PANRB",
            )
        )

    def decide(self, decision: Decision) -> None:
        """Appends a decision and folds it."""
        place, origin = len(self.national), self.national_key.name
        self.national.append(encode_decision(decision))
        self.records |= catalogue.apply(self.records, decision, place=place, origin=origin)

    def catalogue_hash(self) -> str:
        rows = [
            (record, sha256(record_state.encode_record_state(self.records[record])).digest())
            for record in sorted(self.records)
        ]
        return record_state.catalogue_hash(rows)

    async def request(self, request: Request) -> Response:
        """See `runtime.ports.Transport`."""
        path = urlsplit(request.url).path
        self.requests.append(f"{request.method} {path}")
        if self.is_offline:
            raise Unreachable("refused", "the simulated centre is offline")
        is_refused = self.refuse_path and self.refuse_path in path
        response = problem(403, self.refuse_with) if is_refused else self._answered(path, request)
        if len(self.requests) - 1 == self.lose_answer_at:
            raise Unreachable("cut", "the answer was lost")
        headers = {
            "jipp-protocol": "1",
            "accept-encoding": self.announced,
            "date": format_datetime(self.clock.now(), usegmt=True),
            **response.headers,
        }
        if self.damage and self.damage in path:
            body = response.body
            response = replace(response, body=body[:-3] + bytes([body[-3] ^ 1]))
        return self.tamper(path, replace(response, headers=headers))

    def _answered(self, path: str, request: Request) -> Response:
        try:
            return self._answer(path, request)
        except Refused as refused:
            return problem(401, refused.code)

    def _answer(self, path: str, request: Request) -> Response:
        posts: dict[str, Callable[[bytes], Response]] = {
            "/sync/v1/enrol": self._enrol,
            "/sync/v1/add-checkpoint": self._add_checkpoint,
            "/sync/v1/add-entries": self._add_entries,
            "/sync/v1/cosign": self._cosign,
            "/sync/v1/hand-back": lambda _body: answer(204),
        }
        if path in posts:
            return posts[path](_decoded(request))
        if path.startswith("/log/national/"):
            return self._national_log(path.removeprefix("/log/national/1/"), request)
        mirror = self._caller(path, request)
        if path == "/sync/v1/report":
            self.reports.append(parse(request.body))
            return answer(204)
        if path == "/sync/v1/hub":
            return answer(200, canonicalise(self._hub_view(mirror)))
        return self._mirror_log(mirror, path.removeprefix("/sync/v1/mirror/"))

    def _enrol(self, body: bytes) -> Response:
        asked = decode_enrol_request(body)
        check_possession(asked, authority=AUTHORITY)
        origin = hub_origin(AUTHORITY, asked.hub, 1)
        if origin not in self.mirrors:
            self.mirrors[origin] = Mirror(asked.log_key, asked.witness_key)
            self.decide(
                HubEnrolled(
                    salt=f"{len(self.national):032x}",
                    at=self._at(),
                    hub=asked.hub,
                    name=f"Hub {asked.hub}",
                    origin=origin,
                    generation=1,
                    log_key=asked.log_key.text,
                    witness_key=asked.witness_key.text,
                )
            )
        enrolled = EnrolAnswer(
            authority=AUTHORITY,
            hub=asked.hub,
            name=f"Hub {asked.hub}",
            generation=1,
            epoch=1,
            state=self.mirrors[origin].state,
            national_key=self.national_key.verifier_key,
            mirror_key=self.mirror_key.verifier_key,
        )
        return answer(201, encode_enrol_answer(enrolled))

    def _add_checkpoint(self, body: bytes) -> Response:
        message = decode_add_checkpoint(body)
        origin = message.checkpoint.split(b"\n", 1)[0].decode()
        mirror = self.mirrors[origin]
        if mirror.state != "active":
            return problem(403, "key_revoked")
        signer = mirror.signer(peek_size(message.checkpoint))
        theirs = open_checkpoint(message.checkpoint, origin=origin, keys=[signer])
        if message.old_size != mirror.latest_pending.size:
            return answer(409, b"%d\n" % mirror.latest_pending.size)
        try:
            if message.old_size or message.proof:
                check_consistency(old=mirror.latest_pending, new=theirs.tree, proof=message.proof)
        except ProofRefused:
            return problem(422, "proof_refused")
        mirror.pending[theirs.tree.size] = (theirs.tree, message.checkpoint)
        return answer(200)

    def _add_entries(self, body: bytes) -> Response:
        header, *packages = EntriesDecoder().feed(body)
        assert isinstance(header, EntriesHeader)
        mirror = self.mirrors[header.origin]
        if header.end not in mirror.pending or header.start > len(mirror.entries):
            return self._mirror_info(409, mirror, mirror.latest_pending.size)
        for package in packages[: self.cut_packages]:
            assert isinstance(package, Package)
            size = len(mirror.entries)
            mirror.keep(package, mirror.pending[header.end][0])
            if size < package.end == header.end:
                self._take_keys(mirror, header.origin)
        if self.cut_packages is not None:
            raise Unreachable("cut", "the upload was cut")
        if len(mirror.entries) < header.end:
            return self._mirror_info(202, mirror, header.end)
        checkpoint = open_checkpoint(
            mirror.pending[header.end][1],
            origin=header.origin,
            keys=[mirror.signer(header.end)],
        )
        timestamp = int(self.clock.now().timestamp())
        receipt = cosign(checkpoint, self.mirror_key, timestamp=timestamp)
        mirror.note = with_cosignatures(checkpoint, [receipt]).note
        return answer(200, receipt.line.text.encode())

    def _take_keys(self, mirror: Mirror, origin: str) -> None:
        rotation = rotation_in(mirror.entries[-1])
        if rotation is not None and not self.refuses_rotation:
            hub, index = origin.split("/")[2], len(mirror.entries) - 1
            place = Place(authority=AUTHORITY, hub=hub, origin=origin, index=index)
            mirror.take(check_rotation(rotation, place))

    def _mirror_info(self, status: int, mirror: Mirror, size: int) -> Response:
        info = MirrorInfo(size=size, next_entry=len(mirror.entries))
        return answer(status, encode_mirror_info(info))

    def _cosign(self, body: bytes) -> Response:
        size, _, lines = body.partition(b"\n")
        (line,) = parse_signature_lines(lines)
        self.cosigned[line.name] = int(size)
        return answer(204)

    def _national_log(self, path: str, request: Request) -> Response:
        if path.startswith("/"):
            return problem(404, "not_found")  # of another epoch
        if path != "checkpoint":
            return log_resource(self.national, path)
        tree, etag = tree_of(self.national), f'"{len(self.national)}"'
        if request.headers.get("If-None-Match") == etag and not self.forget_etag:
            return answer(304)
        note = sign_checkpoint(self.national_key.name, tree, self.national_key).note
        return answer(200, note, etag=etag)

    def _mirror_log(self, mirror: Mirror, path: str) -> Response:
        if path != "checkpoint":
            return log_resource(mirror.entries, path)
        return answer(200, mirror.note) if mirror.note else problem(404, "not_found")

    def _hub_view(self, mirror: Mirror) -> dict[str, Json]:
        return {
            "state": mirror.state,
            "log_key": mirror.log_key.text,
            "size": mirror.latest_pending.size,
            "next_entry": len(mirror.entries),
            "root": b64encode(tree_of(mirror.entries).root).decode(),
            "reconciled": mirror.reconciled,
            "national": {"origin": self.national_key.name, "size": len(self.national)},
            "call_again_s": 3600,
        }

    def _caller(self, path: str, request: Request) -> Mirror:
        headers = {name.lower(): value for name, value in request.headers.items()}
        query = urlsplit(request.url).query
        claim = read_identity(headers)
        mirror = self.mirrors[claim.key_id.rpartition("+")[0]]
        is_former = mirror.former is not None and claim.key_id == key_id_of(mirror.former)
        verify_request(
            claim,
            key=mirror.former if mirror.former and is_former else mirror.log_key,
            method=request.method,
            target=path + (f"?{query}" if query else ""),
            headers=headers,
            authority=AUTHORITY,
            now=self.clock.now(),
            body=request.body,
        )
        if not is_former:
            mirror.former = None
        return mirror

    def _decide(self, origin: str, mirror: Mirror) -> None:
        index = mirror.reconciled
        prepared = prepare(mirror.entries[index])
        known = Known(
            authority=AUTHORITY,
            hub=origin.split("/")[2],
            origin=origin,
            national_origin=self.national_key.name,
            national_size=len(self.national),
            last_good_index=None,
            record=self.records.get(prepared.record or ""),
            result=self.records.get(prepared.result or ""),
            rotates=any(last == index + 1 for last, _ in mirror.ended),
        )
        salt = f"{len(self.national):032x}"
        if index == self.breaks_at:
            self.decide(hold(known, index=index, at=self._at(), salt=salt))
        else:
            outcome = reconcile(known, prepared, index=index, at=self._at(), salt=salt)
            self.decide(outcome)
            follows = consequence(prepared, outcome, salt=salt)
            if follows is not None:
                self.decide(follows)
        mirror.reconciled += 1

    def _at(self) -> str:
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _key(name: str, kind: SignatureType, seed: int) -> SigningKey:
    return SigningKey(name=name, type=kind, seed=bytes([seed]) * 32)


def _decoded(request: Request) -> bytes:
    decoder = decoder_of(request.headers.get("Content-Encoding", ""))
    assert decoder is not None
    body = b"".join(decoder.feed(request.body))
    decoder.finish()
    return body
