"""What a pre-flight finds: one thing that stands in a return's way, with the rule, the remedy and the place to go."""

from typing import Literal, NamedTuple

from core.ids import Id
from core.problems import Problem

Severity = Literal["blocks", "warns"]
BLOCKS: Severity = "blocks"
WARNS: Severity = "warns"
Screen = Literal["invoices", "parties", "settings", "receipts", "inbox", "gst"]


class Finding(NamedTuple):
    """One thing found. `code` is stable; `rule` names the law or the portal's rule.

    `document` is the paper it is about and `number` how people call it, `line` counts from 1. `place` is the screen
    where it is cured, `record` what to open there (the document itself where None); `papers` are the documents that one
    finding speaks of together.
    """

    code: str
    severity: Severity
    message: str
    rule: str = ""
    remedy: str = ""
    document: Id | None = None
    number: str = ""
    line: int | None = None
    place: Screen = "invoices"
    record: Id | None = None
    papers: tuple[Id, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether the return should not be filed so."""
        return self.severity == BLOCKS

    @property
    def problem(self) -> Problem:
        """The same as a refusal tells it."""
        message = f"{self.number}: {self.message}" if self.number else self.message
        field = f"lines.{self.line}" if self.line else ""
        return Problem(self.code, message, field, self.remedy)
