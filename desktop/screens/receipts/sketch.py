"""What a voucher being typed will say: its tax line by line, its sum, and why. Free of Qt."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sketch:
    """`lines` are names with figures; `total` is the money; `text` says why, or what is missing or wrong."""

    lines: tuple[tuple[str, str], ...]
    total: str
    text: str
    is_wrong: bool = False
