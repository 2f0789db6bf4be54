"""Made-up tables about households, as evaluation would hand them over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.estimates.summary import Summary


def rows(columns: str, *lines: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(lines), columns=columns.split())


def flow() -> Summary:
    table = rows(
        "term step role of arm wave n",
        ("referred", 0, "box", "", "", "", 61),
        ("not_eligible", 1, "loss", "referred", "", "", 9),
        ("eligible", 1, "box", "referred", "", "", 52),
        ("declined", 2, "loss", "eligible", "", "", 7),
        ("assigned", 2, "box", "eligible", "1", "", 21),
        ("assigned", 2, "box", "eligible", "0", "", 24),
        ("seen", 3, "box", "assigned", "1", "12", 19),
        ("refused", 3, "loss", "assigned", "1", "12", 1),
        ("moved", 3, "loss", "assigned", "1", "12", 1),
        ("seen", 3, "box", "assigned", "0", "12", 18),
        ("refused", 3, "loss", "assigned", "0", "12", 2),
        ("not_found", 3, "loss", "assigned", "0", "12", 3),
        ("moved", 3, "loss", "assigned", "0", "12", 1),
        ("seen", 4, "box", "assigned", "1", "24", 17),
        ("refused", 4, "loss", "assigned", "1", "24", 2),
        ("not_found", 4, "loss", "assigned", "1", "24", 2),
        ("seen", 4, "box", "assigned", "0", "24", 15),
        ("refused", 4, "loss", "assigned", "0", "24", 3),
        ("not_found", 4, "loss", "assigned", "0", "24", 4),
        ("moved", 4, "loss", "assigned", "0", "24", 2),
    )
    table["counted"] = [t if t in ("assigned", "seen") else "" for t in table["term"]]
    return Summary.of_kind(table, "flow")


def balance() -> Summary:
    nan = np.nan
    columns = (
        "term level n_1 missing_1 mean_1 sd_1 count_1 percent_1"
        " n_0 missing_0 mean_0 sd_0 count_0 percent_0 std_difference"
    )
    lines = [
        ("head_age", "", 21, 0, 34.2, 8.1, nan, nan, 24, 0, 36.9, 9.4, nan, nan, -0.31),
        ("income", "", 19, 2, 612.0, 301.0, nan, nan, 21, 3, 540.0, 288.0, nan, nan, 0.24),
        ("years_in_italy", "", 21, 0, 5.2, 2.9, nan, nan, 23, 1, 5.6, 3.4, nan, nan, -0.13),
    ]
    for level, a, b in (("mother_alone", 13, 12), ("couple_with_children", 6, 7), ("other", 2, 5)):
        share = (100 * a / 21, 100 * b / 24)
        gap = (share[0] - share[1]) / 48
        lines.append(
            ("family_type", level, 21, 0, nan, nan, a, share[0], 24, 0, nan, nan, b, share[1], gap)
        )
    for level, a, b in (("yes", 9, 12), ("no", 12, 12)):
        share = (100 * a / 21, 100 * b / 24)
        lines.append(
            ("rdc_adi", level, 21, 0, nan, nan, a, share[0], 24, 0, nan, nan, b, share[1], 0.14)
        )
    return Summary.of_kind(rows(columns, *lines), "balance")


def attrition() -> Summary:
    return Summary.of_kind(
        rows(
            "term wave n_1 retained_1 lost_1 percent_1 n_0 retained_0 lost_0 percent_0",
            ("followed", "12", 21, 19, 2, 9.5, 24, 18, 6, 25.0),
            ("followed", "24", 21, 17, 4, 19.0, 24, 15, 9, 37.5),
        ),
        "attrition",
    )


def lost_retained() -> Summary:
    columns = (
        "term level arm n_lost mean_lost count_lost percent_lost"
        " n_retained mean_retained count_retained percent_retained std_difference"
    )
    nan = np.nan
    return Summary.of_kind(
        rows(
            columns,
            ("head_age", "", "1", 4, 31.0, nan, nan, 17, 35.0, nan, nan, -0.48),
            ("head_age", "", "0", 9, 36.1, nan, nan, 15, 37.4, nan, nan, -0.14),
            ("rdc_adi", "yes", "1", 4, nan, 2, 50.0, 17, nan, 7, 41.2, 0.18),
            ("rdc_adi", "yes", "0", 9, nan, 5, 55.6, 15, nan, 7, 46.7, 0.17),
        ),
        "lost_retained",
    )


def missingness() -> Summary:
    lines = []
    for term, base in (("who5", 1), ("stable_days", 0), ("employed", 1), ("mos_sss", 2)):
        for i, wave in enumerate(("0", "6", "12", "18", "24")):
            for arm, n in (("1", 21), ("0", 24)):
                gone = min(n, base + i * (1 if arm == "1" else 2))
                lines.append((term, wave, arm, n, gone, 100 * gone / n))
    return Summary.of_kind(rows("term wave arm n missing percent", *lines), "missingness")


def states() -> Summary:
    lines = [
        (state, time, arm, share)
        for arm, later in (("1", 0.75), ("0", 0.25))
        for state, at_start in (("own_contract", 0.0), ("services", 1.0))
        for time, share in (
            (0.0, at_start),
            (6.0, later if state == "own_contract" else 1 - later),
        )
    ]
    return Summary(rows("term time arm estimate", *lines), {}, "states")


def calendar() -> dict[str, Summary]:
    months = [f"2021-{m:02d}" for m in range(3, 13)] + [f"2022-{m:02d}" for m in range(1, 10)]
    one = [2, 1, 3, 0, 2, 1, 2, 0, 2, 1, 1, 2, 0, 1, 1, 1, 0, 1, 0]
    two = [1, 2, 2, 1, 0, 2, 2, 3, 1, 1, 0, 2, 2, 1, 1, 1, 0, 1, 1]
    entries = pd.DataFrame({"term": "entries", "month": months, "n_1": one, "n_0": two})
    events = rows(
        "term from to label_it label_en",
        ("evictions", "2020-03-17", "2022-01-01", "Blocco degli sfratti", "Eviction moratorium"),
        ("adi", "2022-07-01", "", "Assegno unico a regime", "Single allowance in force"),
    )
    return {
        "entries": Summary.of_kind(entries, "calendar"),
        "events": Summary.of_kind(events, "text"),
    }


def texts() -> dict[str, Summary]:
    intervention = rows(
        "term pilot_it pilot_en services_it services_en",
        (
            "what",
            "alloggio o coabitazione, vicinato solidale, accompagnamento graduale",
            "a flat or cohousing, mutual help between households, gradual accompaniment",
            "seconda accoglienza e servizio sociale",
            "second reception and social services",
        ),
        ("who", "comuni e cooperative", "towns and cooperatives", "gli stessi", "the same"),
    )
    deviations = rows(
        "term planned_it planned_en done_it done_en why_it why_en",
        (
            "T18",
            "finestra di 60 giorni",
            "window of 60 days",
            "finestra di 75 giorni",
            "window of 75 days",
            "visite in ritardo per la pausa estiva",
            "late visits over the summer",
        ),
    )
    return {"T1": Summary.of_kind(intervention, "text"), "T12": Summary.of_kind(deviations, "text")}


def worth() -> dict[str, Summary]:
    plane = rows(
        "term estimate variance covariance region",
        ("cost", -900.0, 90000.0, -200.0, 6.7),
        ("effect", 4.0, 4.0, -200.0, 6.7),
    )
    curve = rows("term worth_eur confidence", *(("net", w, c) for w, c in ((0, 0.9), (500, 0.999))))
    return {"plane": Summary(plane, {}, "worth"), "curve": Summary(curve, {}, "worth")}
