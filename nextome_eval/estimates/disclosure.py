"""What may be published: the thresholds of the gate, checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from nextome_eval.errors import DesignProblem

__all__ = ["LEGAL_FLOOR", "Disclosure"]

# Regole deontologiche per la ricerca (Garante, provv. 515/2018): no frequency below three
LEGAL_FLOOR = 3


@dataclass(frozen=True)
class Disclosure:
    """The thresholds under which a number stays in the house.

    Parameters
    ----------
    threshold : int
        Smallest count of households that may be published.
    floor : int
        What the threshold may never go below; itself never under three.
    median_months : int
        Months to which medians of durations are rounded.
    dominance_n, dominance_share : int, float
        A sum is masked where this many households make up this share of it.
    min_df : int
        Residual degrees of freedom under which a model stays internal.
    sensitive : tuple of str
        Terms for which nobody and everybody (0 %, 100 %) are masked; ``"*"`` = all.
    months : tuple of float
        Planned months at which a survival curve may be given.
    override : mapping
        Exhibit id -> the text that says who let it pass unmasked, and why; printed in T14.

    Examples
    --------
    >>> Disclosure(threshold=10).threshold
    10
    >>> Disclosure(threshold=2)
    Traceback (most recent call last):
    ...
    nextome_eval.errors.DesignProblem: The disclosure threshold is 2, below the floor of 3. ...
    """

    threshold: int = 5
    floor: int = LEGAL_FLOOR
    median_months: int = 1
    dominance_n: int = 2
    dominance_share: float = 0.9
    min_df: int = 10
    sensitive: tuple[str, ...] = ("*",)
    months: tuple[float, ...] = (6.0, 12.0, 18.0, 24.0)
    override: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        floor = max(self.floor, LEGAL_FLOOR)
        if self.threshold < floor or self.floor < LEGAL_FLOOR:
            lowest = min(self.threshold, self.floor)
            raise DesignProblem("disclosure_below_floor", threshold=lowest, floor=floor)
        if not 0 < self.dominance_share <= 1 or self.dominance_n < 1:
            raise DesignProblem(
                "disclosure_dominance", n=self.dominance_n, share=self.dominance_share
            )
        if self.median_months < 1 or self.min_df < 1:
            raise DesignProblem("disclosure_not_positive", found=["median_months", "min_df"])
        for exhibit, text in self.override.items():
            if len(str(text).split()) < 3:
                raise DesignProblem("disclosure_override_without_text", exhibit=exhibit)

    @classmethod
    def of(cls, rules: Any) -> Disclosure:
        """Return the rules of a plan (its ``disclosure``), of a mapping, or as they are."""
        rules = getattr(rules, "disclosure", rules)
        if isinstance(rules, cls):
            return rules
        if rules is None:
            return cls()
        if not isinstance(rules, Mapping):
            raise DesignProblem("disclosure_not_rules", found=type(rules).__name__)
        known = [part.name for part in fields(cls)]
        unknown = [name for name in rules if name not in known]
        if unknown:
            raise DesignProblem("disclosure_unknown", unknown=unknown, found=known)
        tuples = {n: tuple(v) for n, v in rules.items() if isinstance(v, (list, tuple))}
        return cls(**{**rules, **tuples})

    def zero_tells(self, term: str) -> bool:
        """Whether nobody or everybody having `term` may not be said."""
        return "*" in self.sensitive or term in self.sensitive
