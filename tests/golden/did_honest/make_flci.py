"""Half-lengths of HonestDiD's fixed-length intervals, by cone programmes as its own code has them.

For each bound h on the standard deviation the least worst-case bias (CVXPY, Clarabel; HonestDiD
uses CVXR, ECOS), then the h with the shortest interval; the folded normal's quantile is exact,
where HonestDiD simulates it.  Run in an environment with cvxpy, in this folder:
    python make_flci.py > flci.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm

TIGHT = {"solver": "CLARABEL", "tol_gap_abs": 1e-10, "tol_gap_rel": 1e-10}


def folded(bias: float) -> float:
    """The 95 % quantile of |N(bias, 1)|."""
    return brentq(
        lambda c: norm.cdf(c - bias) - norm.cdf(-c - bias) - 0.95, 0, bias + 10, xtol=1e-13
    )


def half_length(sigma: np.ndarray, pre: int, towards: np.ndarray, most: float) -> float:
    """Half the shortest interval's length."""
    import cvxpy as cp

    scale = 1 / np.sqrt(sigma[pre, pre])
    root = np.linalg.cholesky(sigma * scale**2)
    post, most = len(towards), most * scale
    to_l = np.eye(pre) - np.eye(pre, k=-1)
    needed = np.arange(1, post + 1) @ towards
    own = sum(abs(np.arange(1, s + 1) @ towards[post - s :]) for s in range(1, post + 1)) - needed
    sums = np.tril(np.ones((pre, pre)))

    def spread(w: Any) -> Any:
        return cp.norm(root.T @ cp.hstack([to_l @ w, towards]))

    def half(h: float) -> float:
        w = cp.Variable(pre)
        problem = cp.Problem(
            cp.Minimize(own + cp.sum(cp.abs(sums @ w))), [cp.sum(w) == needed, spread(w) <= h]
        )
        try:
            problem.solve(**TIGHT)
        except cp.SolverError:
            return np.inf
        return h * folded(most * problem.value / h) if np.isfinite(problem.value) else np.inf

    w = cp.Variable(pre)
    least = cp.Problem(cp.Minimize(spread(w)), [cp.sum(w) == needed])
    least.solve(**TIGHT)
    lowest = least.value * (1 + 1e-9)
    if most == 0 or pre == 1:
        return half(lowest) / scale
    straight = np.concatenate([to_l @ np.append(np.zeros(pre - 1), needed), towards])
    highest = float(np.sqrt(((root.T @ straight) ** 2).sum()))
    found = minimize_scalar(
        half, bounds=(lowest, highest), method="bounded", options={"xatol": 1e-9 * highest}
    )
    return min(found.fun, half(highest)) / scale


def main() -> None:
    out = []
    for name, study in json.loads(Path("honest.json").read_text())["studies"].items():
        sigma, pre = np.array(study["sigma"]), study["pre"]
        post = len(sigma) - pre
        error = float(np.sqrt(sigma[pre, pre]))
        for towards in (np.eye(post)[0], np.full(post, 1 / post), np.eye(post)[-1]):
            for most in (0.0, 0.2 * error, error, 5 * error):
                out.append([name, towards.tolist(), most, half_length(sigma, pre, towards, most)])
    print(json.dumps(out))


if __name__ == "__main__":
    main()
