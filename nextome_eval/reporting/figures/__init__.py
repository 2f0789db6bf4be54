"""Figures: one exhibit's released rows as a picture, with its alternative text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.figures import amounts, curve, flow, forest, over_time, states, worth
from nextome_eval.reporting.figures.frame import framed
from nextome_eval.reporting.speech import Speech
from nextome_eval.reporting.style import house_style
from nextome_eval.words import words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PICTURES", "alt_text", "draw", "draw_framed", "figure"]

Draw = Callable[[Speech], Any]
Say = Callable[[Speech], str]

# kind -> how it is drawn, how it is said, and the columns its first answer must have
PICTURES: dict[str, tuple[Draw, Say, tuple[str, ...]]] = {
    "flow": (flow.draw, flow.alt, ("term", "step", "role", "of", "arm", "n")),
    "love": (forest.draw_love, forest.love_alt, ("term", "std_difference")),
    "curve": (curve.draw, curve.alt, ("time", "n_risk", "estimate", "conf_low", "conf_high")),
    "incidence": (curve.draw, curve.alt, ("time", "n_risk", "estimate", "conf_low", "conf_high")),
    "trajectory": (over_time.draw, over_time.alt, ("term", "arm", "time", "estimate")),
    "forest": (forest.draw, forest.alt, ("term", "estimate", "conf_low", "conf_high")),
    "event_study": (
        over_time.draw_event_study,
        over_time.event_study_alt,
        ("estimate", "conf_low", "conf_high"),
    ),
    "states": (states.draw, states.alt, ("term", "arm", "time", "estimate")),
    "worth": (worth.draw, worth.alt, ("term", "estimate", "variance", "covariance", "region")),
    "costs": (amounts.draw_costs, amounts.costs_alt, ("term", "mean_1", "mean_0")),
    "missingness": (
        amounts.draw_missingness,
        amounts.missingness_alt,
        ("term", "wave", "arm", "missing", "percent"),
    ),
    "calendar": (amounts.draw_calendar, amounts.calendar_alt, ("month", "n_1", "n_0")),
}


def draw(exhibit: Exhibit, language: str) -> Figure:
    """Draw an exhibit in one language; an internal one says so in the picture."""
    return draw_framed(exhibit, language)[0]


def draw_framed(exhibit: Exhibit, language: str) -> tuple[Figure, tuple[float, float]]:
    """Draw an exhibit; return also the shares of its height that title and foot take."""
    import matplotlib.pyplot as plt

    picture, _, needed = _picture(exhibit)
    rows = exhibit.released().rows
    if not set(needed) <= set(rows.columns):
        raise DesignProblem(
            "picture_lacks_answer",
            exhibit=exhibit.id,
            kind=exhibit.kind,
            needed=list(needed),
            found=list(rows.columns),
        )
    with house_style():
        say = Speech(exhibit, language)
        drawn: Figure = picture(say)
        banner = words("report")["banner"]["internal"][language]
        frame = framed(drawn, say, banner=banner if exhibit.profile == "internal" else "")
        # laid out once: saving in several forms would do it again each time
        drawn.draw_without_rendering()
        drawn.set_layout_engine("none")
        plt.close(drawn)
    return drawn, frame


def alt_text(exhibit: Exhibit, language: str) -> str:
    """Return the picture in words, for those who cannot see it."""
    say = Speech(exhibit, language)
    title = say.told(exhibit.title)
    told = _picture(exhibit)[1](say)
    return f"{title}. {told}" if title else told


def figure(x: Any, /, *, language: str = "en", kind: str | None = None, **words_: Any) -> Figure:
    """Draw an answer.

    Parameters
    ----------
    x : Released, Estimates, Summary or Exhibit
        What has not passed the gate is drawn as internal, and says so.
    language : str
        ``"en"`` or ``"it"``.
    kind : str, optional
        Which picture; by default the one its kind makes.
    **words_ : object
        Fields of an `Exhibit`: ``labels=``, ``unit=``, ``title=``.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.estimates.summary import Summary
    >>> rows = pd.DataFrame({"term": ["age"], "std_difference": [0.2]})
    >>> len(figure(Summary.of_kind(rows, "balance"), kind="love").axes)
    1

    See METHODS.md: Figures
    """
    from nextome_eval.reporting.release import release

    if isinstance(x, Exhibit):
        return draw(x, language)
    released = release(x, Disclosure(), profile="internal")
    told = {"title": {"it": "", "en": ""}, **words_}
    answers = {"rows": released}
    return draw(Exhibit(id="F", kind=kind or _natural(released), answers=answers, **told), language)


def _natural(released: Any) -> str:
    """The picture an answer makes by its own kind."""
    kind = str(released.kind)
    columns = set(released.rows.columns)
    over_time = bool({"time", "exposure"} & columns) and "arm" not in columns
    if over_time and kind in ("effects", "trajectory"):
        return "event_study"
    return {"balance": "love", "effects": "forest"}.get(kind, kind)


def _picture(exhibit: Exhibit) -> tuple[Draw, Say, tuple[str, ...]]:
    if exhibit.kind not in PICTURES:
        raise DesignProblem("picture_unknown", kind=exhibit.kind, found=list(PICTURES))
    return PICTURES[exhibit.kind]
