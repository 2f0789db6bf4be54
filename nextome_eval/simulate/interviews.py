"""When each household was met, what it answered, and who was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.simulate.cohort import Array, Cohort, days_of, stream
from nextome_eval.simulate.course import Course
from nextome_eval.simulate.effects import WAVES, Effects
from nextome_eval.simulate.families import LEVELS
from nextome_eval.study.tables import typed

__all__ = ["MONTH", "Answers", "Visits", "answers", "followups_table", "visits"]

MONTH = 30.4375  # days
Floats = NDArray[np.float64]
_HOURLY = np.array([6.8, 7.4, 7.9, 8.6])


@dataclass(frozen=True, eq=False)
class Answers:
    """What each household would say at each wave, (n, 5) or (n, 5, items)."""

    who5: NDArray[np.int64]
    mos: NDArray[np.int64]
    gse: NDArray[np.int64]
    neighbour_help: NDArray[np.int64]
    language: NDArray[np.int64]

    @property
    def wellbeing(self) -> Floats:
        """WHO-5 score, 0-100, (n, 5)."""
        score: Floats = self.who5.sum(axis=-1) * 4.0
        return score


@dataclass(frozen=True, eq=False)
class Visits:
    """Day of each contact (n, 5) from referral, how it went, and when the file was closed (n,)."""

    day: Floats
    response: Array
    close: Floats


def answers(seed: int, who: Cohort, effects: Effects) -> Answers:
    """Draw the scales: better over time in both arms, the effects added after referral."""
    rng = stream(seed, "answers")
    n, waves = who.n, len(WAVES)
    after = (np.array(WAVES) > 0) & who.pilot[:, None]
    time = np.array(WAVES) / 24
    person = 0.7 * who.frailty[:, None] + 0.5 * rng.standard_normal((n, 1))
    mood = person + 0.6 * time + 0.35 * rng.standard_normal((n, waves))
    points = 2.3 + 0.75 * mood + effects.wellbeing / 20 * after
    support = 2.9 + 0.6 * person + 0.3 * time + 0.3 * rng.standard_normal((n, waves))
    belief = 2.6 + 0.35 * person + 0.2 * time + 0.2 * rng.standard_normal((n, waves))
    near = 3.4 + 0.6 * person + 0.8 * time + effects.neighbour_help * after
    start = rng.integers(0, 3, (n, 1)) + (who.frailty[:, None] > 0.8)
    gains = np.cumsum(rng.random((n, waves)) < np.where(np.array(WAVES) > 0, 0.42, 0), axis=1)
    return Answers(
        who5=_items(rng, points, 5, (0, 5)),
        mos=_items(rng, support, 19, (1, 5)),
        gse=_items(rng, belief, 10, (1, 4)),
        neighbour_help=np.clip(
            np.round(near + 1.6 * rng.standard_normal((n, waves))), 0, 10
        ).astype(np.int64),
        language=np.minimum(start + gains, 6),
    )


def _items(
    rng: np.random.Generator, level: Floats, items: int, limits: tuple[int, int]
) -> NDArray[np.int64]:
    scattered = level[..., None] + 0.8 * rng.standard_normal((*level.shape, items))
    return np.clip(np.round(scattered), *limits).astype(np.int64)


def visits(
    seed: int, who: Cohort, lived: Course, said: Answers, hours: Floats, attrition: float
) -> Visits:
    """Draw the days of the visits and what became of them.

    A household is lost after a completed visit, more often when it was not well or had work
    (`hours` (n, 5)); once lost it stays so. Single visits are refused.
    """
    rng = stream(seed, "visits")
    n, waves = who.n, len(WAVES)
    late = np.where(rng.random((n, waves)) < 0.25, 15, 0)
    delay = rng.integers(-12, 22, (n, waves)) + late
    delay[:, [0, -1]] = rng.integers(2, 30, (n, 2))
    day = np.round(np.array(WAVES) * MONTH) + delay
    mood = (said.wellbeing - 50) / 20
    odds = np.exp(-3.35 - 0.45 * mood + 0.35 * (hours > 0) + 0.25 * ~who.pilot[:, None])
    chance = attrition * odds / (1 + odds)
    lost = np.zeros((n, waves), bool)
    lost[:, 1:] = np.logical_or.accumulate(rng.random((n, waves - 1)) < chance[:, :-1], axis=1)
    refused = rng.random((n, waves)) < 0.05 * attrition
    refused[:, [0, -1]] = False
    away = lived.left[:, None] <= day
    response = np.full((n, waves), "completed", dtype=object)
    response[refused] = "refused"
    response[lost] = "untraceable"
    response[away & ~lost] = "moved"
    met = np.where(response == "completed", day, 0.0).max(axis=1)
    gone = (response == "moved").any(axis=1)
    return Visits(day, response, np.where(gone, lived.left, met))


def followups_table(
    seed: int, who: Cohort, lived: Course, said: Answers, seen: Visits, hours: Floats
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the follow-ups, and why some answers are missing; `hours` (n, 5) is weekly work."""
    rng = stream(seed, "followups")
    n, waves = who.n, len(WAVES)
    slot = lived.slot_at(seen.day)
    row = np.arange(n)[:, None]
    own = lived.holder[row, slot] == "household"
    aided = np.isin(lived.payer[row, slot], ["shared"])
    rent = lived.rent[row, slot]
    wage = np.round(hours * 4.33 * _HOURLY[rng.integers(0, 4, (n, waves))], -1)
    aid = np.where(lived.holder[row, slot] == "project", 350.0, 200.0)
    paying = ~np.isnan(rent)
    done = seen.response == "completed"
    columns = {
        "ethos": lived.ethos[row, slot],
        "own_contract": own.astype(float),
        "rent_eur_month": rent,
        "rent_support_eur_month": np.where(paying, np.where(aided, aid, 0.0), np.nan),
        "arrears_months": np.where(paying, rng.poisson(0.25, (n, waves)), np.nan),
        "employed": (hours > 0).astype(float),
        "hours_week": np.where(hours > 0, hours, np.nan),
        "net_wage_eur_month": np.where(hours > 0, wage, np.nan),
        **{f"who5_{i + 1}": said.who5[..., i].astype(float) for i in range(5)},
        **{f"mos_{i + 1}": said.mos[..., i].astype(float) for i in range(19)},
        **{f"gse_{i + 1}": said.gse[..., i].astype(float) for i in range(10)},
        "neighbour_help": said.neighbour_help.astype(float),
        "conflicts": rng.poisson(0.6, (n, waves)).astype(float),
    }
    missing = [
        _hidden(rng, who, columns, done, "net_wage_eur_month", 0.08, "refused"),
        _hidden(rng, who, columns, done, "arrears_months", 0.04, "does_not_know"),
        _hidden(rng, who, columns, done, "who5_3", 0.02, "refused"),
        _hidden(rng, who, columns, done, "mos_7", 0.03, "refused"),
    ]
    kept = {name: np.where(done, values, np.nan).ravel() for name, values in columns.items()}
    flags = ("own_contract", "employed")
    level = pd.Series(LEVELS[said.language].ravel()).where(done.ravel(), None)
    frame = pd.DataFrame(
        {
            "household": np.repeat(who.household, waves),
            "wave": np.tile(WAVES, n),
            "interview_date": (who.referral[:, None] + days_of(seen.day)).ravel(),
            "response": seen.response.ravel(),
            **{name: v for name, v in kept.items() if name not in flags},
            **{f: pd.Series(kept[f]).astype("Float64").astype("boolean") for f in flags},
            "language_level": level,
        }
    )
    return typed("followups", frame), pd.concat(missing, ignore_index=True)


def _hidden(
    rng: np.random.Generator,
    who: Cohort,
    columns: dict[str, Floats],
    done: NDArray[np.bool_],
    column: str,
    share: float,
    reason: str,
) -> pd.DataFrame:
    gone = (rng.random(done.shape) < share) & done & ~np.isnan(columns[column])
    columns[column] = np.where(gone, np.nan, columns[column])
    rows, waves = np.nonzero(gone)
    return pd.DataFrame(
        {
            "table": "followups",
            "household": who.household[rows],
            "record": np.array([str(w) for w in WAVES], dtype=object)[waves],
            "column": column,
            "reason": reason,
        }
    )
