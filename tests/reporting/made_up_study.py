"""A made-up study's answers, built without any household file: the whole page from it."""

# ruff: noqa: RUF005 - a row over two lines is two tuples

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference, Reason
from nextome_eval.estimates.reference import StudentT
from nextome_eval.estimates.summary import Summary
from nextome_eval.estimates.test import Test
from nextome_eval.reporting.exhibit import Exhibit

SOURCE = {"it": "dati inventati", "en": "made-up data"}
DWELLING = {"it": "abitazione ordinaria", "en": "ordinary dwelling"}
CONTRACT = {"it": "contratto intestato al nucleo", "en": "contract in own name"}
UNSUPPORTED = {
    "it": "contratto, senza quota pubblica per 3 mesi",
    "en": "contract, no public share for 3 months",
}
OUTCOMES = {
    "stable_days": {"it": "Giorni di alloggio stabile", "en": "Days stably housed"},
    "employed": {"it": "Almeno un componente lavora", "en": "Someone in the household works"},
    "who5": {"it": "Benessere (WHO-5)", "en": "Wellbeing (WHO-5)"},
    "mos_sss": {"it": "Sostegno sociale (MOS-SSS)", "en": "Social support (MOS-SSS)"},
    "independence": {"it": "Autonomia abitativa", "en": "Independent housing"},
}
NESTED = "IND-1, IND-2, IND-3"
PEOPLE = [f"PD-{i:03d}" for i in range(1, 46)]
ARM = np.array([1] * 21 + [0] * 24)


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


def missingness() -> Summary:
    lines = []
    for term, base in (("who5", 1), ("stable_days", 0), ("employed", 1), ("mos_sss", 2)):
        for i, wave in enumerate(("0", "6", "12", "18", "24")):
            for arm, n in (("1", 21), ("0", 24)):
                gone = min(n, base + i * (1 if arm == "1" else 2))
                lines.append((term, wave, arm, n, gone, 100 * gone / n))
    return Summary.of_kind(rows("term wave arm n missing percent", *lines), "missingness")


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


def trajectory() -> Estimates:
    lines, values, influence = [], [], []
    rng = np.random.default_rng(1)
    for arm, start in ((1, 48.1), (0, 47.2)):
        for i, wave in enumerate((0, 6, 12, 18, 24)):
            own = np.full(len(PEOPLE), np.nan)
            took = np.flatnonzero(arm == ARM)[: 21 - i]
            own[took] = rng.normal(0, 20, len(took)) / len(took)
            lines.append(("who5", str(arm), float(wave)))
            values.append(start + 2.2 * i + arm * (i % 2))
            influence.append(own)
    return Estimates(
        terms=pd.DataFrame(lines, columns=["term", "arm", "time"]),
        value=np.array(values),
        influence=np.array(influence).T,
        units=pd.Index(PEOPLE),
        cluster=np.arange(len(PEOPLE)),
        method="mean by arm and wave",
        kind="trajectory",
    )


def event_study() -> Estimates:
    rng = np.random.default_rng(2)
    times = np.array([-6, -5, -4, -3, -2, 0, 3, 6, 9, 12], dtype=float)
    value = np.where(times < 0, rng.normal(0, 15, len(times)), -18 * times)
    influence = rng.normal(0, 60, (len(PEOPLE), len(times))) / np.sqrt(len(PEOPLE))
    return Estimates(
        terms=pd.DataFrame({"term": "service_cost", "time": times}),
        value=value,
        influence=influence,
        units=pd.Index(PEOPLE),
        cluster=np.arange(len(PEOPLE)),
        method="event study",
        reference=StudentT(np.full(len(times), 31.0)),
    )


def curve() -> Estimates:
    """A Kaplan-Meier curve by hand: distinct exit times, no ties, both arms."""
    rng = np.random.default_rng(3)
    lines, value, influence = [], [], []
    for arm, label, n, rate in ((1, "1", 21, 16.0), (0, "0", 24, 26.0)):
        time = np.sort(rng.exponential(rate, n))
        event = time < 24
        time = np.minimum(time, 24 + rng.uniform(0, 2, n))
        order = np.argsort(time)
        time, event = time[order], event[order]
        people = np.flatnonzero(arm == ARM)
        left, survival, spread = n, 1.0, 0.0
        for moment, happened in zip(time, event, strict=True):
            lines.append(("survival", label, moment, left, int(happened), int(not happened)))
            if happened:
                survival *= 1 - 1 / left
                spread += 1 / (left * max(left - 1, 1))
            own = np.full(len(PEOPLE), np.nan)
            own[people] = survival * np.sqrt(spread / n) * rng.choice([-1.0, 1.0], n)
            value.append(survival)
            influence.append(own)
            left -= 1
    terms = pd.DataFrame(lines, columns="term strata time n_risk n_event n_censor".split())
    return Estimates(
        terms=terms,
        value=np.array(value),
        influence=np.array(influence).T,
        units=pd.Index(PEOPLE),
        cluster=np.arange(len(PEOPLE)),
        method="Kaplan-Meier",
        kind="curve",
        shown_interval=_within_bounds,
    )


def _within_bounds(value: Any, std_error: Any, level: float) -> tuple[Any, Any]:
    return np.clip(value - 1.96 * std_error, 0, 1), np.clip(value + 1.96 * std_error, 0, 1)


