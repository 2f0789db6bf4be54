"""What a method answers: values, and each household's influence on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.faces import FaceOfEstimates
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.reference import Normal, Reference
from nextome_eval.estimates.reference_rows import combined_reference, picked_reference
from nextome_eval.estimates.rows import combined_influence, one_scale, refused_by, scale_of
from nextome_eval.estimates.scale import scale_named
from nextome_eval.estimates.when_asked import WhenAsked

__all__ = ["Estimates"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Estimates(FaceOfEstimates):
    """k values with the influence of n households on each.

    The influence of a household is its first-order part of the error: the estimate less the
    truth is near their sum, so the covariance is ``influence.T @ influence``, summed within
    clusters first. NaN in a row = the household took no part.

    Parameters
    ----------
    terms : DataFrame (k, ...)
        First column `term`; then what places a row (cohort, time, strata, n_risk, ...).  Or
        `when_asked` of a function that makes it: long curves are seldom read row by row.
    value : float array (k,)
        On the scale inside: logs for ratios.
    influence : float array (n, k)
    units : Index (n,)
        Household labels.
    cluster : int array (n,)
        Who shares shocks.
    scale : str or tuple of str
        ``"identity"``, ``"log"`` (shown as ratios) or ``"logit"``; a tuple (k,) where rows differ.
    method : str
        What computed them.
    kind : str
        ``"effects"``, ``"trajectory"`` or ``"curve"``: the picture it makes.
    model_covariance : float array (k, k), optional
        Used instead of the influences where the method's convention is model-based.
    fit : object, optional
        The least-squares fit behind the values, for small-cluster corrections.
    reference : Reference
        What p-values and intervals come from; `infer` attaches another where the design asks.
    shown_interval : callable, optional
        A curve's own interval: ``(value, std_error, level) -> (low, high)``.
    notes : tuple of str
        What a reader must know: households left out, and why.
    outcome : str, optional
        The column that was analysed.
    refused : tuple of (Note or None), optional
        One a row: why it has no standard error, interval or p-value, None where it has them.  Such
        rows stand empty in `tidy`, beside a column ``refused`` that says why.

    Examples
    --------
    >>> est = Estimates.of_mean(["a", "b", "c", "d"], np.array([1.0, 2, 3, 6]), term="mean cost")
    >>> est.tidy()[["term", "estimate", "std_error"]].round(3).to_dict("list")
    {'term': ['mean cost'], 'estimate': [3.0], 'std_error': [0.935]}
    """

    terms: pd.DataFrame
    value: Floats
    influence: Floats
    units: pd.Index[Any]
    cluster: Ints
    scale: str | tuple[str, ...] = "identity"
    method: str = ""
    kind: str = "effects"
    model_covariance: Floats | None = None
    fit: Any = None
    reference: Reference = field(default_factory=Normal)
    shown_interval: Any = None
    notes: tuple[str, ...] = ()
    outcome: str | None = None
    refused: tuple[Note | None, ...] = ()

    def __post_init__(self) -> None:
        k = len(self.value)
        assert _TERMS.waits(self) or (len(self.terms) == k and self.terms.columns[0] == "term")
        assert self.influence.shape == (len(self.units), k)
        assert self.cluster.shape == (len(self.units),)
        assert len(self.refused) in (0, k)

    @classmethod
    def of_mean(cls, units: Sequence[Any], values: Floats, *, term: str) -> Estimates:
        """Estimate one mean from one value a household, NaN = took no part."""
        centred = (values - np.nanmean(values)) / np.sum(~np.isnan(values))
        return cls(
            terms=pd.DataFrame({"term": [term]}),
            value=np.array([np.nanmean(values)]),
            influence=centred[:, None],
            units=pd.Index(units),
            cluster=np.arange(len(values)),
            method="mean",
        )

    def __len__(self) -> int:
        return len(self.value)

    @property
    def n(self) -> Ints:
        """Households behind each value (k,)."""
        counts: Ints = (~np.isnan(self.influence)).sum(axis=0)
        return counts

    @property
    def clusters(self) -> int:
        """Clusters that took part."""
        took_part = ~np.isnan(self.influence).all(axis=1)
        return len(np.unique(self.cluster[took_part]))

    @property
    def clustered_influence(self) -> Floats:
        """Influences summed within clusters (G, k); a household that took no part adds 0."""
        _, codes = np.unique(self.cluster, return_inverse=True)
        summed = np.empty((codes.max(initial=-1) + 1, len(self)))
        for j, column in enumerate(np.nan_to_num(self.influence).T):
            summed[:, j] = np.bincount(codes, column)
        return summed

    @property
    def covariance(self) -> Floats:
        """Covariance (k, k) on the scale inside; NaN in the rows and columns of refused rows."""
        found = self.model_covariance
        if found is None:
            summed = self.clustered_influence
            found = np.asarray(summed.T @ summed)
        bare = self._bare
        return np.where(bare | bare[:, None], np.nan, found) if bare.any() else found

    @property
    def std_error(self) -> Floats:
        """Standard errors (k,) on the scale inside; NaN in refused rows."""
        if self.model_covariance is not None:
            variances = self.model_covariance.diagonal()
        else:
            variances = np.einsum("gk,gk->k", *(2 * [self.clustered_influence]))
        found = np.sqrt(np.asarray(variances, dtype=np.float64))
        return np.where(self._bare, np.nan, found) if self.refused else found

    @property
    def _bare(self) -> NDArray[np.bool_]:
        """Which rows have no standard error (k,)."""
        if not self.refused:
            return np.zeros(len(self), bool)
        return np.array([why is not None for why in self.refused])

    def supported(self, *, entirely: bool = True) -> Estimates:
        """Return itself; NotEstimable where a row (or, not `entirely`, every row) is refused."""
        bare = self._bare
        if len(bare) and (bare.any() if entirely else bare.all()):
            raise NotEstimable("no_standard_error", why=self.refused[int(np.argmax(bare))])
        return self

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Limits (k,), (k,) as shown, by the inference attached; refused if every row is."""
        return self.supported(entirely=False)._limits(level)

    def _limits(self, level: float) -> tuple[Floats, Floats]:
        if not 0 < level < 1:
            raise DesignProblem("level_not_between_0_and_1", level=level)
        if self.shown_interval is not None:
            low, high = self.shown_interval(self.value, self.std_error, level)
            return low, high
        low, high = self.reference.interval(self.value, self.std_error, level)
        shown = scale_named(self.scale).shown
        return shown(low), shown(high)

    def p_value(self, null: float | None = None) -> Floats:
        """Two-sided p-values (k,) against `null` on the scale inside (no effect by default)."""
        return self.supported(entirely=False)._p_value(null)

    def _p_value(self, null: float | None = None) -> Floats:
        null = scale_named(self.scale).null if null is None else null
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.reference.p_value(self.value, self.std_error, null)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return the rows with broom's names; ratios are shown with their log standard error.

        Parameters
        ----------
        level : float
            Confidence level between 0 and 1.

        Returns
        -------
        DataFrame
            term, coordinates, estimate, std_error, [statistic, df, p_value,] conf_low, conf_high;
            where some row has no standard error also ``refused``, which says why.
        """
        rows = self.terms.reset_index(drop=True).copy()
        scale = scale_named(self.scale)
        rows["estimate"] = scale.shown(self.value)
        rows["std_error"] = self.std_error
        if self.kind != "curve":
            with np.errstate(divide="ignore", invalid="ignore"):
                rows["statistic"] = (self.value - scale.null) / self.std_error
            rows["df"] = np.inf if self.reference.df is None else self.reference.df
            rows.loc[self._bare, "df"] = np.nan
            rows["p_value"] = np.where(self._bare, np.nan, self._p_value())
        limits = self._limits(level)
        rows["conf_low"], rows["conf_high"] = (np.where(self._bare, np.nan, x) for x in limits)
        return rows.assign(refused=pd.Series(self.refused)) if self._bare.any() else rows

    def where(self, **coordinates: Any) -> Estimates:
        """Return the rows whose coordinates equal the values given (a list: any of them)."""
        keep = np.ones(len(self), bool)
        for name, wanted in coordinates.items():
            if name not in self.terms:
                raise DesignProblem("term_unknown", wanted=name, found=list(self.terms.columns))
            many = isinstance(wanted, (list, tuple, set, np.ndarray, pd.Index))
            keep &= self.terms[name].isin(list(wanted) if many else [wanted]).to_numpy()
        if not keep.any():
            raise DesignProblem(
                "no_such_row", wanted=[f"{k} = {v}" for k, v in coordinates.items()]
            )
        return self._rows(np.flatnonzero(keep))

    def _rows(self, rows: Ints) -> Estimates:
        covariance = self.model_covariance
        return replace(
            self,
            terms=self.terms.iloc[rows].reset_index(drop=True),
            value=self.value[rows],
            influence=self.influence[:, rows],
            model_covariance=None if covariance is None else covariance[np.ix_(rows, rows)],
            fit=None if self.fit is None else self.fit.combined(np.eye(len(self))[rows]),
            reference=picked_reference(self.reference, rows),
            scale=scale_of(self.scale, rows),
            shown_interval=None,
            refused=refused_by(self.refused, np.eye(len(self))[rows]) if self.refused else (),
        )

    def contrast(self, matrix: Any, terms: Sequence[str] | None = None) -> Estimates:
        """Return linear combinations ``matrix @ value`` (m,) of the rows, on the scale inside.

        Parameters
        ----------
        matrix : float array (m, k) or (k,)
        terms : sequence of str, optional
            What the m combinations are called.
        """
        matrix = np.atleast_2d(np.asarray(matrix, dtype=np.float64))
        names = list(terms) if terms else [f"contrast {i + 1}" for i in range(len(matrix))]
        covariance = self.model_covariance
        fit = None if self.fit is None else self.fit.combined(matrix)
        return replace(
            self,
            terms=pd.DataFrame({"term": names}),
            value=matrix @ self.value,
            influence=combined_influence(self.influence, matrix),
            model_covariance=None if covariance is None else matrix @ covariance @ matrix.T,
            fit=fit,
            reference=combined_reference(self.reference, matrix, fit),
            scale=one_scale(self.scale, matrix),
            shown_interval=None,
            kind="effects",
            refused=refused_by(self.refused, matrix),
        )

    def average(self, weights: Any = None, term: str = "average") -> Estimates:
        """Return the (weighted) average of the rows."""
        w = np.ones(len(self)) if weights is None else np.asarray(weights, dtype=np.float64)
        return self.contrast(w / w.sum(), [term])

    def clustered(self, codes: Ints) -> Estimates:
        """Return the same values with influences summed by other clusters, codes (n,)."""
        return replace(self, cluster=np.asarray(codes, dtype=np.int64), model_covariance=None)

    @staticmethod
    def stack(parts: Mapping[str, Estimates] | Sequence[Estimates]) -> Estimates:
        """Put answers of several methods together, with the covariance between them.

        Households are matched by label; a mapping's keys go before the terms.
        """
        from nextome_eval.estimates.stacking import stacked

        return stacked(parts)


_TERMS = Estimates.terms = WhenAsked("terms")  # type: ignore[assignment]
