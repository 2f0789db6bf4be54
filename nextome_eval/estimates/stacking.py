"""Answers of several methods put together, with the covariance between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference_rows import stacked_reference

__all__ = ["stacked"]


def stacked(parts: Mapping[str, Estimates] | Sequence[Estimates]) -> Estimates:
    """Return one answer whose rows are those of the parts; households are matched by label."""
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
    cluster = np.full(len(units), -1)
    column = 0
    for part in each:
        where = units.get_indexer(part.units)
        influence[where, column : column + len(part)] = part.influence
        cluster[where] = part.cluster
        column += len(part)
    return Estimates(
        terms=pd.concat(terms, ignore_index=True),
        value=np.concatenate([part.value for part in each]),
        influence=influence,
        units=units,
        cluster=cluster,
        scale=scale if isinstance(scale, str) else scale * len(each),
        method=" and ".join(dict.fromkeys(part.method for part in each)),
        kind=each[0].kind,
        reference=stacked_reference([(part.reference, len(part)) for part in each]),
        notes=tuple(dict.fromkeys(note for part in each for note in part.notes)),
        refused=refused if any(refused) else (),
    )
