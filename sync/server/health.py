"""Whether the service can answer: its version, and its era as the database tells it. No secrets, nothing written."""

import json
from functools import partial
from importlib.metadata import PackageNotFoundError, version

import anyio
from starlette.responses import Response

from sync.protocol.limits import PROTOCOL
from sync.server.database import reading
from sync.server.house import era
from sync.server.route import Means

ANSWER_S = 2.0


class Health:
    """Asks the database one question at a time, so that one that hangs costs one thread."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._place = anyio.CapacityLimiter(1)

    async def answer(self) -> Response:
        """200 when the database has answered in time; 503 otherwise."""
        told: dict[str, object] = {"version": program_version(), "protocol": PROTOCOL}
        try:
            with anyio.fail_after(ANSWER_S):
                told["era"] = await anyio.to_thread.run_sync(
                    partial(_era, self._means), abandon_on_cancel=True, limiter=self._place
                )
        except Exception:  # noqa: BLE001  whatever keeps the database from answering, the service is not well
            return _reply(503, {"status": "trouble", **told})
        return _reply(200, {"status": "ok", **told})


def program_version() -> str:
    """The version of this program as it was installed."""
    try:
        return version("bahi")
    except PackageNotFoundError:
        return "0"


def _era(means: Means) -> int:
    with reading(means.database) as connection:
        return era(connection)


def _reply(status: int, told: dict[str, object]) -> Response:
    return Response(
        json.dumps(told), status, media_type="application/json", headers={"cache-control": "no-store"}
    )
