"""Witnesses for tests: real ones over HTTP, and one behind the Transport port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from central.settings import WitnessAddress
from central.witness.service import build_web
from central.witness.watch import Witness, create_key, load_key, name_of
from protocol.errors import ProtocolError
from protocol.keys import VerifierKey
from protocol.mirror import decode_add_checkpoint
from protocol.problems import PROBLEMS
from protocol.witness import SizeConflict
from runtime.ports import Clock, Request, Response, Unreachable
from runtime.system import SystemClock, SystemEntropy
from tests.support.servers import served

URL = "https://saksi.test"


def new_witness(
    folder: Path, agency: str, log: VerifierKey, *, clock: Clock | None = None
) -> Witness:
    """A witness of one log, in a fresh folder."""
    create_key(folder, entropy=SystemEntropy())
    return opened_witness(folder, agency, log, clock=clock)


def opened_witness(
    folder: Path, agency: str, log: VerifierKey, *, clock: Clock | None = None
) -> Witness:
    """The witness that lives in a folder, as after a restart."""
    key = load_key(folder, name_of(log, agency))
    return Witness(folder=folder, key=key, logs={log.name: [log]}, clock=clock or SystemClock())


@asynccontextmanager
async def served_witness(
    folder: Path, agency: str, log: VerifierKey
) -> AsyncIterator[tuple[Witness, WitnessAddress]]:
    """A witness that answers over HTTP meanwhile, as the centre configures it."""
    witness = new_witness(folder, agency, log)
    async with served(build_web(witness)) as url:
        yield witness, WitnessAddress(url=url, key=witness.key.verifier_key.text)


class NearWitness:
    """A witness without a network.

    Attributes:
        is_away: nothing is answered.
        lose_answers: it cosigns, and the answer does not arrive.
    """

    def __init__(self, witness: Witness) -> None:
        self.witness = witness
        self.requests: list[Request] = []
        self.is_away = False
        self.lose_answers = False

    @property
    def address(self) -> WitnessAddress:
        return WitnessAddress(url=URL, key=self.witness.key.verifier_key.text)

    async def request(self, request: Request) -> Response:
        """See `runtime.ports.Transport`."""
        self.requests.append(request)
        if self.is_away:
            raise Unreachable("refused")
        answer = self._answer(request.body)
        if self.lose_answers:
            raise Unreachable("cut")
        return answer

    def _answer(self, body: bytes) -> Response:
        try:
            lines = self.witness.observe(decode_add_checkpoint(body))
        except SizeConflict as conflict:
            return Response(status=409, headers={}, body=b"%d\n" % conflict.size)
        except ProtocolError as error:
            return Response(status=PROBLEMS[error.code].status, headers={}, body=b"{}")
        return Response(status=200, headers={}, body=lines)
