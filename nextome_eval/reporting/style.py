"""How every figure looks: sizes, colours that all eyes tell apart, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nextome_eval.reporting import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["ARMS", "FORMATS", "Look", "bytes_of", "house_style", "speak", "tidy_axes", "unframed"]

Look = dict[str, Any]

# Okabe and Ito 2008; dark and light, so that a grey print tells them apart too
ARMS: dict[str, Look] = {
    "1": {"color": "#0B5C8F", "linestyle": "-", "marker": "o"},
    "0": {"color": "#D98200", "linestyle": "--", "marker": "s"},
    "": {"color": "#4D4D4D", "linestyle": ":", "marker": "D"},
}
MORE: tuple[Look, ...] = (
    {"color": "#0B5C8F", "linestyle": "-", "marker": "o"},
    {"color": "#D98200", "linestyle": "--", "marker": "s"},
    {"color": "#00795C", "linestyle": "-.", "marker": "^"},
    {"color": "#A8467D", "linestyle": ":", "marker": "v"},
)
INK = "#222222"
FAINT = "#8A8A8A"
PAPER = "#F1F1EE"
WIDE = 7.2
FORMATS = {"internal": ("png", "svg"), "public": ("png",)}
_DPI = 160
_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.edgecolor": "#555555",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.grid": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "figure.dpi": _DPI,
    "savefig.dpi": _DPI,
    "savefig.facecolor": "white",
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "svg.hashsalt": "nextome_eval",
    "svg.fonttype": "none",
    "path.simplify": True,
}
_UNDATED: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw inside this in the house's style, whatever was set outside."""
    import matplotlib

    style: Any = {**matplotlib.rcParamsDefault, **_STYLE, "backend": "agg"}
    with matplotlib.rc_context(style):
        yield


def bytes_of(figure: Figure, form: str) -> bytes:
    """Return a figure's file, without dates, so that it repeats byte for byte."""
    held = io.BytesIO()
    with house_style():
        figure.savefig(held, format=form, metadata=_UNDATED[form])
    return held.getvalue()


def unframed(png: bytes, frame: tuple[float, float]) -> bytes:
    """Return a picture without its title and foot, for a page that says them in text."""
    from PIL import Image

    held = io.BytesIO()
    with Image.open(io.BytesIO(png)) as whole:
        above, below = (round(share * whole.height) for share in frame)
        inner = whole.convert("RGB").crop((0, above, whole.width, whole.height - below))
        inner.save(held, format="png")
    return held.getvalue()


def speak(axes: Axes, language: str, *, x: bool = True, y: bool = True) -> None:
    """Write the ticks' numbers as the language does."""
    from matplotlib.ticker import FuncFormatter

    def shown(value: float, _: int) -> str:
        whole = abs(value - round(value)) < 1e-9
        digits = 0 if whole else 1 if abs(value * 10 - round(value * 10)) < 1e-6 else 2
        return numbers.number(value, language, digits=digits)

    if x:
        axes.xaxis.set_major_formatter(FuncFormatter(shown))
    if y:
        axes.yaxis.set_major_formatter(FuncFormatter(shown))


def percents(axes: Axes, language: str) -> None:
    """Write the y axis, from 0 to 1, in per cent."""
    from matplotlib.ticker import FuncFormatter

    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: numbers.percent(100 * value, language))
    )


def tidy_axes(axes: Axes) -> None:
    """Faint lines to read values along, nothing else."""
    axes.grid(axis="y", color="#E3E3DF", linewidth=0.8)
    axes.set_axisbelow(True)
