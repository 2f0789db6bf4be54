"""Who works when: jobs as the compulsory notices to the employment office record them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.simulate.cohort import Array, Cohort, days_of, stream
from nextome_eval.simulate.effects import Effects
from nextome_eval.simulate.families import People
from nextome_eval.study.tables import typed

__all__ = ["CONTRACTS", "EXTRACTED", "Work", "jobs_table", "work"]

EXTRACTED = np.datetime64("2025-01-15")
CONTRACTS = {
    "A.01.00": "permanent",
    "A.02.00": "fixed_term",
    "A.03.08": "apprenticeship",
    "A.04.02": "domestic",
    "A.05.02": "on_call",
    "A.08.02": "agency",
    "C.01.00": "traineeship",
}
_CODES = np.array(list(CONTRACTS), dtype=object)
_SHARES = [0.12, 0.42, 0.05, 0.16, 0.06, 0.19]
_TERMS = np.array([61, 92, 184, 365])
_SPELLS = 12
_FIELDS = ("of", "start", "end", "until", "said", "code", "hours")
_HISTORY = 540  # days before referral at which working lives begin


@dataclass(frozen=True, eq=False)
class Work:
    """Jobs in days from referral, one entry each; `of` is the row of the person.

    `end` is the day after the last one; `until` the day after the expected end (inf = open);
    `said` tells whether the employer sent a notice of cessation.
    """

    of: NDArray[np.intp]
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    until: NDArray[np.float64]
    said: NDArray[np.bool_]
    code: Array
    hours: NDArray[np.float64]

    def hours_on(self, day: NDArray[np.float64], them: People) -> NDArray[np.float64]:
        """Return weekly hours (n, m) a household works on each day (n, m), traineeships apart."""
        household = them.of[self.of]
        then = day[household]
        on = (self.start[:, None] <= then) & (then < self.end[:, None])
        counted = on & (self.code != "C.01.00")[:, None]
        total = np.zeros(day.shape)
        np.add.at(total, household, counted * self.hours[:, None])
        return np.minimum(total, 80.0)

    def people_at_work(self, them: People) -> NDArray[np.bool_]:
        """Tell who (people,) has a job, traineeships apart, on the day of referral."""
        on = (self.start <= 0) & (self.end > 0) & (self.code != "C.01.00")
        return np.bincount(self.of[on], minlength=len(them.of)) > 0


def work(seed: int, who: Cohort, them: People, effects: Effects) -> Work:
    """Draw every adult's jobs: out of work, in work, in turn; the pilot shortens the waits."""
    rng = stream(seed, "work")
    adults = np.flatnonzero(them.adult)
    pace = np.exp(0.35 * who.frailty[them.of[adults]])
    ratio = np.where(who.pilot[them.of[adults]], effects.job_finding, 1.0)
    wait = rng.exponential(460, (len(adults), _SPELLS)) / pace[:, None]
    length = 15 + rng.gamma(1.4, 170, (len(adults), _SPELLS))
    wait[:, 0] *= rng.random(len(adults)) > 0.3
    start = np.empty_like(wait)
    clock = np.full(len(adults), -float(_HISTORY))
    for k in range(_SPELLS):
        found = clock + wait[:, k]
        late = np.maximum(found - np.maximum(clock, 0.0), 0.0)  # the wait that falls after day 0
        start[:, k] = np.where(found > 0, np.maximum(clock, 0.0) + late / ratio, found)
        clock = start[:, k] + length[:, k]
    trainee = (rng.random(start.shape) < 0.15) & (wait > 120)
    second = rng.random(start.shape) < 0.12
    shift, less = rng.uniform(0.2, 0.6, start.shape), rng.uniform(0.3, 0.9, start.shape)
    parts = [
        _jobs(rng, adults, start, start + length, None),
        _jobs(rng, adults, start - 95.0, start - 5.0, "C.01.00", trainee),
        _jobs(rng, adults, start + shift * length, start + (shift + less) * length, "A.04.02",
              second),
    ]  # fmt: skip
    return Work(*[np.concatenate([getattr(p, f) for p in parts]) for f in _FIELDS])


def _jobs(
    rng: np.random.Generator,
    adults: NDArray[np.intp],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    code: str | None,
    used: NDArray[np.bool_] | None = None,
) -> Work:
    rows, spells = np.nonzero(np.ones(start.shape, bool) if used is None else used)
    first, last = np.floor(start[rows, spells]), np.ceil(end[rows, spells])
    drawn = rng.choice(_CODES[:-1], len(rows), p=_SHARES)
    codes = drawn if code is None else np.full(len(rows), code, dtype=object)
    week = rng.choice([16.0, 20.0, 24.0, 30.0, 40.0], len(rows))
    hours = np.where(codes == "A.04.02", 10.0, week)
    term = rng.choice(_TERMS, len(rows)).astype(float)
    open_ended = np.isin(codes, ["A.01.00", "A.04.02"])
    kept_term = (rng.random(len(rows)) < 0.35) & ~open_ended
    last = np.where(kept_term, np.minimum(last, first + term), last)
    until = np.where(open_ended, np.inf, np.maximum(first + term, last))
    said = open_ended | (last < until) | (rng.random(len(rows)) < 0.5)
    return Work(adults[rows], first, last, until, said, codes, hours)


def jobs_table(seed: int, who: Cohort, them: People, worked: Work) -> pd.DataFrame:
    """Return the jobs begun before the extraction, as its notices tell them."""
    rng = stream(seed, "employers")
    referral = who.referral[them.of[worked.of]]
    horizon = (EXTRACTED - referral).astype(np.int64)
    keep = worked.start <= horizon
    firm = rng.integers(1, 40, len(keep))
    family = rng.integers(1, 15, len(keep))
    domestic = worked.code == "A.04.02"
    employer = np.array(
        [f"F{b:02d}" if d else f"E{a:02d}" for a, b, d in zip(firm, family, domestic)], dtype=object
    )
    gone = (worked.end <= horizon) & worked.said
    day = referral.astype("datetime64[D]")
    frame = pd.DataFrame(
        {
            "person": them.person[worked.of],
            "household": them.household[worked.of],
            "employer": employer,
            "start_date": day + days_of(worked.start),
            "expected_end_date": _dates(day, worked.until - 1, np.isfinite(worked.until)),
            "end_date": _dates(day, worked.end - 1, gone),
            "contract_code": worked.code,
            "contract_class": pd.Series(worked.code).map(CONTRACTS),
            "hours_week": worked.hours,
            "extracted_on": EXTRACTED,
        }
    )[keep]
    frame = frame.drop_duplicates(["person", "employer", "start_date"])
    order = ["household", "person", "start_date", "employer"]
    return typed("jobs", frame.sort_values(order, ignore_index=True))


def _dates(
    day: Array, after: NDArray[np.float64], known: NDArray[np.bool_]
) -> pd.Series[pd.Timestamp]:
    dates = day + days_of(np.where(known, after, 0))
    return pd.Series(dates).where(known)
