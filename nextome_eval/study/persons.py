"""The people of the households in the study, each counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nextome_eval.study.clock import completed_years, participants
from nextome_eval.study.tables import EU

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["AGE_GROUPS", "distinct_persons"]

AGE_GROUPS = ("under_18", "18_to_60", "over_60")


def distinct_persons(records: Records, plan: Plan) -> pd.DataFrame:
    """Return one row a person: who they are at the referral, never who they are by name.

    Parameters
    ----------
    records : Records
    plan : Plan

    Returns
    -------
    DataFrame
        ``arm``, ``municipality`` and ``home_type`` of the household, ``sex``, ``age_group`` (under
        18, 18 to 60, over 60 at the referral, as the fund asks), ``third_country`` (missing where
        the citizenship is). A person under two household ids counts once; members without a
        person's code count one each.
    """
    people = participants(records, plan)
    members = records.members[records.members["household"].isin(people.index)]
    own = members["household"].astype(str) + " " + members["member"].astype(str)
    members = members.assign(who=members["person"].fillna(own)).drop_duplicates("who")
    homes = people.loc[members["household"], ["arm", "municipality", "home_type", "referral_date"]]
    homes = homes.reset_index(drop=True)
    members = members.reset_index(drop=True)
    years = completed_years(members["birth_date"], homes["referral_date"])
    citizenship = members["citizenship"]
    return homes.drop(columns="referral_date").assign(
        sex=members["sex"],
        age_group=_age_groups(years),
        third_country=(~citizenship.isin(EU)).astype("boolean").mask(citizenship.isna()),
    )


def _age_groups(years: pd.Series[Any]) -> pd.Series[Any]:
    young, _, old = AGE_GROUPS
    groups = pd.Series(AGE_GROUPS[1], index=years.index, dtype="string")
    return groups.mask(years < 18, young).mask(years > 60, old).mask(years.isna())
