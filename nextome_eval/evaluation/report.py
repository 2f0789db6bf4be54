"""The plan's analyses in their order, and the report written from them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from nextome_eval.errors import NotEstimable
from nextome_eval.evaluation import (
    costs,
    harms,
    people,
    primary,
    robustness,
    secondary,
    states,
    trends,
    worth,
)
from nextome_eval.evaluation.deviations import deviations
from nextome_eval.evaluation.findings import Refused, facts
from nextome_eval.evaluation.progress import Progress
from nextome_eval.evaluation.provenance import provenance
from nextome_eval.evaluation.quality import quality
from nextome_eval.evaluation.study import Study
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.release import release_exhibits
from nextome_eval.study.plan import Plan
from nextome_eval.study.records import Records

__all__ = ["ANALYSES", "evaluate", "report"]

ANALYSES: dict[str, Callable[[Study], list[Exhibit]]] = {
    "compared": people.compared,
    "recruited": people.recruited,
    "calendar": people.calendar,
    "flow": people.flowed,
    "balance": people.balanced,
    "attrition": people.lost,
    "primary outcome": primary.definitions,
    "survival": primary.curves,
    "secondary outcomes": secondary.effects,
    "means by wave": secondary.means,
    "trajectories": secondary.trajectories,
    "housing states": states.housing,
    "all outcomes": secondary.forest,
    "costs": costs.costs,
    "cost and effect": worth.worth,
    "cost before and after": trends.around_the_referral,
    "sensitivity": robustness.sensitivity,
    "adverse events": harms.adverse,
    "people reached": harms.reached,
    "missing answers": people.missing,
    "data quality": quality,
    "deviations": deviations,
}


def evaluate(
    study: Study, *, progress: Progress | None = None
) -> tuple[list[Exhibit], list[Refused]]:
    """Run the plan's analyses; return their exhibits, none released yet, and what was refused.

    An analysis that the data cannot bear is told in the report and leaves the others alone.
    """
    exhibits: list[Exhibit] = []
    refused: list[Refused] = []
    for name, analysis in ANALYSES.items():
        if progress is not None:
            progress.step(name)
        try:
            exhibits += analysis(study)
        except NotEstimable as problem:
            refused.append(Refused(name, problem))
    return exhibits, refused


def report(
    plan: Plan,
    records: Records,
    *,
    profile: str = "internal",
    folder: str | Path | None = None,
    ledger: pd.DataFrame | None = None,
    progress: bool = False,
) -> Path:
    """Run the plan's analyses and write the report in both languages.

    Parameters
    ----------
    plan : Plan
    records : Records
    profile : str
        ``"internal"``, or ``"public"``: through the disclosure gate.
    folder : str or Path, optional
        ``reports/<study>`` by default, ``reports/<study>-public`` for the public profile.
    ledger : DataFrame, optional
        The problems found on loading.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Path
        The folder: ``report.{it,en}.{html,pdf,docx}``, ``figures``, ``tables`` and
        ``provenance.json``; written whole or not at all.

    Raises
    ------
    DesignProblem, DataProblem, NotEstimable
        The records cannot answer what the plan asks.

    Source
    ------
    TREND and STROBE for what it holds and in which order.

    Examples
    --------
    >>> import nextome_eval as ne
    >>> plan = ne.read_plan("data/raw/example/plan.toml")
    >>> ne.report(plan, ne.simulate_pilot(seed=1), folder="reports/doctest")  # doctest: +SKIP

    See METHODS.md: The report
    """
    from nextome_eval.reporting.page import write_report

    study = Study(plan, records, ledger)
    where = Path(folder) if folder else _folder(plan, profile)
    with Progress(len(ANALYSES) + 2, shown=progress) as bar:
        exhibits, refused = evaluate(study, progress=bar)
        bar.step("disclosure gate")
        shown = release_exhibits(exhibits, plan, profile=profile, assigned=study.arms)
        told = facts(study, shown, provenance(plan, _now(), profile=profile), refused)
        bar.step("pages, figures, tables")
        write_report(shown, told, where, profile=profile)
    return where


def _folder(plan: Plan, profile: str) -> Path:
    return Path("reports") / (plan.study if profile == "internal" else f"{plan.study}-{profile}")


def _now() -> str:
    """The time of the report; SOURCE_DATE_EPOCH fixes it, for reports that repeat to the byte."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    when = datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    return when.isoformat(timespec="seconds")
