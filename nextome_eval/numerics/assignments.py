"""Every way the arms could have been dealt: counted, listed, or drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from nextome_eval.numerics.cluster_blocks import Codes, consecutive

Arms = NDArray[np.int64]

_ELEMENTS = 4_000_000


@dataclass(frozen=True)
class Assignments:
    """The assignments that hold each block's number of treated groups.

    Parameters
    ----------
    arm : (n,) arm codes as they are
    group : (n,) codes of what was assigned as one (households, flats, towns); one arm each
    block : (n,) codes of what arms were dealt within; one block a group

    Examples
    --------
    >>> two_towns = Assignments.of(np.array([1, 0, 1, 0, 0]), block=np.array([0, 0, 1, 1, 1]))
    >>> two_towns.count
    6
    """

    arm: Arms
    group: Codes
    block: Codes

    @classmethod
    def of(
        cls,
        arm: NDArray[np.integer],
        *,
        group: NDArray[np.integer] | None = None,
        block: NDArray[np.integer] | None = None,
    ) -> Assignments:
        """Take codes as they come; without groups each household is its own."""
        n = len(arm)
        groups = np.arange(n) if group is None else consecutive(group)
        blocks = np.zeros(n, np.intp) if block is None else consecutive(block)
        return cls(np.asarray(arm, np.int64), groups, blocks)

    def _blocks(self) -> list[tuple[Codes, Arms]]:
        """Groups of each block and their arms."""
        first = np.unique(self.group, return_index=True)[1]
        arms, blocks = self.arm[first], self.block[first]
        return [(np.flatnonzero(blocks == b), arms[blocks == b]) for b in np.unique(blocks)]

    @property
    def count(self) -> int:
        """K, the number of admissible assignments, the observed one included."""
        return prod(_arrangements(arms) for _, arms in self._blocks())

    def all(self) -> Arms:
        """Every admissible assignment, (K, n)."""
        blocks = self._blocks()
        dealt = np.empty((self.count, int(self.group.max()) + 1), np.int64)
        parts = [list(_rearranged(arms)) for _, arms in blocks]
        for row, chosen in enumerate(product(*parts)):
            for (groups, _), arms in zip(blocks, chosen, strict=True):
                dealt[row, groups] = arms
        return dealt[:, self.group]

    def drawn(self, rng: np.random.Generator, draws: int) -> Iterator[Arms]:
        """Yield random assignments in chunks of (m, n), ``draws`` in all."""
        blocks = self._blocks()
        groups = int(self.group.max()) + 1
        step = max(1, _ELEMENTS // max(len(self.arm), groups))
        for start in range(0, draws, step):
            size = min(step, draws - start)
            keys = rng.random((size, groups))
            dealt = np.empty((size, groups), np.int64)
            for members, arms in blocks:
                dealt[:, members] = arms[np.argsort(keys[:, members], axis=1)]
            yield dealt[:, self.group]


def _arrangements(arms: Arms) -> int:
    _, counts = np.unique(arms, return_counts=True)
    return factorial(len(arms)) // prod(factorial(int(c)) for c in counts)


def _rearranged(arms: Arms) -> Iterator[Arms]:
    """Every distinct order of a few labels."""
    labels, counts = np.unique(arms, return_counts=True)

    def place(free: tuple[int, ...], rest: int) -> Iterator[dict[int, int]]:
        if rest == len(labels) - 1:
            yield {position: int(labels[rest]) for position in free}
            return
        for chosen in combinations(free, int(counts[rest])):
            left = tuple(p for p in free if p not in chosen)
            for other in place(left, rest + 1):
                yield {**other, **{position: int(labels[rest]) for position in chosen}}

    for placed in place(tuple(range(len(arms))), 0):
        yield np.array([placed[i] for i in range(len(arms))], np.int64)
