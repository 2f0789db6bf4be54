"""The people of each household and what the first form says about them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.simulate.cohort import Array, Cohort, days_of, stream
from nextome_eval.study.tables import typed

__all__ = ["LEVELS", "People", "households_table", "members_table", "people"]

LEVELS = np.array(["A0", "A1", "A2", "B1", "B2", "C1", "C2"], dtype=object)
_CITIZENSHIPS = ["NG", "MA", "CI", "SO", "UA", "SY", "CM", "AF", "BD", "TN", "PK", "GH", "ER"]
_CITIZEN_SHARES = [0.24, 0.14, 0.1, 0.08, 0.1, 0.07, 0.07, 0.05, 0.04, 0.04, 0.03, 0.02, 0.02]
_PERMITS = ["refugee", "subsidiary", "special", "family", "work", "long_term", "other"]
_PERMIT_SHARES = [0.3, 0.18, 0.26, 0.12, 0.06, 0.05, 0.03]
_EDUCATION = ["none", "primary", "lower_secondary", "upper_secondary", "tertiary"]


class People:
    """One entry a person in every array; `of` is the row of the household in the cohort."""

    def __init__(self, rng: np.random.Generator, who: Cohort) -> None:
        sizes = who.adults + who.minors
        self.sizes = sizes
        self.of = np.repeat(np.arange(who.n), sizes)
        first = np.cumsum(sizes) - sizes
        self.member = np.arange(len(self.of)) - first[self.of] + 1
        self.adult = self.member <= who.adults[self.of]
        self.head = self.member == 1
        total = len(self.of)
        age = np.where(self.adult, rng.integers(22 * 365, 46 * 365, total), 0)
        self.age = np.where(self.adult, age, rng.integers(90, 16 * 365, total))
        self.sex = self._sexes(rng, who)
        self.citizenship = rng.choice(_CITIZENSHIPS, who.n, p=_CITIZEN_SHARES).astype(object)
        self.household = who.household[self.of]
        self.person = np.array(
            [f"{h}-{m}" for h, m in zip(self.household, self.member)], dtype=object
        )

    def _sexes(self, rng: np.random.Generator, who: Cohort) -> Array:
        drawn = np.where(rng.random(len(self.of)) < 0.5, "F", "M").astype(object)
        kind = who.kind[self.of]
        drawn[self.head & (kind == "single_mother")] = "F"
        drawn[self.head & (kind == "single_father")] = "M"
        couple = np.isin(kind, ["couple", "couple_with_children"])
        drawn[self.head & couple] = "M"
        drawn[couple & (self.member == 2)] = "F"
        return drawn


def people(seed: int, who: Cohort) -> People:
    """Draw the people of every household."""
    return People(stream(seed, "people"), who)


def members_table(seed: int, who: Cohort, them: People, at_work: Array) -> pd.DataFrame:
    """Return the members; `at_work` (people,) says who had a job on the day of referral."""
    rng = stream(seed, "members")
    total = len(them.of)
    grown = them.adult | (them.age >= 6 * 365)
    level = np.clip(rng.integers(0, 4, total) - them.adult * 1 + (who.frailty[them.of] > 0.8), 0, 6)
    idle = rng.choice(["unemployed", "inactive", "training"], total, p=[0.6, 0.25, 0.15])
    schooling = rng.choice(_EDUCATION, total, p=[0.12, 0.28, 0.3, 0.22, 0.08])
    child = np.where(them.age >= 11 * 365, "primary", "none")
    relation = np.where(them.adult, "partner", "child").astype(object)
    relation[them.head] = "head"
    relation[them.adult & ~them.head & (who.kind[them.of] == "other")] = "parent"
    born = np.asarray(who.referral[them.of] - days_of(them.age), dtype="datetime64[D]")
    frame = pd.DataFrame(
        {
            "household": them.household,
            "member": them.member,
            "person": them.person,
            "sex": them.sex,
            "birth_date": born,
            "birth_year": born.astype("datetime64[Y]").astype(int) + 1970,
            "citizenship": them.citizenship[them.of],
            "relation": relation,
            "education": np.where(them.adult, schooling, child),
            "employment": np.where(them.adult, np.where(at_work, "employed", idle), "student"),
            "language_level": pd.Series(LEVELS[level]).where(grown, None),
        }
    )
    return typed("members", frame)


def households_table(
    seed: int, who: Cohort, them: People, home: Array, wage: Array
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the first forms, and why some of their cells are missing.

    `home` (n,) is the day of moving into the project's home, `wage` (n,) what the household
    earned a month at referral.
    """
    rng = stream(seed, "households")
    n = who.n
    head = np.flatnonzero(them.head)
    wait = rng.integers(0, 40, n) + np.where(rng.random(n) < 0.12, rng.integers(60, 150, n), 0)
    wait = np.where(np.isnan(home), wait, np.minimum(wait, np.nan_to_num(home)))
    housed = who.home_type != "none"
    support = rng.random(n) < 0.4
    isee = np.round(np.where(rng.random(n) < 0.2, 0, wage * 8 + rng.gamma(2, 900, n)), 2)
    shares = np.where(who.home_type == "cohousing", 380.0, 600.0)
    own_part = np.where(who.home_type == "cohousing", 150.0, 250.0)
    frame = pd.DataFrame(
        {
            "household": who.household,
            "municipality": who.town,
            "arm": np.where(who.pilot, "pilot", "control"),
            "referral_date": who.referral,
            "intake_date": who.referral + days_of(wait),
            "home_entry_date": pd.Series(who.referral + days_of(np.nan_to_num(home))).where(housed),
            "home_type": who.home_type,
            "flat": who.flat,
            "household_type": who.kind,
            "members_n": them.sizes,
            "minors_n": who.minors,
            "head_sex": them.sex[head],
            "head_birth_date": who.referral - days_of(them.age[head]),
            "citizenship": them.citizenship,
            "permit": rng.choice(_PERMITS, n, p=_PERMIT_SHARES),
            "years_in_italy": np.round(rng.gamma(4, 1.2, n) * 2 + 2) / 2,
            "origin": who.origin,
            "isee_eur": isee,
            "isee_date": who.referral - days_of(rng.integers(10, 300, n)),
            "net_income_eur_month": np.round(wage + support * rng.integers(300, 700, n), 0),
            "income_support": support,
            "rent_eur_month": np.where(housed, own_part, np.nan),
            "project_share_eur_month": np.where(housed, shares - own_part, np.nan),
            "arrears": housed & (rng.random(n) < 0.08),
        }
    )
    missing = [
        _hidden(rng, frame, "isee_eur", 0.10, "not_asked"),
        _hidden(rng, frame, "net_income_eur_month", 0.07, "refused"),
        _hidden(rng, frame, "years_in_italy", 0.05, "not_asked"),
    ]
    return typed("households", frame), pd.concat(missing, ignore_index=True)


def _hidden(
    rng: np.random.Generator, frame: pd.DataFrame, column: str, share: float, reason: str
) -> pd.DataFrame:
    gone = rng.random(len(frame)) < share
    frame.loc[gone, column] = np.nan
    return pd.DataFrame(
        {
            "table": "households",
            "household": frame.loc[gone, "household"],
            "record": "",
            "column": column,
            "reason": reason,
        }
    )
