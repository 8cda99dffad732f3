"""The way back: places visited, as a browser keeps them. Free of Qt."""

from desktop.ports import Place

_KEPT = 100


class History:
    """Places with a current one; going somewhere new forgets what lay ahead."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1

    @property
    def here(self) -> Place | None:
        """The current place."""
        return self._places[self._at] if self._places else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a place before this."""
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether one has gone back."""
        return self._at + 1 < len(self._places)

    def visit(self, place: Place) -> None:
        """Come to a place; the same place again is no step."""
        if place == self.here:
            return
        self._places = [*self._places[: self._at + 1], place][-_KEPT:]
        self._at = len(self._places) - 1

    def step(self, by: int) -> Place | None:
        """Go back (-1) or forward (+1); None at the end of the way."""
        if not 0 <= self._at + by < len(self._places):
            return None
        self._at += by
        return self._places[self._at]

    def clear(self) -> None:
        """Forget all: another book."""
        self._places, self._at = [], -1
