"""A reader who adds up: works out masked counts from what a public report prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog


@dataclass
class Attacker:
    """Knows printed counts, and what must add up; nothing else."""

    printed: dict[str, float] = field(default_factory=dict)
    sums: list[dict[str, float]] = field(default_factory=list)

    def reads(self, name: str, count: float) -> None:
        """A count as printed; NaN = masked."""
        if not np.isnan(count):
            assert self.printed.get(name, count) == count
            self.printed[name] = count

    def adds(self, whole: str, parts: Sequence[str]) -> None:
        """Knows that the parts make the whole."""
        self.sums.append({**dict.fromkeys(parts, 1.0), whole: -1.0})

    def range_of(self, name: str) -> tuple[float, float]:
        """Least and greatest value that a count can have."""
        names = sorted({n for s in self.sums for n in s} | set(self.printed) | {name})
        at = {n: i for i, n in enumerate(names)}
        matrix = np.zeros((len(self.sums), len(names)))
        for row, parts in enumerate(self.sums):
            for n, sign in parts.items():
                matrix[row, at[n]] = sign
        bounds = [
            (self.printed[n], self.printed[n]) if n in self.printed else (0, 1000) for n in names
        ]
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(names))
            aim[at[name]] = sign
            found = linprog(
                aim,
                A_eq=matrix if len(matrix) else None,
                b_eq=np.zeros(len(matrix)) if len(matrix) else None,
                bounds=bounds,
            )
            assert found.status == 0, "what is printed contradicts itself"
            ends.append(sign * found.fun)
        return ends[0], ends[1]

    def learns(self, truth: Mapping[str, float], threshold: int = 5) -> list[str]:
        """Small counts known better than "under the threshold" says."""
        found = []
        for name, count in truth.items():
            if 0 < count < threshold:
                low, high = self.range_of(name)
                if low > 1e-6 or high < threshold - 1 - 1e-6:
                    found.append(f"{name} = {count}: {low:g} to {high:g}")
        return found
