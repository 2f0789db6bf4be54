"""What share is housed, has lost housing again, or has left, at each month."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.curve_interval import SurvivalInterval, known_interval
from nextome_eval.models.survival.rows_at_risk import groups_of, refuse_intervals
from nextome_eval.numerics.risk_set import Floats
from nextome_eval.numerics.state_occupancy import Stays, occupancy
from nextome_eval.study.durations import Durations


def state_occupancy(
    spells: Durations,
    by: str | Sequence[str] | None = None,
    *,
    state: str,
    interval: str = "log-log",
) -> Estimates:
    """Estimate the probability of being in each state at each exit time.

    Parameters
    ----------
    spells : Durations
        One row a stay; its event is the move that ends it, and ``causes`` name the states moved
        to. Returns to a state are allowed.
    by : str or list of str, optional
        Role or column: one set of curves each.
    state : str
        Column with the state during the stay, in the words of ``causes``; a state only ever begun
        in has a name of its own.
    interval : str
        "log-log", "log" or "plain".

    Returns
    -------
    Estimates
        Rows occupancy, strata, state, time, n_risk (in the state just before), n_event (moves
        into it), n_censor. Influences by household; the shares add to 1.

    Raises
    ------
    DataProblem
        A household's next stay is not in the state it moved to.

    Notes
    -----
    Aalen and Johansen 1978; valid for shares whether or not moves depend on the past (Datta and
    Satten 2001).

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 3], "from": [0.0, 3, 0, 0], "to": [3.0, 8, 5, 8],
    ...                    "now": ["services", "housed", "services", "services"],
    ...                    "then": [1, 2, 1, 0]})
    >>> spells = Durations.from_frame(df, time="to", entry="from", event="then", unit="id",
    ...                               causes={1: "housed", 2: "services"})
    >>> est = state_occupancy(spells, state="now").where(time=5.0)
    >>> est.tidy()[["state", "estimate"]].round(2).to_dict("list")
    {'state': ['housed', 'services'], 'estimate': [0.67, 0.33]}

    See METHODS.md: state_occupancy
    """
    refuse_intervals(spells, "state_occupancy")
    known_interval(interval, ("log-log", "log", "plain"))
    names = [*spells.causes.values()]
    words = spells.frame[state].astype(str).to_numpy()
    names += [word for word in dict.fromkeys(words) if word not in names]
    code = {name: i for i, name in enumerate(names)}
    now = np.array([code[word] for word in words], dtype=np.int64)
    goes = {0: -1} | {cause: code[label] for cause, label in spells.causes.items()}
    to = np.array([goes[int(event)] for event in spells.event], dtype=np.int64)
    _refuse_leaps(spells, now, to)
    weights = np.ones(len(now)) if spells.weights is None else spells.weights
    groups, labels = groups_of(spells, by)
    tables: list[pd.DataFrame] = []
    values: list[Floats] = []
    influences: list[Floats] = []
    for g, label in enumerate(labels):
        own = np.flatnonzero(groups == g)
        who, unit = np.unique(spells.unit[own], return_inverse=True)
        found = occupancy(
            Stays(
                unit=unit.astype(np.int64),
                entry=spells.entry[own],
                exit=spells.time[own],
                state=now[own],
                to=to[own],
                weight=weights[own],
                n=len(who),
                states=len(names),
            )
        )
        for i, name in enumerate(names):
            influence = np.full((spells.n, len(found.time)), np.nan)
            influence[who] = found.influence[:, :, i]
            influences.append(influence)
            values.append(found.share[:, i])
            tables.append(
                pd.DataFrame(
                    {
                        "term": "occupancy",
                        "strata": label,
                        "state": name,
                        "time": found.time,
                        "n_risk": found.n_risk[:, i],
                        "n_event": found.n_event[:, i],
                    }
                )
            )
    value = np.clip(np.concatenate(values), 0.0, 1.0)
    return Estimates(
        terms=pd.concat(tables, ignore_index=True),
        value=value,
        influence=np.concatenate(influences, axis=1),
        units=spells.units,
        cluster=spells.cluster,
        method="state occupancy (Aalen-Johansen)",
        kind="curve",
        reference=SurvivalInterval(interval),
    )


def _refuse_leaps(spells: Durations, now: np.ndarray, to: np.ndarray) -> None:
    follows = spells.unit[1:] == spells.unit[:-1]
    leaps = follows & (to[:-1] >= 0) & (to[:-1] != now[1:])
    if leaps.any():
        who = spells.units[spells.unit[1:][leaps]]
        raise DataProblem("stays_do_not_follow", units=list(dict.fromkeys(who.tolist())))
