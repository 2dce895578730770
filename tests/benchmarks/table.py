"""What a benchmark returns and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the table; ``wanted`` is what was asked of it, empty where it only informs."""

    what: str
    value: str
    wanted: str = ""
    held: bool = True

    def __str__(self) -> str:
        verdict = "" if not self.wanted else f"  ({self.wanted}: {'yes' if self.held else 'NO'})"
        return f"  {self.what:<74} {self.value:>14}{verdict}"


def median(values: list[float]) -> float:
    """The middle one: these machines are noisy."""
    return sorted(values)[len(values) // 2]