def rmst() -> Inference:
    own = np.where(ARM == 1, 1.0, -1.0) * np.random.default_rng(4).normal(0, 0.3, len(PEOPLE))
    headline = Estimates(
        terms=pd.DataFrame({"term": ["rmst_difference"]}),
        value=np.array([-4.2]),
        influence=own[:, None],
        units=pd.Index(PEOPLE),
        cluster=np.arange(len(PEOPLE)),
        method="restricted mean survival time to 24 months",
    )
    beside = {"permutation": Test(2.1, None, 0.0431, "permutation", "", 431, 10000)}
    reason = Reason("infer_households_within_towns")
    return Inference("households assigned", headline, beside, reason)


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


LABELS = {
    **OUTCOMES,
    "dwelling": DWELLING,
    "contract": CONTRACT,
    "unsupported": UNSUPPORTED,
    "head_age": {"it": "Età del capofamiglia (anni)", "en": "Age of the head (years)"},
    "income": {"it": "Reddito netto (€ al mese)", "en": "Net income (€ a month)"},
    "years_in_italy": {"it": "Anni in Italia", "en": "Years in Italy"},
    "family_type": {"it": "Tipo di nucleo", "en": "Household type"},
    "mother_alone": {"it": "Madre sola con figli", "en": "Mother alone with children"},
    "couple_with_children": {"it": "Coppia con figli", "en": "Couple with children"},
    "rdc_adi": {"it": "Riceve RdC o ADI", "en": "Receives RdC or ADI"},
    "housing": {"it": "Casa", "en": "Housing"},
    "work": {"it": "Lavoro", "en": "Work"},
    "wellbeing": {"it": "Benessere", "en": "Wellbeing"},
    "points_100": {"it": "punti, 0–100", "en": "points, 0–100"},
    "as_planned": {"it": "Come da piano", "en": "As planned"},
    "without_town": {"it": "Senza il comune di", "en": "Leaving out"},
    "lee_bounds": {"it": "Limiti di Lee", "en": "Lee bounds"},
    "what": {"it": "Che cosa", "en": "What"},
    "who": {"it": "Chi", "en": "Who"},
    "service_cost": {"it": "Costo dei servizi", "en": "Service cost"},
}


def exhibits() -> list[Exhibit]:
    both = {"1": 21, "0": 24}
    why = (Reason("infer_households_within_towns"),)
    months = {"it": "mesi", "en": "months"}
    euro = {"it": "€ per nucleo e mese", "en": "€ per household and month"}
    points = {"it": "punti, 0–100", "en": "points, 0–100"}
    text = texts()

    def one(id: str, kind: str, answer: Any, **more: Any) -> Exhibit:
        answers = answer if isinstance(answer, dict) else {"rows": answer}
        told = {"labels": LABELS, "source": SOURCE, "n": both, **more}
        return Exhibit.of_words(id, kind=kind, answers=answers, **told)

    survival = {"curve": curve(), "rmst": rmst()}
    return [
        one("T1", "text", text["T1"], n={}),
        one("F11", "calendar", calendar()),
        one("F1", "flow", flow(), n={}),
        one("T3", "balance", balance()),
        one("F2", "love", balance()),
        one("T4", "attrition", {"by wave": attrition(), "who": lost_retained()}),
        one("T5", "outcomes", primary(), unit=months, definition=NESTED, reasons=why),
        one("F4", "curve", curve(), unit=months, definition="IND-2", outcome="independence"),
        one("T8", "survival", survival, unit=months, definition="IND-2", reasons=why),
        one("T6", "outcomes", secondary(), n={}, flags=("exploratory",)),
        one("F7", "forest", forest()),
        one("T7", "means", means(), definition="WHO-1, STA-1"),
        one("F5", "trajectory", trajectory(), unit=points, definition="WHO-1", outcome="who5"),
        one("F8", "event_study", event_study(), unit=euro, definition="COS-1"),
        one("T9", "costs", costs(), unit=euro, definition="COS-1"),
        one("F9", "costs", costs(), unit=euro, definition="COS-1"),
        one("T10", "sensitivity", sensitivity(), unit=months, definition="IND-2"),
        one("F10", "missingness", missingness()),
        one("T12", "text", text["T12"], n={}),
    ]


def facts() -> dict[str, Any]:
    return {
        "study": "example",
        "made_up": True,
        "title": {
            "it": "Next to me – Rete di vicinanze",
            "en": "Next to me – a network of neighbours",
        },
        "question": {
            "it": "Le famiglie accompagnate dal progetto arrivano prima a una casa propria?",
            "en": "Do families in the pilot reach a home of their own sooner?",
        },
        "finding": [
            {
                "it": "Entro 24 mesi i nuclei del pilota hanno vissuto in media 4,2 mesi in meno"
                " senza casa propria (n = 45); i dati sono compatibili con effetti da 8,3 mesi a"
                " 0,1 mesi in meno.",
                "en": "Within 24 months pilot households spent on average 4.2 months less without"
                " a home of their own (n = 45); the data are compatible with effects from 8.3"
                " months to 0.1 months less.",
            }
        ],
        "certainty": {
            "it": "I nuclei sono 45 in quattro comuni: le stime valgono per questi comuni.",
            "en": "There are 45 households in four towns: the estimates are for these towns.",
        },
        "design": {
            "it": "I nuclei sono stati assegnati dentro ciascun comune.",
            "en": "Households were assigned within each town.",
        },
        "reasons": (Reason("infer_households_within_towns"),),
        "planned": {"it": "Uno scostamento dal piano.", "en": "One deviation from the plan."},
        "provenance": {
            "inputs": {"padova_nuclei.xlsx": "ab" * 32},
            "plan_hash": "cd" * 32,
            "git_revision": "1e5b206",
            "versions": {"python": "3.11", "nextome_eval": "0.1.0"},
            "seeds": {"permutation": 1},
            "made_at": "2026-11-22",
        },
    }
