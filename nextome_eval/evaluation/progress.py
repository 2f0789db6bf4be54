"""One progress bar; a line a step where nobody sees a bar move."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self

__all__ = ["Progress"]


class Progress:
    """Shows which step of `total` is under way.

    Parameters
    ----------
    total : int
        Steps to come.
    shown : bool
        False: silent.
    """

    def __init__(self, total: int, *, shown: bool = True) -> None:
        self.total, self.done, self.shown = total, 0, shown
        self.bar: Any = None

    def __enter__(self) -> Self:
        if self.shown and sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(total=self.total, unit="", leave=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self.bar is not None:
            self.bar.close()

    def step(self, name: str) -> None:
        """Say that a step begins."""
        self.done = min(self.done + 1, self.total)
        if self.bar is not None:
            self.bar.set_description(name)
            self.bar.update(1)
        elif self.shown:
            print(f"[{self.done}/{self.total}] {name}", file=sys.stderr, flush=True)
