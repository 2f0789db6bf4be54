"""Which households the problems that span several files happen to."""

from __future__ import annotations

from dataclasses import dataclass

from nextome_eval.study.records import Records

__all__ = ["Story", "tell"]


@dataclass(frozen=True)
class Story:
    """Households of Padova by the part they play.

    Attributes
    ----------
    corrected : str
        Its number of minors is sent wrong (`minors_as_sent`), the corrections file mends it.
    stale : str
        A correction speaks of its number of minors, which has been right for a while.
    hosting, guest : str
        A child of `guest` (the person `child`) is listed under `hosting` too.
    split : str
        Some rows carry its id with a suffix.
    """

    corrected: str
    minors: int
    minors_as_sent: int
    stale: str
    stale_minors: int
    hosting: str
    guest: str
    child: str
    split: str


def tell(records: Records) -> Story:
    """Cast the households of Padova, in the order of their ids."""
    table = records.households[records.households["municipality"] == "028060"]
    minors = dict(zip(table["household"], table["minors_n"].astype(int)))
    names = [str(name) for name in minors]
    corrected, stale, hosting, guest, split = names[0], names[1], names[2], names[-1], names[4]
    children = records.members[
        (records.members["household"] == guest) & (records.members["relation"] == "child")
    ]
    return Story(
        corrected=corrected,
        minors=minors[corrected],
        minors_as_sent=minors[corrected] + 10,
        stale=stale,
        stale_minors=minors[stale],
        hosting=hosting,
        guest=guest,
        child=str(children["person"].iloc[0]),
        split=split,
    )
