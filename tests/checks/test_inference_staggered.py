"""Few towns that begin at different times: CR2 by town leads, and says on how little it rests."""

from __future__ import annotations

import numpy as np
import pandas as pd

import nextome_eval as ne

BEGINS = {"a": 6.0, "b": 12.0, "c": np.inf, "d": np.inf}


def staggered() -> ne.Panel:
    rng = np.random.default_rng(5)
    rows = [
        {
            "id": f"{town}{i}",
            "t": t,
            "town": town,
            "begins": begin,
            "y": rng.normal() + (t >= begin),
        }
        for town, begin in BEGINS.items()
        for i in range(5)
        for t in (0.0, 6.0, 12.0, 18.0)
    ]
    return ne.Panel.from_frame(
        pd.DataFrame(rows), unit="id", time="t", begins="begins", strata="town"
    )


def test_towns_that_begin_at_different_times_are_not_compared_as_one() -> None:
    found = ne.infer(lambda p: ne.imputation(p, "y"), staggered(), draws=19)
    assert found.case == "towns_few"
    said = {reason.code for reason in found.refusals}
    assert "no_cluster_means" in said
    assert found.headline is not None


def test_rows_without_degrees_of_freedom_do_not_hide_those_with_few() -> None:
    found = ne.infer(lambda p: ne.two_way(p, "y"), staggered(), draws=19)
    assert any(reason.code == "few_df" for reason in found.refusals)
