"""A simulated network: a device's way to the service through the world's weather, and clocks that lie."""

from typing import TYPE_CHECKING, NamedTuple

from core.errors import Offline
from core.ids import Id
from sync.client.transport import Reply, Transport
from tests.simulation.broken import expect

if TYPE_CHECKING:
    from tests.simulation.world import World

URL = "https://service.example"


class Crash(BaseException):
    """The machine stops here; nothing may catch it but the world."""


class Weather(NamedTuple):
    """How often a message meets which fate, in per cent, and how often a machine crashes at a commit, in per mille."""

    lost: int = 10
    answer_lost: int = 10
    late: int = 8
    repeated: int = 8
    crash: int = 30
    cut: int = 4


CALM = Weather(0, 0, 0, 0, 0, 0)


class SimClock:
    """A machine's clock: the world's time and its own error. Each reading takes a microsecond."""

    def __init__(self, world: "World", error_us: int = 0) -> None:
        self._world = world
        self.error_us = error_us

    def now_us(self) -> int:
        """What this machine believes."""
        self._world.now_us += 1
        return self._world.now_us + self.error_us


class Wire(Transport):
    """A device's way to the service through the world's weather."""

    def __init__(self, world: "World", device: Id | None = None) -> None:
        self._world = world
        self._device = device

    @property
    def url(self) -> str:
        """Where all devices think the service is."""
        return URL

    def post(self, path: str, body: bytes) -> Reply:
        """Send, lose, delay or repeat."""
        world, chance = self._world, self._world.chance
        fate, weather = chance.randrange(100), world.weather
        for name in ("lost", "late", "answer_lost", "repeated", "cut"):
            fate -= getattr(weather, name)
            if fate < 0:
                break
        else:
            name = "arrives"
        world.story.append(f"{path} {name} {len(body)}")
        if name == "lost":
            raise Offline("lost")
        if name == "late":
            world.late.append((path, body, self._device))
            raise Offline("timed out; it arrives later")
        if name == "cut":
            reply = world.serve(path, body[: chance.randrange(len(body))], self._device)
            expect(400 <= reply.status < 500, f"half a request to {path} was answered with {reply.status}")
            raise Offline("half of it arrived")
        reply = world.serve(path, body, self._device)
        if name == "repeated":
            reply = world.serve(path, body, self._device)
        if name == "answer_lost":
            raise Offline("the answer was lost")
        return reply

    def close(self) -> None:
        """Nothing to let go."""
