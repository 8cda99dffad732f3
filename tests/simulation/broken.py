"""How a history says that it is broken."""


class Broken(AssertionError):
    """What a history must never show."""


def expect(holds: bool, what: str) -> None:
    """Fail with these words unless it holds; works where assertions are switched off too."""
    if not holds:
        raise Broken(what)
