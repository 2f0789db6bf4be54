"""Medicaid event study of HonestDiD's README: coefficients and covariance as fixest gives them.

The data (state shares insured, public ACS) ship in PyPI's moderndid.  Run in its environment:
    python make_medicaid.py > medicaid.json
"""

from __future__ import annotations

import json


def main() -> None:
    import moderndid
    import pandas as pd
    from linearmodels.panel import PanelOLS

    d = moderndid.load_ehec().to_pandas()
    d = d[(d["year"] < 2016) & (d["yexp2"].isna() | (d["yexp2"] != 2015))].copy()
    index = pd.MultiIndex.from_arrays([pd.factorize(d["stfips"])[0], d["year"]])
    treated = d["yexp2"] == 2014
    years = [y for y in sorted(d["year"].unique()) if y != 2013]
    effects = {f"y{y}": (treated & (d["year"] == y)).astype(float).to_numpy() for y in years}
    waves = pd.get_dummies(d["year"], prefix="w").astype(float)
    waves.iloc[:, 0] = 1.0
    x = pd.concat([pd.DataFrame(effects, index), waves.set_axis(index)], axis=1)
    fit = PanelOLS(pd.Series(d["dins"].to_numpy(), index), x, entity_effects=True).fit(
        cov_type="clustered",
        auto_df=False,
        count_effects=False,
        group_debias=True,
        clusters=pd.DataFrame({"state": index.get_level_values(0)}, index=index),
    )
    names = list(effects)
    answer = {
        "year": [int(y) for y in years],
        "beta": fit.params[names].tolist(),
        "sigma": fit.cov.loc[names, names].to_numpy().tolist(),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
