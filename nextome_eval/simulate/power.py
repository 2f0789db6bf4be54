"""How small an effect a study would find: its own design simulated under its own test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.simulate.effects import TOWNS, Effects
from nextome_eval.simulate.pilot import simulate_pilot
from nextome_eval.study.records import Records
from nextome_eval.words import words

__all__ = ["Power", "power"]

Floats = NDArray[np.float64]
_SCALES = {"hazard_ratio": 1.0, "job_finding": 1.0, "neighbour_help": 0.0, "wellbeing": 0.0}


@dataclass(frozen=True)
class Power:
    """How often a test found effects of each size.

    Attributes
    ----------
    table : DataFrame
        ``effect``, ``power`` (share of studies with p at most the level), ``conf_low``,
        ``conf_high`` (Wilson, 95 %), ``refused`` (studies in which the test could not be made;
        they count as not found). The first row is no effect: the false findings.
    draws, households, towns : int
    level : float
    ratio : bool
        The effects are ratios (none is 1), or differences (none is 0).
    """

    table: pd.DataFrame
    draws: int
    households: int
    towns: int
    level: float
    ratio: bool

    def minimum_detectable(self, target: float = 0.8) -> tuple[float, float, float]:
        """Return the smallest effect found with that power, and its limits.

        Power is made to rise with the effect (isotonic regression, no effect left out) and
        interpolated; the limits come from the interval of the power in the same way.

        Raises
        ------
        NotEstimable
            No effect tried is found that often.
        """
        tried = self.table.iloc[1:]
        size = tried["effect"].to_numpy(np.float64)
        found = _crossing(size, tried["power"].to_numpy(np.float64), target, self.ratio)
        if found is None:
            raise NotEstimable("no_effect_found", target=_percent(target), effect=size[-1])
        low = _crossing(size, tried["conf_high"].to_numpy(np.float64), target, self.ratio)
        high = _crossing(size, tried["conf_low"].to_numpy(np.float64), target, self.ratio)
        return found, found if low is None else low, np.inf if high is None else high

    def text(self, language: str = "en", *, target: float = 0.8) -> str:
        """Say in a sentence what the design can find, in ``"en"`` or ``"it"``."""
        values: dict[str, Any] = {
            "households": self.households,
            "towns": self.towns,
            "draws": self.draws,
            "target": _percent(target, language),
            "false": _percent(self.table["power"].iloc[0], language),
        }
        try:
            sizes = self.minimum_detectable(target)
        except NotEstimable:
            largest = _number(self.table["effect"].iloc[-1], language)
            return str(words("power")["not_reached"][language]).format(effect=largest, **values)
        shown = (_number(size, language) for size in sizes)
        values |= dict(zip(("effect", "low", "high"), shown))
        return str(words("power")["reached"][language]).format(**values)

    def __str__(self) -> str:
        return self.text("en")


def power(
    test: Callable[[Records], Any],
    effects: Sequence[float] = (1.5, 2.0, 2.5, 3.0, 4.0),
    *,
    vary: str = "hazard_ratio",
    towns: Mapping[str, tuple[int, int]] = TOWNS,
    level: float = 0.05,
    draws: int = 200,
    seed: int = 1,
) -> Power:
    """Simulate the study under effects of growing size, and count how often a test finds them.

    Towns, arms, shared flats, referrals, visits, losses and exits are those of `simulate_pilot`;
    studies of all sizes of effect share their random numbers. Long: run it under
    ``joblib.parallel_config(n_jobs=...)`` or on a cluster.

    Parameters
    ----------
    test : callable
        Records -> a `Test`, or anything with ``p_value``, or a p-value: what the study will do.
    effects : sequence of float
        Sizes to try; no effect is always tried too.
    vary : str
        Which effect (an attribute of `Effects`): ``"hazard_ratio"``, ``"job_finding"``,
        ``"neighbour_help"`` or ``"wellbeing"``. The others are absent.
    towns : mapping
        Town (ISTAT code) -> (pilot households, control households).
    level : float
        The test finds an effect when p is at most this.
    draws : int
        Studies simulated for each size.
    seed : int
        Of the first study; the others follow.

    Returns
    -------
    Power
        Printed, it says the minimum detectable effect.

    Raises
    ------
    DesignProblem
        There is no such effect; the sizes are none, or do not grow away from no effect.

    Notes
    -----
    A study in which the test refuses (`NotEstimable`, `DataProblem`: nobody in an arm had the
    event, say) counts as one that found nothing.

    Examples
    --------
    >>> def events(records):  # a poor test: many more contracts in the pilot
    ...     own = records.housing.query("holder == 'household'")["household"].unique()
    ...     arm = records.households.set_index("household")["arm"].loc[own]
    ...     return 0.01 if (arm == "pilot").sum() > 2 * (arm == "control").sum() else 0.9
    >>> found = power(events, [2, 6], draws=10)
    >>> found.table["power"].is_monotonic_increasing
    True

    See METHODS.md: power
    """
    from joblib import Parallel, delayed

    if vary not in _SCALES:
        raise DesignProblem("effect_unknown", effect=vary, found=list(_SCALES))
    none = _SCALES[vary]
    sizes = np.array([none, *sorted(effects, key=lambda size: abs(size - none))])
    away = np.diff(sizes)
    if len(sizes) < 2 or not ((away > 0).all() or (away < 0).all()):
        raise DesignProblem("effects_not_growing", effects=list(effects), none=none)
    jobs = [(float(size), seed + k) for size in sizes for k in range(draws)]
    p_values = np.array(
        Parallel()(delayed(_p_value)(test, vary, size, towns, s) for size, s in jobs)
    ).reshape(len(sizes), draws)
    found = (p_values <= level).mean(axis=1)
    low, high = _wilson(found, draws)
    table = pd.DataFrame(
        {
            "effect": sizes,
            "power": found,
            "conf_low": low,
            "conf_high": high,
            "refused": np.isnan(p_values).sum(axis=1),
        }
    )
    households = sum(sum(pair) for pair in towns.values())
    return Power(table, draws, households, len(towns), level, ratio=none == 1.0)


def _p_value(
    test: Callable[[Records], Any],
    vary: str,
    size: float,
    towns: Mapping[str, tuple[int, int]],
    seed: int,
) -> float:
    from nextome_eval.errors import DataProblem

    nothing = replace(Effects().scaled(0.0), home=True)
    chosen: dict[str, Any] = {vary: size}
    records = simulate_pilot(seed, towns=towns, effects=replace(nothing, **chosen))
    try:
        answer = test(records)
    except (NotEstimable, DataProblem):
        return float("nan")
    return float(getattr(answer, "p_value", answer))


def _wilson(share: Floats, n: int) -> tuple[Floats, Floats]:
    """Return the limits of Wilson (1927) at 95 %."""
    z2 = 1.959963984540054**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 / n * (share * (1 - share) + z2 / (4 * n))) / (1 + z2 / n)
    return middle - half, middle + half


def _crossing(size: Floats, share: Floats, target: float, ratio: bool) -> float | None:
    """Return where a rising curve crosses the target, None if it stays below.

    The smallest size tried is returned where even that is found often enough.
    """
    from scipy.optimize import isotonic_regression

    rising = isotonic_regression(share).x
    if rising[-1] < target:
        return None
    k = int(np.argmax(rising >= target))
    if k == 0:
        return float(size[0])
    scale = np.log(size) if ratio else size
    part = (target - rising[k - 1]) / (rising[k] - rising[k - 1])
    at = scale[k - 1] + part * (scale[k] - scale[k - 1])
    return float(np.exp(at) if ratio else at)


def _percent(share: float, language: str = "en") -> str:
    return _number(100 * share, language, digits=0) + " %"


def _number(value: float, language: str, *, digits: int = 2) -> str:
    if np.isinf(value):
        return "∞"
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language == "it" else text
