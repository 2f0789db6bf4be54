"""What closed formulas say a study can find: the anchors beside the simulated power."""

from __future__ import annotations

from math import exp, log, sqrt

from nextome_eval.errors import DesignProblem

__all__ = ["detectable_difference", "detectable_ratio", "events_needed", "power_of_difference"]


def _multiple(level: float, power: float) -> float:
    """Return z(1 - level/2) + z(power): how many standard errors the effect must measure."""
    from scipy.special import ndtri

    return float(ndtri(1 - level / 2) + ndtri(power))


def events_needed(
    ratio: float, *, power: float = 0.8, level: float = 0.05, treated: float = 0.5
) -> float:
    """Return how many events a log-rank test needs to find a hazard ratio.

    Parameters
    ----------
    ratio : float
        Hazard ratio, positive and not 1.
    power, level : float
        Wanted power and two-sided level.
    treated : float
        Share of the households in the pilot.

    Returns
    -------
    float
        Events in both arms, not rounded.

    Raises
    ------
    DesignProblem
        The ratio is 1 or not positive.

    Notes
    -----
    Schoenfeld (1983), Biometrics 39, equation 1.

    Examples
    --------
    >>> round(events_needed(0.5), 5)
    65.34566

    See METHODS.md: power
    """
    if ratio <= 0 or ratio == 1:
        raise DesignProblem("ratio_finds_nothing", ratio=ratio)
    return float(_multiple(level, power) ** 2 / (treated * (1 - treated) * log(ratio) ** 2))


def detectable_ratio(
    events: float, *, power: float = 0.8, level: float = 0.05, treated: float = 0.5
) -> float:
    """Return the smallest hazard ratio above 1 that so many events detect.

    The inverse of `events_needed`; its reciprocal is as detectable.

    Examples
    --------
    >>> round(detectable_ratio(30), 2), round(detectable_ratio(50), 2)
    (2.78, 2.21)

    See METHODS.md: power
    """
    return exp(_multiple(level, power) / sqrt(treated * (1 - treated) * events))


def detectable_difference(
    pilots: int,
    controls: int,
    *,
    correlation: float,
    analysis: str = "ancova",
    power: float = 0.8,
    level: float = 0.05,
) -> float:
    """Return the smallest difference between arms that is found, in standard deviations.

    Parameters
    ----------
    pilots, controls : int
        Households in each arm.
    correlation : float
        Between the outcome at baseline and at the wave.
    analysis : str
        ``"ancova"`` (wave outcome given baseline), ``"change"`` (difference in differences), or
        ``"wave"`` (the wave alone).
    power, level : float
        Wanted power and two-sided level.

    Returns
    -------
    float

    Raises
    ------
    DesignProblem
        The analysis is none of the three.

    Notes
    -----
    Normal approximation with the variances of Frison and Pocock (1992), Statistics in Medicine 11.

    Examples
    --------
    >>> [round(detectable_difference(21, 21, correlation=r), 2) for r in (0.7, 0.3)]
    [0.62, 0.82]
    >>> [round(detectable_difference(21, 21, correlation=r, analysis="change"), 2)
    ...  for r in (0.7, 0.3)]
    [0.67, 1.02]

    See METHODS.md: power
    """
    variance = _variance(correlation, analysis) * (1 / pilots + 1 / controls)
    return _multiple(level, power) * sqrt(variance)


def _variance(correlation: float, analysis: str) -> float:
    variances = {"ancova": 1 - correlation**2, "change": 2 * (1 - correlation), "wave": 1.0}
    if analysis not in variances:
        raise DesignProblem("analysis_unknown", analysis=analysis, found=list(variances))
    return variances[analysis]


def power_of_difference(
    difference: float,
    households: int,
    *,
    towns: int | None = None,
    correlation: float = 0.3,
    icc: float = 0.05,
    level: float = 0.05,
) -> float:
    """Return the power to find a difference, with controls inside the towns or between towns.

    Parameters
    ----------
    difference : float
        In standard deviations.
    households : int
        Of both arms, in equal parts.
    towns : int, optional
        Whole towns are assigned, half to each arm; None = every town holds both arms.
    correlation : float
        Between the outcome at baseline and at the wave (controls inside the towns: ANCOVA).
    icc : float
        Share of the variance that lies between towns (towns assigned).
    level : float
        Two-sided.

    Returns
    -------
    float
        From the noncentral t: ``households - 3`` degrees of freedom (two arms and the baseline),
        or ``towns - 2`` on the means of towns.

    Raises
    ------
    DesignProblem
        Fewer than three towns are assigned, or an odd number.

    Examples
    --------
    With 80 households and 0.6 standard deviations:

    >>> [round(power_of_difference(0.6, 80, towns=towns), 1) for towns in (None, 4, 8)]
    [0.8, 0.2, 0.5]

    See METHODS.md: power
    """
    from scipy.stats import nct, t

    if towns is None:
        error, df = sqrt(4 / households * _variance(correlation, "ancova")), households - 3
    else:
        if towns < 4 or towns % 2:
            raise DesignProblem("towns_not_in_halves", towns=towns)
        size = households / towns
        error, df = sqrt(4 / towns * (1 + (size - 1) * icc) / size), towns - 2
    limit = t.ppf(1 - level / 2, df)
    shift = difference / error
    return float(nct.sf(limit, df, shift) + nct.cdf(-limit, df, shift))
