"""Who takes part: households by town and arm, when they were referred, what home they got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nextome_eval.errors import DesignProblem
from nextome_eval.simulate.effects import Effects

__all__ = ["Cohort", "cohort", "days_of", "stream"]

Array = NDArray[Any]

FIRST_REFERRAL = np.datetime64("2021-03-08")
REFERRAL_DAYS = 540
_PREFIXES = {
    "028060": "PD",
    "028001": "AB",
    "028016": "CA",
    "028057": "MT",
    "028058": "NP",
    "028065": "PS",
    "028072": "RU",
    "028092": "TO",
}
_KINDS = ["single_mother", "single_father", "couple_with_children", "couple", "single", "other"]
_SHARES = [0.64, 0.06, 0.27, 0.0, 0.0, 0.03]
_WITH_CHILDREN = ["single_mother", "single_father", "couple_with_children", "other"]
_TWO_ADULTS = ["couple_with_children", "couple", "other"]


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random stream of one part, so that leaving a part out changes no other."""
    return np.random.default_rng([seed, crc32(name.encode())])


@dataclass(frozen=True, eq=False)
class Cohort:
    """The households, one entry each in every array; dates are datetime64[D].

    `frailty` (standard normal) is what a household brings along: it moves wellbeing, work and
    the chance of being lost, never the hazard of independence.
    """

    household: Array
    town: Array
    pilot: NDArray[np.bool_]
    referral: Array
    kind: Array
    adults: NDArray[np.int64]
    minors: NDArray[np.int64]
    origin: Array
    home_type: Array
    flat: Array
    frailty: NDArray[np.float64]

    @property
    def n(self) -> int:
        """How many households."""
        return len(self.household)


def cohort(seed: int, towns: Mapping[str, tuple[int, int]], effects: Effects) -> Cohort:
    """Draw the households of every town, numbered within the town in order of referral."""
    rng = stream(seed, "cohort")
    unknown = [town for town in towns if town not in _PREFIXES]
    if unknown:
        raise DesignProblem("simulated_town_unknown", towns=unknown, known=list(_PREFIXES))
    sizes = [pilots + controls for pilots, controls in towns.values()]
    town = np.repeat(np.array(list(towns)), sizes)
    pilot = np.concatenate([np.arange(sum(pair)) < pair[0] for pair in towns.values()])
    n = len(town)
    day = rng.integers(0, REFERRAL_DAYS, n)
    order = np.lexsort((day, np.repeat(np.arange(len(sizes)), sizes)))
    pilot, day = pilot[order], day[order]
    rank = np.concatenate([np.arange(1, size + 1) for size in sizes])
    household = np.array([f"{_PREFIXES[t]}-{k:03d}" for t, k in zip(town, rank)], dtype=object)
    kind = rng.choice(_KINDS, n, p=_SHARES)
    minors = np.where(np.isin(kind, _WITH_CHILDREN), 1 + np.minimum(rng.poisson(0.8, n), 3), 0)
    home_type, flat = _homes(town, pilot & effects.home)
    return Cohort(
        household=household,
        town=town,
        pilot=pilot,
        referral=FIRST_REFERRAL + days_of(day),
        kind=kind,
        adults=np.where(np.isin(kind, _TWO_ADULTS), 2, 1),
        minors=minors,
        origin=rng.choice(["sai", "cas", "shelter", "private"], n, p=[0.55, 0.29, 0.1, 0.06]),
        home_type=home_type,
        flat=flat,
        frailty=rng.standard_normal(n),
    )


def _homes(town: Array, housed: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Fill cohousing first (flats of two or three households), then flats for one household."""
    home = np.full(len(town), "none", dtype=object)
    flat = np.full(len(town), None, dtype=object)
    for code in dict.fromkeys(town.tolist()):
        rows = np.flatnonzero((town == code) & housed)
        sharing = rows[::2] if len(rows) > 3 else rows[:2] if len(rows) > 1 else rows[:0]
        home[rows] = "flat"
        home[sharing] = "cohousing"
        for number, shared in enumerate(_flats(len(sharing)), start=1):
            flat[sharing[shared]] = f"{_PREFIXES[code]}-A{number}"
    return home, flat


def _flats(households: int) -> list[slice]:
    """Cut a row of households in flats of three, the last ones of two."""
    cuts, start = [], 0
    while start < households:
        left = households - start
        size = 2 if left in (2, 4) else 3
        cuts.append(slice(start, start + size))
        start += size
    return cuts


def days_of(counts: ArrayLike) -> NDArray[np.timedelta64]:
    """Return numbers of days as spans that can be added to dates."""
    return np.asarray(counts).astype(np.int64).astype("timedelta64[D]")
