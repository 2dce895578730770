"""One measured figure beside its goal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """``value`` of ``what`` in ``unit``; without a ``goal`` it is only told. ``goal_is`` says which side is good."""

    what: str
    value: float
    unit: str = ""
    goal: float | None = None
    goal_is: Literal["at least", "at most"] = "at least"

    @property
    def met(self) -> bool:
        """Whether the goal is reached; a figure without one cannot fail."""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.goal_is == "at least" else self.value <= self.goal

    def columns(self) -> tuple[str, str, str, str]:
        """As the table shows it."""
        goal = "" if self.goal is None else f"{self.goal_is} {_short(self.goal)} {self.unit}".rstrip()
        verdict = "" if self.goal is None else ("ok" if self.met else "MISSED")
        return self.what, f"{_short(self.value)} {self.unit}".rstrip(), goal, verdict


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
