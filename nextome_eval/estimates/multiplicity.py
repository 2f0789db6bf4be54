"""How sure can one still be when several outcomes were tested?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nextome_eval.errors import DataProblem

__all__ = ["holm"]


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjust the p-values (k,) of one family so that a single false claim stays rare.

    Parameters
    ----------
    p_values : array (k,)

    Returns
    -------
    array (k,)
        Adjusted p-values, in the order given.

    Raises
    ------
    DataProblem
        A p-value is missing or not between 0 and 1.

    Source
    ------
    Holm (1979), by statsmodels.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]

    See METHODS.md: Multiplicity
    """
    from statsmodels.stats.multitest import multipletests

    asked = np.asarray(p_values, dtype=np.float64).reshape(-1)
    wrong = np.flatnonzero(~((asked >= 0) & (asked <= 1)))
    if len(wrong):
        raise DataProblem("p_values_wrong", places=(wrong + 1).tolist())
    return np.asarray(multipletests(asked, method="holm")[1]) if len(asked) else asked
