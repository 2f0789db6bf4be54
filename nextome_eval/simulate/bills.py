"""What services and transfers each household cost, month by month."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.simulate.cohort import Array, Cohort, stream
from nextome_eval.simulate.course import Course
from nextome_eval.simulate.families import People
from nextome_eval.study.tables import MUNICIPALITIES, typed

__all__ = ["FIRST_MONTH", "costs_table"]

FIRST_MONTH = -6  # calendar months from the month of referral
_LAST_MONTH = 26
Floats = NDArray[np.float64]
_Hours = Callable[[Floats], Floats]


class _Grid:
    """Household x calendar month: the state in which each household was at mid-month."""

    def __init__(self, who: Cohort, lived: Course, close: Floats, hours: _Hours) -> None:
        offsets = np.arange(FIRST_MONTH, _LAST_MONTH + 1)
        self.month = who.referral.astype("datetime64[M]")[:, None] + offsets.astype(
            "timedelta64[M]"
        )
        first = self.month.astype("datetime64[D]")
        self.days = ((self.month + np.timedelta64(1, "M")).astype("datetime64[D]") - first).astype(
            np.int64
        )
        referral = who.referral[:, None]
        self.begin = (first - referral).astype(np.int64).astype(float)
        middle = self.begin + 14
        slot = lived.slot_at(middle)
        row = np.arange(who.n)[:, None]
        self.place, self.payer = lived.place[row, slot], lived.payer[row, slot]
        self.holder = lived.holder[row, slot]
        self.known = (slot >= 0) & (middle <= close[:, None]) & (self.place != "abroad")
        self.since_home = np.floor((middle - lived.home[:, None]) / 30.4)
        self.hours = hours(middle)
        self.own_here = (self.begin <= lived.own[:, None]) & (
            lived.own[:, None] < self.begin + self.days
        )
        self.moves_in = np.floor((middle - lived.home[:, None] + 15) / self.days) == 0


def costs_table(
    seed: int, who: Cohort, them: People, lived: Course, close: Floats, work_hours: _Hours
) -> pd.DataFrame:
    """Return the ledger from six months before referral to the close of each file.

    `work_hours` is a function of days (n, m) giving weekly hours of work (n, m).
    """
    rng = stream(seed, "costs")
    grid = _Grid(who, lived, close, work_hours)
    shape = grid.days.shape
    town = np.array([MUNICIPALITIES[t] for t in who.town], dtype=object)
    council = ("Comune di " + town)[:, None]
    hosted = np.isin(grid.place, ["reception", "shelter"])
    project = grid.holder == "project"
    rate = np.round(rng.choice([10.8, 11.5, 12.4], who.n), 2)[:, None]
    persons = them.sizes[:, None]
    noise = rng.integers(-2, 3, shape) / 2
    young = np.where(grid.since_home < 6, 20, np.where(grid.since_home < 12, 8, 2))
    lesson = np.where(project, young + noise, np.where(hosted, 3 + noise, 0))
    office = np.where(project & (grid.since_home < 6), 8, np.where(project | hosted, 4, 1.5))
    rent = np.where(grid.place == "cohousing", 390.0, 640.0)
    benefit = np.repeat(np.round(rng.uniform(420, 720, who.n), 2)[:, None], shape[1], axis=1)
    claims = (rng.random((who.n, 1)) < 0.4) & (grid.hours == 0) & ~hosted
    aided = (grid.payer == "shared") & (grid.holder == "household")
    set_up_now = grid.moves_in & project
    helped = (rng.random((who.n, 1)) < 0.6) & grid.own_here & ~set_up_now
    set_up = np.round(rng.uniform(1800, 2600, (who.n, 1)) + 0 * rate, -1)
    visits = rng.poisson(0.25, shape)
    ledger = _Ledger(who, grid)
    ledger.write(
        "reception",
        "service",
        "Cooperativa sociale",
        "person_day",
        "rendiconto",
        hosted,
        persons * grid.days,
        rate,
    )
    ledger.write("rent", "service", council, "month", "contabilità", project, 1.0, rent)
    ledger.write("rent", "transfer", council, "month", "contabilità", aided, 1.0, 200.0)
    ledger.write(
        "social_work",
        "service",
        council,
        "hour",
        "consuntivo ore",
        grid.known,
        np.maximum(office + noise / 2, 0.5),
        24.3,
    )
    ledger.write(
        "education",
        "service",
        "Cooperativa sociale",
        "hour",
        "consuntivo ore",
        lesson > 0,
        lesson,
        21.8,
    )
    ledger.write("health", "service", "ULSS 6 Euganea", "piece", "ULSS", visits > 0, visits, 46.5)
    ledger.write("income_support", "transfer", "INPS", "month", "INPS", claims, 1.0, benefit)
    ledger.write("one_off", "service", council, "piece", "contabilità", set_up_now, 1.0, set_up)
    ledger.write("one_off", "transfer", council, "piece", "contabilità", helped, 1.0, 600.0)
    return ledger.table()


class _Ledger:
    """The rows, kind of cost after kind of cost; every argument is broadcast to the grid."""

    def __init__(self, who: Cohort, grid: _Grid) -> None:
        self.who, self.grid = who, grid
        self.frames: list[pd.DataFrame] = []

    def write(
        self,
        category: str,
        kind: str,
        provider: str | Array,
        unit: str,
        source: str,
        where: NDArray[np.bool_],
        quantity: float | Array,
        price: float | Array,
    ) -> None:
        shape = self.grid.days.shape
        row, column = np.nonzero(where & self.grid.known)
        count = np.broadcast_to(quantity, shape)[row, column].astype(float)
        each = np.broadcast_to(price, shape)[row, column].astype(float)
        paid_by = np.broadcast_to(np.asarray(provider, dtype=object), shape)[row, column]
        self.frames.append(
            pd.DataFrame(
                {
                    "household": self.who.household[row],
                    "month": self.grid.month[row, column].astype("datetime64[D]"),
                    "category": category,
                    "kind": kind,
                    "provider": paid_by,
                    "amount_eur": np.round(count * each, 2),
                    "unit": unit,
                    "quantity": count,
                    "unit_cost_eur": each,
                    "source": source,
                }
            )
        )

    def table(self) -> pd.DataFrame:
        frame = pd.concat(self.frames, ignore_index=True)
        keys = ["household", "month", "category", "provider"]
        return typed("costs", frame.sort_values(keys, ignore_index=True))
