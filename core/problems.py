"""One thing wrong with what a user gave, said so that it can be mended.

Every room that judges input answers with these; the window shows them beside the field, the command line as JSON.
"""

import msgspec

_ENDS = (".", "?", "!", ":", "।", "…")


class Problem(msgspec.Struct, frozen=True):
    """Says what is wrong, where, and what to do about it.

    `code` is stable and in capitals (`CHECK_DIGIT`); `message` and `remedy` are translated sentences;
    `field` is the path within the record (`lines[2].gst_rate`); `line` counts from 1 in `file`.
    """

    code: str
    message: str
    field: str = ""
    remedy: str = ""
    file: str = ""
    line: int | None = None

    @property
    def sentence(self) -> str:
        """What is wrong and what to do about it, one after the other."""
        return sentences(self.message, self.remedy)


def sentences(message: str, remedy: str) -> str:
    """A message and its remedy as running text: each sentence ends before the next begins."""
    if not message or not remedy:
        return message or remedy
    return f"{message} {remedy}" if message.endswith(_ENDS) else f"{message}. {remedy}"


def as_json(problem: Problem) -> dict[str, object]:
    """Gives the problem as the command line prints it, keys always in the same order."""
    return {
        "code": problem.code,
        "message": problem.message,
        "file": problem.file,
        "line": problem.line,
        "field": problem.field,
        "remedy": problem.remedy,
    }


def located(
    problem: Problem, *, file: str | None = None, line: int | None = None, prefix: str = ""
) -> Problem:
    """Gives the same problem with the place filled in: what is not given stays as it was.

    `prefix` is put before the field, joined by a dot unless the field starts with an index.
    """
    return msgspec.structs.replace(
        problem,
        file=problem.file if file is None else file,
        line=problem.line if line is None else line,
        field=_joined(prefix, problem.field),
    )


def _joined(prefix: str, field: str) -> str:
    if not prefix or not field:
        return prefix or field
    return prefix + field if field.startswith("[") else f"{prefix}.{field}"
