"""One band that holds a whole path with the confidence stated, not each point on its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note

__all__ = ["UniformBand", "uniform_band"]

Floats = NDArray[np.float64]
FEW = 20


@dataclass(frozen=True)
class UniformBand:
    """Largest studentised deviation over the rows in each draw, (B,)."""

    largest: Floats
    df: None = None

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Adjusted p-values (k,): how often the largest deviation is as large as the row's."""
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.abs((value - null) / std_error)
        ranked = np.sort(self.largest)
        above = len(ranked) - np.searchsorted(ranked, far * (1 - 1e-9))
        return np.asarray((1 + above) / (1 + len(ranked)))

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """The band (k,), (k,)."""
        half = float(np.quantile(self.largest, level)) * std_error
        return value - half, value + half


def uniform_band(est: Estimates, *, draws: int = 9999, seed: int = 1) -> Estimates:
    """Attach a uniform (sup-t) band by the multiplier bootstrap of the clusters' influences.

    Parameters
    ----------
    est : Estimates
        Rows without error (a base) are left out of the largest.
    draws, seed : int

    Returns
    -------
    Estimates
        The same rows; ``interval`` gives the band, ``p_value`` adjusted p-values.

    Raises
    ------
    NotEstimable
        Fewer than 20 clusters: the multiplier bootstrap is for many.  A row that rests on a
        comparison with a single cluster on one side.

    Source
    ------
    Callaway and Sant'Anna (2021), algorithm 1; Montiel Olea and Plagborg-Moller (2019).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> means = [Estimates.of_mean(range(50), rng.normal(size=50), term=name) for name in "abc"]
    >>> band = uniform_band(Estimates.stack(means))
    >>> 2.2 < float(np.quantile(band.reference.largest, 0.95)) < 2.6
    True

    See METHODS.md: Uniform bands
    """
    if why := next((note for note in (*est.refused, *est.notes) if _of_one_cluster(note)), None):
        raise NotEstimable("band_of_one_cluster", why=why)
    summed = est.clustered_influence
    took_part = np.abs(summed).sum(axis=1) > 0
    error = np.sqrt(np.einsum("gk,gk->k", summed, summed))
    used = error > 0
    if took_part.sum() < FEW or not used.any():
        raise NotEstimable("too_few_for_band", clusters=int(took_part.sum()), least=FEW)
    share = summed[took_part][:, used] / error[used]
    rng = np.random.default_rng(seed)
    largest = np.empty(draws)
    step = max(1, 4_000_000 // len(share))
    for start in range(0, draws, step):
        signs = rng.choice([-1.0, 1.0], size=(min(step, draws - start), len(share)))
        largest[start : start + len(signs)] = np.abs(signs @ share).max(axis=1)
    return replace(
        est,
        reference=UniformBand(largest),
        shown_interval=None,
        method=f"{est.method}, uniform band over {int(used.sum())} rows",
        notes=(*est.notes, Note.of("band_large_sample", clusters=int(took_part.sum()))),
    )


def _of_one_cluster(note: str | None) -> bool:
    """Whether a row has no error, or an average has one that leaves a cluster out."""
    told = ("cell_in_one_cluster", "cohort_in_one_cluster", "average_of_one_cluster")
    return isinstance(note, Note) and note.code in (*told, "one_cluster_a_side", "no_inference")
