"""How sure can one still be when several outcomes were tested?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

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

    return np.asarray(multipletests(np.asarray(p_values, dtype=np.float64), method="holm")[1])
