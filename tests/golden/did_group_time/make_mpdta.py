"""Group-time effects of mpdta under every option, by two packages from PyPI: moderndid, csdid.

R did is the model of both and is not packaged where these were made; STATISTICS.md pins its own
figures for the main options.  Run in an environment of its own:
    python make_mpdta.py PATH/TO/refdata
"""

from __future__ import annotations

import itertools
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd


def main() -> None:
    import moderndid
    from csdid.att_gt import ATTgt

    warnings.simplefilter("ignore")
    mpdta = pd.read_csv(Path(sys.argv[1]) / "mpdta.csv")
    mpdta["one_of_three"] = mpdta["countyreal"] % 3 + 0.5
    CONTROL = {"never": "nevertreated", "not_yet": "notyettreated"}
    out = []
    for formula, control, method, base, early, weights in itertools.product(
        ("~1", "~lpop"),
        CONTROL,
        ("dr", "ipw", "reg"),
        ("varying", "universal"),
        (0, 1),
        (None, "one_of_three"),
    ):
        options = {
            "adjust": [] if formula == "~1" else ["lpop"],
            "control_group": control,
            "est_method": method,
            "base_period": base,
            "anticipation": early,
            "weights": weights,
        }
        r = moderndid.att_gt(
            data=mpdta,
            yname="lemp",
            tname="year",
            idname="countyreal",
            gname="first.treat",
            xformla=formula,
            est_method=method,
            control_group=CONTROL[control],
            base_period=base,
            anticipation=early,
            weightsname=weights,
            boot=False,
            cband=False,
        )
        row = options | {
            "cohort": r.groups.tolist(),
            "time": r.times.tolist(),
            "value": r.att_gt.tolist(),
            "std_error": [None if np.isnan(s) else s for s in r.se_gt.tolist()],
        }
        # moderndid 0.2.0 leaves the weights out of the cohorts' sizes, so its weighted averages are
        # not used; csdid's are below
        for kind in () if weights else ("simple", "group", "calendar", "dynamic"):
            a = moderndid.aggte(r, type=kind, cband=False, boot=False)
            row[kind] = [float(a.overall_att), float(a.overall_se)]
        out.append(row)

    mpdta["row"] = range(len(mpdta))
    people = []
    for formula, control, method in itertools.product(
        ("~1", "~lpop"), CONTROL, ("dr", "ipw", "reg")
    ):
        r = moderndid.att_gt(
            data=mpdta,
            yname="lemp",
            tname="year",
            gname="first.treat",
            xformla=formula,
            est_method=method,
            control_group=CONTROL[control],
            panel=False,
            boot=False,
            cband=False,
        )
        people.append(
            {
                "adjust": [] if formula == "~1" else ["lpop"],
                "control_group": control,
                "est_method": method,
                "cohort": r.groups.tolist(),
                "time": r.times.tolist(),
                "value": r.att_gt.tolist(),
                "std_error": r.se_gt.tolist(),
            }
        )

    weighted = ATTgt(
        yname="lemp",
        gname="first.treat",
        idname="countyreal",
        tname="year",
        xformla="lemp~1",
        data=mpdta,
        weights_name="one_of_three",
    ).fit(est_method="dr")
    simple = float(weighted.aggte("simple").atte["overall_att"])
    answer = {"panel": out, "cross_sections": people, "weighted_simple": simple}
    Path("mpdta.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
