"""What was written before: steps of a draft, undone and redone. Pure."""

from core.invoicing.model import Draft

_KEPT = 200


class Steps:
    """A draft and the ones before it; each field left is one step."""

    def __init__(self, draft: Draft) -> None:
        self.now = draft
        self._past: list[Draft] = []
        self._future: list[Draft] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back."""
        return bool(self._future)

    def put(self, draft: Draft) -> bool:
        """A step on; False when nothing is another than before."""
        if draft == self.now:
            return False
        self._past = [*self._past, self.now][-_KEPT:]
        self._future.clear()
        self.now = draft
        return True

    def amend(self, draft: Draft) -> None:
        """What follows from the last step is part of it."""
        self.now = draft

    def undo(self) -> bool:
        """A step back; False when there is none."""
        if not self._past:
            return False
        self._future.append(self.now)
        self.now = self._past.pop()
        return True

    def redo(self) -> bool:
        """A step on again; False when there is none."""
        if not self._future:
            return False
        self._past.append(self.now)
        self.now = self._future.pop()
        return True
