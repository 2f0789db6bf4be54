"""Adjusters that are unknown, constant or repeat others are refused by name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nextome_eval.errors import DataProblem
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.least_squares import independent_columns


def refuse_unknown(covariates: Floats, terms: Sequence[str]) -> None:
    """Refuse the last columns (rows, q or more), named by `terms`, that hold no value at all."""
    last = covariates[:, covariates.shape[1] - len(terms) :]
    known = (~np.isnan(last)).sum(axis=0)
    gone = [term for term, count in zip(terms, known, strict=True) if count == 0]
    if gone and len(covariates):
        raise DataProblem("adjusters_never_known", columns=gone)


def refuse_collinear(covariates: Floats, terms: Sequence[str]) -> None:
    """Refuse columns (rows, q) that follow from a constant and the columns before them."""
    refuse_unknown(covariates, terms)
    complete = covariates[~np.isnan(covariates).any(axis=1)]
    keep = independent_columns(np.column_stack([np.ones(len(complete)), complete]))[1:]
    if not keep.all():
        lost = [term for term, kept in zip(terms, keep, strict=True) if not kept]
        raise DataProblem("adjusters_repeat", columns=lost)
