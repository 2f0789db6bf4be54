"""Made-up tables of findings, as evaluation would hand them over."""

# ruff: noqa: RUF005 - a row over two lines is two tuples

from __future__ import annotations

import numpy as np
from made_up_tables import rows

from nextome_eval.estimates.summary import Summary


def primary() -> Summary:
    columns = (
        "term measure events_1 n_1 percent_1 events_0 n_0 percent_0"
        " estimate conf_low conf_high p_value numerator denominator"
    )
    lines = []
    for term, a, b, est, low, high, k in (
        ("dwelling", 16, 13, -5.1, -9.0, -1.2, 112),
        ("contract", 14, 10, -4.2, -8.3, -0.1, 431),
        ("unsupported", 11, 8, -2.9, -7.0, 1.3, 1702),
    ):
        share = (100 * a / 21, 100 * b / 24)
        lines.append(
            (term, "rmst_difference", a, 21, share[0], b, 24, share[1], est, low, high)
            + (k / 10000, k, 10000)
        )
    return Summary.of_kind(
        rows(columns, *lines),
        "outcomes",
        nested=(("contract", "dwelling"), ("unsupported", "contract")),
    )


def secondary() -> Summary:
    columns = (
        "term family measure n_1 mean_1 sd_1 events_1 percent_1 n_0 mean_0 sd_0 events_0 percent_0"
        " estimate conf_low conf_high p_value p_holm exploratory"
    )
    nan = np.nan
    return Summary.of_kind(
        rows(
            columns,
            ("stable_days", "housing", "ancova", 17, 161.0, 31.0, nan, nan)
            + (15, 128.0, 52.0, nan, nan, 33.1, 6.2, 60.0, 0.018, 0.036, False),
            ("employed", "work", "risk_difference", 17, nan, nan, 11, 64.7)
            + (15, nan, nan, 8, 53.3, 11.4, -22.3, 45.0, 0.52, 0.52, False),
            ("who5", "wellbeing", "ancova", 16, 58.2, 19.4, nan, nan)
            + (15, 56.9, 21.0, nan, nan, 1.1, -12.4, 14.6, 0.87, 0.87, True),
        ),
        "outcomes",
    )


def means() -> Summary:
    columns = (
        "term unit wave n_1 mean_1 sd_1 n_0 mean_0 sd_0"
        " difference difference_low difference_high did did_low did_high"
    )
    nan = np.nan
    return Summary.of_kind(
        rows(
            columns,
            ("who5", "points_100", "0", 21, 48.1, 20.2, 24, 47.2, 19.8)
            + (0.9, -11.0, 12.8, nan, nan, nan),
            ("who5", "points_100", "12", 18, 53.0, 18.8, 17, 52.2, 21.4)
            + (0.8, -12.6, 14.2, -0.1, -13.0, 12.8),
            ("who5", "points_100", "24", 16, 58.2, 19.4, 15, 56.9, 21.0)
            + (1.3, -13.2, 15.8, 0.4, -13.9, 14.7),
            ("stable_days", "days", "0", 21, 62.0, 55.0, 24, 59.0, 58.0)
            + (3.0, -30.7, 36.7, nan, nan, nan),
            ("stable_days", "days", "24", 17, 161.0, 31.0, 15, 128.0, 52.0)
            + (33.0, 2.4, 63.6, 30.0, -4.1, 64.1),
        ),
        "means",
    )


def costs() -> Summary:
    columns = (
        "term group n_1 payers_1 mean_1 top_share_1 n_0 payers_0 mean_0 top_share_0"
        " difference conf_low conf_high"
    )
    return Summary.of_kind(
        rows(
            columns,
            ("reception", "service", 21, 21, 412.0, 0.22, 24, 22, 688.0, 0.2)
            + (-276.0, -480.0, -71.0),
            ("rent", "service", 21, 18, 356.0, 0.25, 24, 7, 92.0, 0.61, 264.0, 151.0, 377.0),
            ("social_work", "service", 21, 21, 148.0, 0.16, 24, 24, 121.0, 0.14)
            + (27.0, -18.0, 72.0),
            ("health", "service", 21, 6, 22.0, 0.94, 24, 8, 31.0, 0.55, -9.0, -34.0, 16.0),
            ("income_support", "transfer", 21, 9, 201.0, 0.4, 24, 12, 243.0, 0.3)
            + (-42.0, -160.0, 76.0),
            ("total", "", 21, 21, 1139.0, 0.15, 24, 24, 1175.0, 0.13, -36.0, -261.0, 189.0),
        ),
        "costs",
    )


def forest() -> Summary:
    return Summary.of_kind(
        rows(
            "term axis estimate conf_low conf_high n_1 n_0 primary",
            ("independence", "months", -4.2, -8.3, -0.1, 21, 24, True),
            ("stable_days", "sd", 0.72, 0.13, 1.31, 17, 15, False),
            ("who5", "sd", 0.05, -0.61, 0.72, 16, 15, False),
            ("mos_sss", "sd", 0.21, -0.45, 0.88, 16, 14, False),
            ("employed", "points", 11.4, -22.3, 45.0, 17, 15, False),
        ),
        "forest",
    )


def sensitivity() -> Summary:
    return Summary.of_kind(
        rows(
            "term level measure estimate conf_low conf_high n_1 n_0 p_value",
            ("as_planned", "", "rmst_difference", -4.2, -8.3, -0.1, 21, 24, 0.043),
            ("without_town", "Padova", "rmst_difference", -3.1, -9.6, 3.4, 9, 12, 0.31),
            ("without_town", "Abano Terme", "rmst_difference", -4.4, -8.8, 0.0, 18, 20, 0.05),
            ("lee_bounds", "", "rmst_difference", -4.9, -9.9, 2.2, 17, 15, np.nan),
        ),
        "sensitivity",
    )
