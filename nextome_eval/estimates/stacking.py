"""Answers of several methods put together, with the covariance between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference_rows import stacked_reference

__all__ = ["stacked"]

Ints = NDArray[np.int64]


def stacked(parts: Mapping[str, Estimates] | Sequence[Estimates]) -> Estimates:
    """Return one answer whose rows are those of the parts; households are matched by label.

    Households that share a cluster in any part share it in the whole.
    """
    named = parts if isinstance(parts, Mapping) else {str(i): p for i, p in enumerate(parts)}
    each = list(named.values())
    scales = {part.scale for part in each}
    if len(scales) > 1:
        raise DesignProblem("scales_differ", found=[str(part.scale) for part in each])
    scale = each[0].scale
    units = each[0].units
    for part in each[1:]:
        units = units.union(part.units, sort=False)
    terms = [part.terms.copy() for part in each]
    if isinstance(parts, Mapping):
        for name, rows in zip(named, terms, strict=True):
            rows["term"] = name + ": " + rows["term"].astype(str)
    refused = tuple(why for part in each for why in part.refused or (None,) * len(part))
    influence = np.full((len(units), sum(map(len, each))), np.nan)
    column = 0
    for part in each:
        where = units.get_indexer(part.units)
        influence[where, column : column + len(part)] = part.influence
        column += len(part)
    return Estimates(
        terms=pd.concat(terms, ignore_index=True),
        value=np.concatenate([part.value for part in each]),
        influence=influence,
        units=units,
        cluster=_joined(units, each),
        scale=scale if isinstance(scale, str) else scale * len(each),
        method=" and ".join(dict.fromkeys(part.method for part in each)),
        kind=each[0].kind,
        reference=stacked_reference([(part.reference, len(part)) for part in each]),
        notes=tuple(dict.fromkeys(note for part in each for note in part.notes)),
        refused=refused if any(refused) else (),
    )


def _joined(units: pd.Index[Any], parts: Sequence[Estimates]) -> Ints:
    """Return the finest clusters (n,) that hold those of every part."""
    first = parts[0]
    if all(p.units is first.units and np.array_equal(p.cluster, first.cluster) for p in parts):
        return first.cluster
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends, size = [], len(units)
    for part in parts:
        codes = np.unique(part.cluster, return_inverse=True)[1]
        ends.append(np.array([units.get_indexer(part.units), size + codes]))
        size += int(codes.max()) + 1
    rows, columns = np.hstack(ends)
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    labels: Ints = connected_components(graph, directed=False)[1][: len(units)].astype(np.int64)
    return labels
