"""Tables: one exhibit's released rows as people read them, in either language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.released import Released
from nextome_eval.reporting.speech import Speech
from nextome_eval.reporting.tables import findings, households
from nextome_eval.reporting.tables.shown import Shown

__all__ = ["LAYOUTS", "shown_tables", "table"]

Layout = Callable[[Released, Speech], Shown]

LAYOUTS: dict[str, Layout] = {
    "balance": households.balance,
    "attrition": households.attrition,
    "lost_retained": households.lost_retained,
    "flow": households.flow,
    "missingness": households.missingness,
    "counts": households.counts,
    "recruitment": households.counts,
    "calendar": households.counts,
    "text": households.text,
    "means": findings.means,
    "outcomes": findings.outcomes,
    "sensitivity": findings.sensitivity,
    "forest": findings.sensitivity,
    "costs": findings.costs,
    "curve": findings.life_table,
    "masked": findings.masked,
}


def table(x: Any, /, *, language: str = "en", **words: Any) -> Shown:
    """Show an answer as people read it.

    Parameters
    ----------
    x : Released, Estimates, Summary, Test or Inference
        What has not passed the gate is shown as internal: not for distribution.
    language : str
        ``"en"`` or ``"it"``.
    **words : object
        Fields of an `Exhibit`: ``labels=``, ``unit=``.

    Returns
    -------
    Shown
        Prints as a table, in a notebook too.

    Examples
    --------
    >>> import numpy as np
    >>> from nextome_eval.estimates.estimates import Estimates
    >>> est = Estimates.of_mean(["a", "b", "c", "d"], np.array([1.0, 2, 3, 6]), term="cost")
    >>> print(table(est, language="it"))
    | Voce | Stima (intervallo) | p | n |
    |:-------|--------------------:|-------:|-------:|
    | cost | 3,0 (da 1,2 a 4,8) | 0,001 | 4 |
    <BLANKLINE>

    See METHODS.md: Tables
    """
    from nextome_eval.reporting.release import release

    released = release(x, Disclosure(), profile="internal")
    title = {"it": "", "en": ""}
    exhibit = Exhibit(id="T", kind=released.kind, answers={"rows": released}, title=title, **words)
    return shown_table(released, Speech(exhibit, language))


def shown_table(released: Released, say: Speech) -> Shown:
    """Lay one answer out by its kind."""
    # quantiles of a curve have no time of their own
    kind = "" if released.kind == "curve" and "time" not in released.rows else released.kind
    return LAYOUTS.get(kind, findings.answers)(released, say)


def shown_tables(exhibit: Exhibit, language: str) -> dict[str, Shown]:
    """Lay out every answer of an exhibit."""
    say = Speech(exhibit, language)
    return {name: shown_table(exhibit.released(name), say) for name in exhibit.answers}
