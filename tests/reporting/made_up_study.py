"""A made-up study's answers, built without any household file: the whole page from it."""

from __future__ import annotations

from typing import Any

from made_up_answers import PEOPLE, curve, event_study, rmst, trajectory
from made_up_findings import costs, forest, means, primary, secondary, sensitivity
from made_up_tables import (
    attrition,
    balance,
    calendar,
    flow,
    lost_retained,
    missingness,
    states,
    texts,
    worth,
)

from nextome_eval.estimates.inference import Reason
from nextome_eval.reporting.exhibit import Exhibit

__all__ = ["PEOPLE", "curve", "event_study", "exhibits", "facts", "flow", "means", "rmst"]

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
        one("F6", "states", states(), internal=True),
        Exhibit(id="F9.2", kind="worth", answers=worth(), title=OUTCOMES["who5"], internal=True),
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
