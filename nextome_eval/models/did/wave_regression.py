"""One regression over all waves whose arm effects are one a wave, compared within towns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem, NotEstimable
from nextome_eval.numerics.demean import demeaned
from nextome_eval.numerics.least_squares import LinearFit, independent_columns
from nextome_eval.study.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Adjuster:
    """A covariate whose slope may differ by wave.

    ``values`` (rows,); ``needed``: refuse when it adds nothing (False: leave it out quietly).
    """

    name: str
    values: Floats
    needed: bool = True


@dataclass(frozen=True)
class WaveRegression:
    """Rows and columns of the regression.

    Parameters
    ----------
    panel : the panel
    name : outcome's name, for sentences
    rows : (m,) rows of the panel used
    outcome : (rows of the panel,)
    strata : (n,) whose wave effects are removed
    effect_times : times with an arm effect of their own
    adjusters : covariates, with a slope for each effect time
    within : whether household effects are removed
    """

    panel: Panel
    name: str
    rows: Ints
    outcome: Floats
    strata: Ints
    effect_times: Floats
    adjusters: Sequence[Adjuster] = ()
    within: bool = False

    def fit(self) -> tuple[LinearFit, tuple[str, ...]]:
        """Fit; returns it reporting one term an effect time, and the adjusters that added nothing.

        Raises
        ------
        DataProblem
            ``adjuster_collinear``.
        NotEstimable
            ``wave_without_comparison``.
        """
        rows, panel = self.rows, self.panel
        unit, time = panel.unit[rows], panel.time[rows]
        weights = None if panel.weights is None else panel.weights[rows]
        at = (time[:, None] == self.effect_times).astype(np.float64)
        waves = self._wave_columns(unit, time)
        slopes = [at * a.values[rows][:, None] for a in self.adjusters]
        loading = at
        design = np.hstack([waves, *slopes, panel.arm[unit][:, None] * at])
        y = self.outcome[rows]
        if self.within:
            codes = np.unique(unit, return_inverse=True)[1]
            together = demeaned(np.column_stack([design, at, y]), codes, weights)
            design = together[:, : design.shape[1]]
            loading, y = together[:, design.shape[1] : -1], together[:, -1]
        keep = independent_columns(design, weights)
        quiet = self._judge(keep, waves.shape[1], design)
        arms = np.flatnonzero(np.arange(len(keep))[keep] >= len(keep) - at.shape[1])
        fit = LinearFit(
            design=design[:, keep],
            outcome=y,
            pick=np.eye(int(keep.sum()))[arms],
            unit=unit,
            cluster=panel.cluster[unit],
            weights=weights,
            arm_columns=tuple(arms.tolist()),
            arm_loading=loading,
            absorbed=len(np.unique(unit)) if self.within else 0,
        )
        return fit, quiet

    def _wave_columns(self, unit: Ints, time: Floats) -> Floats:
        """A dummy a stratum and wave; with household effects all but each stratum's first."""
        _, wave = np.unique(time, return_inverse=True)
        cell = self.strata[unit] * (wave.max() + 1) + wave
        cells, code = np.unique(cell, return_inverse=True)
        first = np.unique(cells // (wave.max() + 1), return_index=True)[1]
        used = np.setdiff1d(np.arange(len(cells)), first) if self.within else np.arange(len(cells))
        return np.asarray(code[:, None] == used, dtype=np.float64)

    def _judge(self, keep: NDArray[np.bool_], waves: int, design: Floats) -> tuple[str, ...]:
        """Refuse what had to be in the regression and could not be."""
        times = len(self.effect_times)
        lost = ~keep[len(keep) - times :]
        alone = np.hstack([design[:, :waves], design[:, len(keep) - times :]])
        if lost.any() and self.adjusters and independent_columns(alone)[waves:].all():
            raise DataProblem("adjusters_are_arm", columns=[a.name for a in self.adjusters])
        if lost.any():
            raise NotEstimable(
                "wave_without_comparison",
                outcome=self.name,
                waves=[f"{t:g}" for t in self.effect_times[lost]],
                treated=self.panel.arm_labels[1],
                compared_to=self.panel.arm_labels[0],
            )
        quiet = []
        for i, adjuster in enumerate(self.adjusters):
            lost = ~keep[waves + i * times : waves + (i + 1) * times]
            if lost.any() and adjuster.needed:
                where = [f"{t:g}" for t in self.effect_times[lost]]
                raise DataProblem("adjuster_collinear", column=adjuster.name, waves=where)
            if lost.all():
                quiet.append(adjuster.name)
        return tuple(quiet)
