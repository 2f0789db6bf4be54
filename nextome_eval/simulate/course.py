"""Where each household lives over time, and when it signs a contract of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.simulate.cohort import Array, Cohort, days_of, stream
from nextome_eval.simulate.effects import Effects
from nextome_eval.study.tables import MUNICIPALITIES, typed

__all__ = ["Course", "course", "housing_table", "own_contract_hazard"]

Floats = NDArray[np.float64]

QUIET_DAYS = 60  # nobody signs a contract in the first two months after referral
_SHAPE, _SCALE = 1.2, 1025.0
_TOWN_PACE = {"028060": 1.0, "028001": 0.9, "028016": 1.1, "028057": 1.0}
_ORIGIN_PLACE = {
    "sai": ("reception", 3),
    "cas": ("reception", 3),
    "shelter": ("shelter", 2),
    "private": ("guest", 6),
}
# the slots of a housing history, in order of time; a household uses some of them
_ORIGIN, _HOME, _STEP, _OWN, _UNAIDED, _BACK, _AGAIN, _AWAY = range(8)


@dataclass(frozen=True, eq=False)
class Course:
    """Housing histories in days from referral; slots (n, 8), NaN start = slot not used.

    Attributes
    ----------
    own, left, home : float arrays, (n,)
        Days to the first contract in own name (may lie past any follow-up), to leaving the
        area (inf = never), to moving into the project's home (NaN = none).
    start, end : float arrays, (n, 8)
        First day of each episode and of the one after it; inf = for good.
    place, holder, payer, reason, town : object arrays, (n, 8)
    ethos, rent : float arrays, (n, 8)
    """

    own: Floats
    left: Floats
    home: Floats
    start: Floats
    end: Floats
    place: Array
    ethos: Floats
    holder: Array
    payer: Array
    reason: Array
    town: Array
    rent: Floats

    def slot_at(self, day: Floats) -> NDArray[np.intp]:
        """Return the slot (n, m) lived in on each day (n, m); -1 where there is none."""
        inside = (self.start[:, None] <= day[..., None]) & (day[..., None] < self.end[:, None])
        return np.where(inside.any(axis=-1), inside.argmax(axis=-1), -1)


def own_contract_hazard(days: Floats) -> Floats:
    """Return the cumulative hazard of a contract in own name, control arm, pace 1.

    A Weibull law that starts after the quiet first days; the pilot multiplies it by its hazard
    ratio, a town by its pace, so hazards are proportional by construction.
    """
    return (np.maximum(days - QUIET_DAYS, 0.0) / _SCALE) ** _SHAPE


def course(seed: int, who: Cohort, effects: Effects, attrition: float = 1.0) -> Course:
    """Draw every household's housing history."""
    rng = stream(seed, "course")
    n = who.n
    pace = np.array([_TOWN_PACE.get(town, 1.0) for town in who.town])
    hazard = pace * np.where(who.pilot, effects.hazard_ratio, 1.0)
    own = np.ceil(QUIET_DAYS + _SCALE * (rng.exponential(size=n) / hazard) ** (1 / _SHAPE))
    left = np.ceil(30 + rng.exponential(7500, n) / max(attrition, 1e-12))
    since = rng.integers(150, 700, n)
    home = np.where(who.home_type != "none", np.minimum(rng.integers(20, 110, n), own - 20), np.nan)
    stepped = (who.home_type == "none") & (rng.random(n) < 0.4)
    step = np.floor(own * rng.uniform(0.3, 0.8, n))
    aided = rng.random(n) < 0.45
    unaided = own + rng.integers(60, 300, n)
    back = np.ceil(own + 45 + rng.exponential(3000, n))
    again = back + rng.integers(120, 400, n)
    abroad = rng.random(n) < 0.5
    start = np.full((n, 8), np.nan)
    start[:, _ORIGIN] = -since
    start[:, _HOME] = home
    start[:, _STEP] = np.where(stepped, step, np.nan)
    start[:, _OWN] = own
    start[:, _UNAIDED] = np.where(aided & (unaided < back - 30), unaided, np.nan)
    start[:, _BACK] = back
    start[:, _AGAIN] = again
    start[start >= left[:, None]] = np.nan
    start[:, _AWAY] = left
    end = _ends(start)
    start[:, _AWAY] = np.where(abroad & np.isfinite(left), left, np.nan)
    facts = _facts(rng, who, start, aided, end == left[:, None])
    return Course(own, left, home, start, end, **facts)


