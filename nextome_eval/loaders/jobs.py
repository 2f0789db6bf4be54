"""From the events that employers declare to jobs: start, expected end, real end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.loaders.cells.contracts import contract_class
from nextome_eval.loaders.gathered import Gathered

__all__ = ["close_jobs", "linked"]

_KEY = ["person", "employer", "start_date"]


def close_jobs(read: Gathered) -> None:
    """Unite the events of each job (employer, worker, start) and give it its household.

    An extension (PRO) or a transformation (TRA) replaces the expected end, a transformation also
    the contract; a cessation (CES) is the real end. The order of the rows does not matter: an
    extension only extends, and nothing extends an open end. Rows without an event column are jobs
    already.

    Parameters
    ----------
    read : Gathered
        Its frame of jobs is replaced; people who are no member, events without a start, jobs that
        end before they begin are set aside.
    """
    if not read.has("jobs", *_KEY):
        return
    members = read.frame("members")
    read.links = linked(members, read.frame("jobs"))
    known = set(members.get("person", pd.Series(dtype="string")).dropna())
    stranger = ~read.frame("jobs")["person"].isin(known).to_numpy(bool)
    read.set_aside("unmatched_person", "jobs", stranger)
    if read.has("jobs", "event"):
        _unite(read)
    else:
        read.set_aside("job_twice", "jobs", read.frame("jobs").duplicated(_KEY).to_numpy(bool))
        _reversed(read, read.frame("jobs").index.to_numpy())
    jobs = read.frame("jobs")
    homes = members.dropna(subset=["person"]).drop_duplicates(["person", "household"])
    single = homes[~homes["person"].duplicated(keep=False)].set_index("person")["household"]
    read.frames["jobs"] = jobs.assign(household=jobs["person"].map(single).astype("string"))


def linked(members: pd.DataFrame, jobs: pd.DataFrame) -> pd.DataFrame:
    """Count who is found on both sides: a member without jobs has none, or was not matched.

    Returns
    -------
    DataFrame
        `what`, `people`: members with a code, members found in the jobs file, members not found,
        people of the jobs file who are no member.
    """
    of_members = set(members.get("person", pd.Series(dtype="string")).dropna())
    of_jobs = set(jobs["person"].dropna())
    counts = {
        "members_with_a_code": len(of_members),
        "members_found_in_jobs": len(of_members & of_jobs),
        "members_not_found_in_jobs": len(of_members - of_jobs),
        "people_of_jobs_no_member": len(of_jobs - of_members),
    }
    return pd.DataFrame({"what": list(counts), "people": list(counts.values())})


def _unite(read: Gathered) -> None:
    frame = read.frame("jobs")
    kind = frame["event"]
    once = frame[kind.isin(["AVV", "CES"])]
    again = once.duplicated([*_KEY, "event"]).reindex(frame.index, fill_value=False)
    read.set_aside("job_twice", "jobs", again.to_numpy(bool))
    frame = read.frame("jobs")
    job = frame.groupby(_KEY, dropna=False).ngroup()
    started = job.isin(set(job[frame["event"] == "AVV"]))
    read.set_aside("job_without_start", "jobs", ~started.to_numpy(bool))
    frame = read.frame("jobs").sort_values(["of", "at"], kind="stable")
    job = frame.groupby(_KEY).ngroup()
    _reversed(read, job.reindex(read.frame("jobs").index).to_numpy())
    frame = read.frame("jobs").sort_values(["of", "at"], kind="stable")
    read.frames["jobs"] = _jobs(frame)


def _reversed(read: Gathered, job: np.ndarray) -> None:
    if not read.has("jobs", "end_date"):
        return
    frame = read.frame("jobs")
    wrong = (frame["end_date"] < frame["start_date"]).to_numpy(bool)
    read.report("episode_reversed", "jobs", wrong, "end_date")
    read.set_aside("episode_reversed", "jobs", np.isin(job, job[wrong]), silent=True)


def _jobs(events: pd.DataFrame) -> pd.DataFrame:
    """Unite events; one AVV stands for each job."""
    if "expected_end_date" in events:
        events = events.sort_values("expected_end_date", kind="stable", na_position="last")
    jobs = events[events["event"] == "AVV"].set_index(_KEY)
    due = events["expected_end_date"].notna() if "expected_end_date" in events else True
    extended = (events["event"] == "PRO") & due  # one without a date says nothing
    changed = events[extended | (events["event"] == "TRA")].drop_duplicates(_KEY, keep="last")
    turned = events[events["event"] == "TRA"].drop_duplicates(_KEY, keep="last")
    ended = events[events["event"] == "CES"].drop_duplicates(_KEY, keep="last")
    jobs = _replaced(jobs, changed.set_index(_KEY), ["expected_end_date"])
    jobs = _replaced(jobs, turned.set_index(_KEY), ["contract_code", "contract_class"])
    jobs = _replaced(jobs, ended.set_index(_KEY), ["end_date"])
    if "contract_code" in jobs:
        classes = jobs["contract_code"].map(contract_class, na_action="ignore").astype("string")
        jobs["contract_class"] = classes.fillna(jobs["contract_class"])
    if "extracted_on" in events:
        jobs["extracted_on"] = events.groupby(_KEY)["extracted_on"].max().reindex(jobs.index)
    return jobs.reset_index()


def _replaced(jobs: pd.DataFrame, by: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    touched = jobs.index.isin(by.index)
    for column in (c for c in columns if c in jobs and touched.any()):
        jobs.loc[touched, column] = by[column].reindex(jobs.index[touched]).to_numpy()
    return jobs
