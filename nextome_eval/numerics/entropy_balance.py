"""Weights that make the controls' covariate means exactly the treated's, as even as can be."""

from __future__ import annotations

import numpy as np

from nextome_eval.errors import NotEstimable
from nextome_eval.numerics.cluster_blocks import Floats

_STEPS = 200


def entropy_balance(controls: Floats, target: Floats, base: Floats | None = None) -> Floats:
    """Weights of sum 1 (m,) with ``weights @ controls = target``, nearest to ``base`` in entropy.

    Parameters
    ----------
    controls : (m, q)
    target : (q,)
    base : (m,) positive

    Raises
    ------
    NotEstimable
        ``no_balance``: the target lies outside what any weighting of the controls can reach.

    Source
    ------
    Hainmueller (2012); Newton on the dual.

    Examples
    --------
    >>> entropy_balance(np.array([[0.0], [1.0]]), np.array([0.25])).round(6).tolist()
    [0.75, 0.25]
    """
    scale = np.where(controls.std(axis=0) > 0, controls.std(axis=0), 1.0)
    z = (controls - target) / scale
    start = np.log(np.ones(len(z)) if base is None else base)
    pull = np.zeros(z.shape[1])
    value, share = _dual(z, start, pull)
    for _ in range(_STEPS):
        gap = share @ z
        if np.abs(gap).max(initial=0.0) < 1e-12:
            return share
        spread = (z * share[:, None]).T @ z - np.outer(gap, gap)
        step = -np.linalg.pinv(spread, rcond=1e-12, hermitian=True) @ gap
        for _ in range(40):
            new, shares = _dual(z, start, pull + step)
            if new <= value + 1e-14 * abs(value):
                break
            step = step / 2
        pull, value, share = pull + step, new, shares
        if np.abs(pull).max(initial=0.0) > 1e3:
            break
    if np.abs(share @ z).max(initial=0.0) < 1e-8:
        return share
    raise NotEstimable("no_balance")


def _dual(z: Floats, start: Floats, pull: Floats) -> tuple[float, Floats]:
    line = start + z @ pull
    top = line.max()
    raw = np.exp(line - top)
    return float(top + np.log(raw.sum())), np.asarray(raw / raw.sum())
