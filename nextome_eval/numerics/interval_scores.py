"""How early each row's event came, from intervals: scores that make a log-rank test."""

from __future__ import annotations

import numpy as np

from nextome_eval.numerics.risk_set import Floats, Ints, divide
from nextome_eval.numerics.turnbull import Npmle

SCORES = ("sun", "finkelstein", "wilcoxon")


def interval_scores(found: Npmle, *, kind: str = "sun") -> Floats:
    """Score of each row (n,), higher = earlier, summing to 0 over the rows of one curve.

    Notes
    -----
    (S(L) g(L) - S(R) g(R)) / (S(L) - S(R)) at the ends of the row's interval, with g = -H (Sun
    1996, H the Nelson-Aalen hazard of the curve: the log-rank test on right-censored data), log S
    (Finkelstein 1986, proportional hazards), or S(L) + S(R) - 1 (Wilcoxon). Fay and Shaw 2010.
    """
    s = np.concatenate([[1.0], found.survival])
    s[-1] = s[-1] if s[-1] > 1e-12 else 0.0
    begin, end = s[found.first], s[found.last + 1]
    if kind == "wilcoxon":
        return np.asarray(begin + end - 1.0)
    if kind == "sun":
        hazard = np.concatenate([[0.0], np.cumsum(divide(found.mass, s[:-1]))])
        weighed = -s * hazard
    else:
        weighed = np.where(s > 0, s * np.log(np.where(s > 0, s, 1.0)), 0.0)
    return np.asarray((weighed[found.first] - weighed[found.last + 1]) / (begin - end))


def dealt_covariance(scores: Floats, group: Ints, block: Ints) -> tuple[Floats, Floats, Floats]:
    """Sums of the scores by group (k,), what dealing expects (k,), and its covariance (k, k)."""
    k = int(group.max()) + 1
    total, expected, covariance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for code in np.unique(block):
        own = np.flatnonzero(block == code)
        c, size = scores[own], len(own)
        many = np.bincount(group[own], minlength=k).astype(np.float64)
        total += np.bincount(group[own], weights=c, minlength=k)
        expected += many * c.mean()
        if size > 1:
            spread = float(((c - c.mean()) ** 2).sum()) / (size - 1)
            covariance += spread * (np.diag(many) - np.outer(many, many) / size)
    return total, expected, covariance