def _ends(start: Floats) -> Floats:
    """Return where each used slot ends: at the next used slot's start."""
    following = np.where(np.isnan(start), np.inf, start)
    later = np.minimum.accumulate(following[:, ::-1], axis=1)[:, ::-1]
    end = np.full_like(start, np.inf)
    end[:, :-1] = later[:, 1:]
    return end


def _facts(
    rng: np.random.Generator, who: Cohort, start: Floats, aided: Array, leaves: Array
) -> dict[str, Array]:
    n, shape = who.n, start.shape
    place = np.full(shape, "ordinary_dwelling", dtype=object)
    ethos = np.zeros(shape)
    holder = np.full(shape, "household", dtype=object)
    payer = np.full(shape, "household", dtype=object)
    rent = np.repeat(np.round(rng.uniform(380, 620, n), -1)[:, None], 8, axis=1)
    coin = rng.random((n, 4))
    for key, (name, level) in _ORIGIN_PLACE.items():
        place[who.origin == key, _ORIGIN], ethos[who.origin == key, _ORIGIN] = name, level
    holder[:, [_ORIGIN, _BACK]] = "other"
    payer[:, [_ORIGIN, _BACK]] = "public"
    sharing = who.home_type == "cohousing"
    place[:, _HOME] = np.where(sharing, "cohousing", "project_flat")
    ethos[:, _HOME] = np.where(sharing, 3, 0)
    holder[:, _HOME], payer[:, _HOME] = "project", "shared"
    rent[:, _HOME] = np.where(sharing, 150, 250)
    guest = coin[:, 0] < 0.5
    place[guest, _STEP], ethos[guest, _STEP] = "guest", 6
    holder[:, _STEP] = "other"
    public = coin[:, 1] < 0.12
    place[public, _OWN] = place[public, _UNAIDED] = "public_housing"
    rent[public, _OWN] = rent[public, _UNAIDED] = 160.0
    payer[aided, _OWN] = "shared"
    evicted = coin[:, 2] < 0.6
    place[:, _BACK] = np.where(evicted, "shelter", "reception")
    ethos[:, _BACK] = np.where(evicted, 2, 3)
    place[:, _AWAY], holder[:, _AWAY], payer[:, _AWAY] = "abroad", "other", "household"
    rent[:, [_ORIGIN, _BACK, _AWAY]] = np.nan
    rent[guest, _STEP] = np.nan
    town = np.repeat(who.town.astype(object)[:, None], 8, axis=1)
    elsewhere = coin[:, 3] < 0.2
    other = rng.choice(list(MUNICIPALITIES), n)[elsewhere]
    town[elsewhere, _OWN] = town[elsewhere, _UNAIDED] = other
    town[:, _AWAY] = None
    reason = np.full(shape, "moved_on", dtype=object)
    reason[:, _HOME] = "project_end"
    before_back = ~np.isnan(start[:, [_BACK]])
    lost = np.where(evicted, "evicted", "returned_to_services")[:, None]
    reason[:, [_OWN, _UNAIDED]] = np.where(before_back, lost, "moved_on")
    helped = ~np.isnan(start[:, _UNAIDED])
    reason[helped, _OWN] = "other"
    reason[leaves] = "left_area"
    return {
        "place": place, "ethos": ethos, "holder": holder, "payer": payer,
        "reason": reason, "town": town, "rent": rent,
    }  # fmt: skip


def housing_table(who: Cohort, lived: Course, close: Floats) -> pd.DataFrame:
    """Return the episodes that began by the day (n,) each household's file was closed."""
    rows, slots = np.nonzero(lived.start <= close[:, None])
    end = lived.end[rows, slots]
    ended = end <= close[rows]
    first = who.referral[rows] + days_of(lived.start[rows, slots])
    last = who.referral[rows] + days_of(np.where(ended, end - 1, 0))
    place = lived.place[rows, slots]
    frame = pd.DataFrame(
        {
            "household": who.household[rows],
            "from_date": first,
            "to_date": pd.Series(last).where(ended),
            "place": place,
            "ethos": pd.Series(lived.ethos[rows, slots]).where(place != "abroad"),
            "municipality": lived.town[rows, slots],
            "shared": np.isin(place, ["cohousing", "guest", "shelter"]),
            "holder": lived.holder[rows, slots],
            "rent_eur_month": lived.rent[rows, slots],
            "payer": lived.payer[rows, slots],
            "exit_reason": pd.Series(lived.reason[rows, slots]).where(ended, None),
        }
    )
    return typed("housing", frame)
