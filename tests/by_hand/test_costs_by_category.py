"""Costs a household and month worked on paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.models.costs import cost_by_category, cost_columns, cost_table
from nextome_eval.study.panel import Panel


def months(**columns: list[float]) -> Panel:
    """Households 1, 2 (pilot) and 3, 4 (current); 1 and 3 are followed for two months."""
    df = pd.DataFrame(
        {
            "id": [1, 1, 1, 2, 3, 3, 4],
            "month": [-1, 0, 1, 0, 0, 1, 0],
            "arm": ["pilot"] * 4 + ["current"] * 3,
            "rent": [999.0, 100, 300, 400, 50, 50, 150],
            "social": [0.0, 10, 0, 5, 20, 0, 40],
            "support": [0.0, 0, 0, 100, 0, 0, 0],
        }
    )
    return Panel.from_frame(df.assign(**columns), unit="id", time="month", arm="arm")


def test_each_household_counts_once_with_its_own_months() -> None:
    """Rent: (200 + 400) / 2 = 300 against (50 + 150) / 2 = 100; month -1 lies before time zero."""
    rows = cost_table(months(), ["rent", "social"], transfers=["support"], draws=0).rows
    rows = rows.set_index("term")
    assert rows.loc["rent", ["mean_1", "mean_0", "difference"]].tolist() == pytest.approx(
        [300, 100, 200]
    )
    assert rows.loc["total", ["mean_1", "mean_0", "difference"]].tolist() == pytest.approx(
        [305, 125, 180]
    )


def test_transfers_stand_apart_from_services() -> None:
    rows = cost_table(months(), ["rent", "social"], transfers=["support"], draws=0).rows
    assert rows["term"].tolist() == ["rent", "social", "total", "support"]
    assert rows["group"].tolist() == ["service"] * 3 + ["transfer"]


def test_payers_and_the_share_of_the_two_largest() -> None:
    row = cost_table(months(), ["social"], transfers=["support"], draws=0).where(term="support")
    assert row[["payers_1", "payers_0"]].to_numpy().tolist() == [[1, 0]]
    assert row["top_share_1"].tolist() == [1.0]
    assert np.isnan(row["top_share_0"]).all()


def test_no_difference_without_both_means() -> None:
    est = cost_by_category(months(), ["rent", "social"])
    assert est.terms.groupby("term")["arm"].agg(set).tolist() == [{"1", "0", ""}] * 3
    assert [note.code for note in est.notes] == ["household_months"]  # type: ignore[attr-defined]
    assert est.notes[0].startswith("Household-months followed: 3 in the treated arm, 3")


def test_a_month_with_an_unknown_amount_is_left_out_of_every_category_and_said() -> None:
    gap = [0.0, 10, np.nan, 5, 20, 0, 40]
    est = cost_by_category(months(social=gap), ["rent", "social"])
    assert est.where(term="rent", arm="1").value == pytest.approx([250.0])
    assert est.notes[1].endswith(": 1.")


def test_a_cost_that_nobody_has_gets_no_p_value() -> None:
    row = cost_table(months(support=[0.0] * 7), ["social"], transfers=["support"]).where(
        term="support"
    )
    assert row["mean_1"].tolist() == [0.0]
    assert row[["p_value", "numerator", "denominator"]].isna().all(axis=None)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(DesignProblem, match="each once"):
        cost_by_category(months(), ["rent"], transfers=["rent"])
    with pytest.raises(NotEstimable, match="No month from 5 on"):
        cost_by_category(months(), ["rent"], since=5)
    with pytest.raises(NotEstimable, match="at least two"):
        cost_by_category(months(), ["rent"], since=1)


def test_a_studys_categories_are_found_by_kind() -> None:
    named = months().frame.rename(
        columns={
            "rent": "service_rent_eur_month",
            "social": "service_cost_eur_month",
            "support": "transfer_income_support_eur_month",
        }
    )
    panel = Panel.from_frame(named, unit="id", time="month", arm="arm")
    services, transfers = cost_columns(panel)
    assert services == {"service_rent_eur_month": "rent"}
    assert transfers == {"transfer_income_support_eur_month": "income_support"}
    table = cost_table(panel, services, transfers=transfers, draws=0)
    assert table.rows["term"].tolist() == ["rent", "income_support"]
