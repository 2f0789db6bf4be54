"""Weighted least squares, kept whole so that small-cluster inference can be asked of it later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NotEstimable
from nextome_eval.numerics.bias_reduced import Adjusted, adjusted_scores, satterthwaite
from nextome_eval.numerics.cluster_blocks import Codes, Floats, cluster_sums, consecutive
from nextome_eval.numerics.jackknife_clusters import leave_one_cluster_out
from nextome_eval.numerics.orthonormal import orthonormal, well_behaved

CovarianceKind = Literal["CR0", "CR1", "CR1S", "CR2", "CR3", "jackknife"]


@dataclass(frozen=True)
class LinearFit:
    """A weighted least-squares fit and the k linear combinations of coefficients reported from it.

    The design is held as it was used.  Effects nested in the clusters (a household's own level,
    when clusters are households or towns) may have been removed by demeaning beforehand: CR2 and
    its degrees of freedom are then still those of the full projection (Pustejovsky and Tipton
    2018, theorem 2), provided weights do not vary within the effect.  Every other effect must
    stand in the design as columns.

    Parameters
    ----------
    design : (rows, p) array of full column rank
    outcome : (rows,) array
    pick : (k, p) array, the reported combinations
    unit : (rows,) household codes, 0..n-1 (households that took no part simply do not occur)
    cluster : (rows,) cluster codes
    weights : (rows,) positive weights or None
    arm_columns : columns of the design that are the household's arm (0/1) times a loading: what
        dealing the arms anew changes
    arm_loading : (rows, m) those loadings (a wave's indicator, demeaned as the design is)
    absorbed : number of effects removed by demeaning

    Raises
    ------
    NotEstimable
        ``collinear_design`` when the columns are linearly dependent, ``no_residual_rows`` when
        there are not more rows than columns.

    Notes
    -----
    All algebra is done on the orthonormal basis U = X R^-1 with U' W U = I.
    """

    design: Floats
    outcome: Floats
    pick: Floats
    unit: Codes
    cluster: Codes
    weights: Floats | None = None
    arm_columns: tuple[int, ...] = ()
    arm_loading: Floats | None = None
    absorbed: int = 0

    def __post_init__(self) -> None:
        rows, columns = self.design.shape
        if rows <= columns:
            raise NotEstimable("no_residual_rows", rows=rows, columns=columns)
        if self.rank < columns:
            raise NotEstimable("collinear_design", columns=columns, rank=self.rank)

    # the basis -------------------------------------------------------------------------------
    @cached_property
    def _root(self) -> Floats:
        return np.ones(len(self.outcome)) if self.weights is None else np.sqrt(self.weights)

    @cached_property
    def _basis(self) -> tuple[Floats, Floats]:
        scaled = self.design * self._root[:, None]
        length = np.sqrt((scaled**2).sum(axis=0))
        length[length == 0] = 1.0
        q, r = orthonormal(scaled / length)
        return q, r * length

    @cached_property
    def rank(self) -> int:
        """Number of linearly independent columns."""
        _, r = self._basis
        scale = np.sqrt((r**2).sum(axis=0))
        scale[scale == 0] = 1.0
        return int(np.linalg.matrix_rank(r / scale, tol=1e-9))

    @cached_property
    def basis(self) -> Floats:
        """U (rows, p), the design turned so that U' W U = I."""
        return self._basis[0] / self._root[:, None]

    @cached_property
    def direction(self) -> Floats:
        """The reported combinations on the basis U, (p, k)."""
        r = self._basis[1]
        return np.asarray(np.linalg.solve(r.T, self.pick.T))

    def unturned(self, turned: Floats) -> Floats:
        """Coefficients, (p,) or (p, m), of what stands on the basis U."""
        return np.asarray(np.linalg.solve(self._basis[1], turned))

    # the fit ---------------------------------------------------------------------------------
    @cached_property
    def coefficients(self) -> Floats:
        """All p coefficients."""
        return self.unturned(self._basis[0].T @ (self.outcome * self._root))

    @cached_property
    def value(self) -> Floats:
        """The k reported combinations."""
        return self._settled(self.pick @ self.coefficients)

    @cached_property
    def residuals(self) -> Floats:
        """Outcome minus fitted, (rows,)."""
        return self._settled(self.outcome - self.design @ self.coefficients)

    def _settled(self, values: Floats) -> Floats:
        """Rounding error is no information: a mean of zeros is zero, and has no spread."""
        noise = 1e-13 * np.abs(self.outcome).max(initial=0.0)
        return np.where(np.abs(values) <= noise, 0.0, values)

    @cached_property
    def scores(self) -> Floats:
        """Each row's share of the estimate, (rows, k): they sum to zero at the solution."""
        weighted = self.residuals * self._root**2
        return (self.basis * weighted[:, None]) @ self.direction

    def influence(self, households: int) -> Floats:
        """Influence by household, (households, k); NaN for those that took no part."""
        out = cluster_sums(self.scores, self.unit, households)
        absent = np.ones(households, dtype=bool)
        absent[self.unit] = False
        out[absent] = np.nan
        return out

    # inference -------------------------------------------------------------------------------
    @cached_property
    def groups(self) -> Codes:
        """Cluster codes of the rows, 0..G-1."""
        return consecutive(self.cluster)

    @property
    def clusters(self) -> int:
        """G, the number of clusters that took part."""
        return int(self.groups.max()) + 1

    def clusters_by_arm(self) -> tuple[int, int]:
        """Clusters with a compared-to household and with a treated one; all, where arms are not
        known."""
        if not self.arm_columns:
            return self.clusters, self.clusters
        treated = np.zeros(int(self.unit.max()) + 1, bool)
        moved = np.abs(self.design[:, list(self.arm_columns)]).max(axis=1) > 0
        treated[self.unit[moved]] = True
        there = treated[self.unit]
        return len(np.unique(self.groups[~there])), len(np.unique(self.groups[there]))

    @cached_property
    def _adjusted(self) -> Adjusted:
        return adjusted_scores(
            self.basis, self.residuals, self.groups, self.direction, weights=self.weights
        )

    def covariance(self, kind: CovarianceKind = "CR2") -> Floats:
        """Cluster-robust covariance of the k reported combinations.

        Parameters
        ----------
        kind : "CR0" no correction; "CR1" times G/(G-1); "CR1S" Stata's, also times
            (N-1)/(N-p); "CR2" Bell-McCaffrey bias reduction (working model: independent rows of
            equal variance); "CR3" leave one cluster out, refused where an effect cannot be
            computed without a cluster; "jackknife" Hansen's, with the generalised inverse there.

        Source
        ------
        Bell and McCaffrey (2002); Pustejovsky and Tipton (2018); Hansen (2022).
        """
        count = self.clusters
        if count < 2:
            raise NotEstimable("one_cluster")
        if kind == "CR2":
            scores = self._adjusted.scores
            return scores.T @ scores
        if kind in ("CR3", "jackknife"):
            moved = leave_one_cluster_out(self, strict=kind == "CR3") - self.value
            return moved.T @ moved
        sums = cluster_sums(self.scores, self.groups, count)
        factor = 1.0 if kind == "CR0" else count / (count - 1)
        if kind == "CR1S":
            rows, columns = self.design.shape
            factor *= (rows - 1) / (rows - columns - self.absorbed)
        return factor * sums.T @ sums

    def cluster_weights(self) -> Floats:
        """Share of the first combination's information that each cluster brings, (G,).

        Their squared coefficient of variation gives the effective number of clusters,
        G / (1 + CV^2): Carter, Schnepel and Steigerwald (2017), with independent errors.
        """
        root = np.ones(len(self.outcome)) if self.weights is None else np.sqrt(self.weights)
        carried = (self.basis @ self.direction[:, 0] * root) ** 2
        share = np.bincount(self.groups, carried, minlength=self.clusters)
        return np.asarray(share / share.sum())

    def df(self, contrasts: Floats | None = None) -> Floats:
        """Satterthwaite (Bell-McCaffrey) degrees of freedom that go with CR2.

        Parameters
        ----------
        contrasts : (m, k) combinations of the reported terms; None gives one for each term
        """
        matrix = np.eye(len(self.pick)) if contrasts is None else np.atleast_2d(contrasts)
        return satterthwaite(self._adjusted, matrix)

    def std_error(self, kind: CovarianceKind = "CR2") -> Floats:
        """Square roots of the covariance's diagonal, (k,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance(kind))))

    def effective_clusters(self) -> Floats:
        """Carter, Schnepel and Steigerwald's (2017) effective number of clusters for each term."""
        share = self.basis @ self.direction
        share = share if self.weights is None else share * self.weights[:, None]
        gamma = cluster_sums(share**2, self.groups, self.clusters)
        return np.asarray(self.clusters / (1 + gamma.var(axis=0) / gamma.mean(axis=0) ** 2))

    def cluster_leverage(self) -> Floats:
        """Trace of each cluster's hat block, (G,): they sum to p."""
        own = (self.basis * self._root[:, None]) ** 2
        return np.asarray(cluster_sums(own, self.groups, self.clusters).sum(axis=1))

    # the same fit, asked differently -----------------------------------------------------------
    def combined(self, matrix: Floats) -> LinearFit:
        """The same fit reporting ``matrix @`` its terms, (m, k) -> m terms."""
        return replace(self, pick=np.atleast_2d(matrix) @ self.pick)

    def clustered(self, codes: Codes) -> LinearFit:
        """The same fit with other clusters; ``codes`` is one code a household, (n,)."""
        return replace(self, cluster=np.asarray(codes)[self.unit])


def independent_columns(columns: Floats, weights: Floats | None = None) -> NDArray[np.bool_]:
    """Which columns add something to those before them, in order, (p,).

    Examples
    --------
    >>> independent_columns(np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 1.0]])).tolist()
    [True, False, True]
    """
    scaled = columns if weights is None else columns * np.sqrt(weights)[:, None]
    length = np.sqrt((scaled**2).sum(axis=0))
    keep = np.zeros(columns.shape[1], dtype=bool)
    if not len(keep):
        return keep
    unit = scaled / np.where(length > 0, length, 1.0)
    if well_behaved(unit.T @ unit):
        return ~keep
    basis = np.empty((len(columns), 0))
    for j in range(columns.shape[1]):
        rest = unit[:, j] - basis @ (basis.T @ unit[:, j])
        rest = rest - basis @ (basis.T @ rest)
        size = float(np.sqrt(rest @ rest))
        if size > 1e-7:
            keep[j] = True
            basis = np.column_stack([basis, rest / size])
    return keep
