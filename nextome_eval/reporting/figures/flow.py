"""F1: how households moved through the study; boxes that add up, with the reasons for loss."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from nextome_eval.errors import DesignProblem
from nextome_eval.reporting.speech import Row, Speech, rows_of
from nextome_eval.reporting.style import ARMS, INK, PAPER, WIDE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["alt", "draw"]

_X = {"1": 0.3, "": 0.5, "0": 0.7}
# letters of a reason before it runs over
_WRAPS = 24
_BOX = 0.2
# inches: a line of a box, its padding, a line of reasons
_LINE = 0.17
_PAD = 0.07
_SMALL = 0.155
_LINE_LOOK: dict[str, Any] = {"color": "#777777", "linewidth": 1.0}


@dataclass(frozen=True)
class _Box:
    """A box at its place: its text, its losses' text, its step and arm."""

    row: Row
    arm: str
    step: int
    losses: tuple[Row, ...]


@dataclass(frozen=True)
class _Place:
    """A box, its middle and half its height, in inches."""

    box: _Box
    y: float
    half: float


def draw(say: Speech) -> Figure:
    """Draw boxes from the top down, one column an arm after the split; losses at the side."""
    import matplotlib.pyplot as plt

    rows = rows_of(say.exhibit.released())
    adds_up(say, rows)
    boxes = _boxes(rows)
    places = _places(boxes)
    total = max(place.y + place.half for place in places) + 0.12
    figure, axes = plt.subplots(figsize=(WIDE, total), layout="none")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, total)
    axes.set_axis_off()
    for place in places:
        _draw_box(axes, place, say)
    _arrows(axes, places, say)
    return figure


def adds_up(say: Speech, rows: list[Row]) -> None:
    """Refuse a flow whose boxes do not add up (masked ones cannot be checked)."""
    for whole in (r for r in rows if r.text("role") == "box"):
        after = [r for r in rows if r.text("of") == whole.text("term")]
        if whole.text("arm"):
            after = [r for r in after if r.text("arm") == whole.text("arm")]
        for step in {r.text("step") for r in after}:
            parts = [r for r in after if r.text("step") == step]
            if whole.hidden("n") or any(r.hidden("n") for r in parts):
                continue
            found = sum(r.real("n") for r in parts)
            if found != whole.real("n"):
                raise DesignProblem(
                    "flow_does_not_add_up",
                    box=say.word(whole.text("term")),
                    held=int(whole.real("n")),
                    sum=int(found),
                )


def _boxes(rows: list[Row]) -> list[_Box]:
    """Boxes with the losses at their side: of an arm beside its box, before the split between."""
    found = []
    for row in (r for r in rows if r.text("role") == "box"):
        arm, step = row.text("arm"), row.text("step")
        if arm:
            own = [r for r in rows if r.text("step") == step and r.text("arm") == arm]
        else:
            own = [r for r in rows if r.text("of") == row.text("term") and not r.text("arm")]
        losses = tuple(r for r in own if r.text("role") == "loss")
        found.append(_Box(row, arm, int(row.real("step")), losses))
    return found


def _places(boxes: list[_Box]) -> list[_Place]:
    """Heights in inches, from the bottom up."""
    steps = sorted({box.step for box in boxes}, reverse=True)
    places: list[_Place] = []
    y = 0.1
    for step in steps:
        level = [box for box in boxes if box.step == step]
        room = max(max(_height(box) for box in level), *(_beside(box) for box in level))
        gap = max((0.3 + _SMALL * len(b.losses) for b in level if not b.arm), default=0.0)
        y += max(gap, 0.3) if places else 0.0
        places += [_Place(box, y + room / 2, _height(box) / 2) for box in level]
        y += room
    return places


def _height(box: _Box) -> float:
    return (3 if box.row.text("term") == "assigned" and box.arm else 2) * _LINE + 2 * _PAD


def _beside(box: _Box) -> float:
    # a reason of two words may run over two lines
    return _SMALL * (len(box.losses) + 1) if box.arm and box.losses else 0.0


def _draw_box(axes: Axes, place: _Place, say: Speech) -> None:
    box, y = place.box, place.y
    x = _X[box.arm]
    edge = ARMS[box.arm]["color"] if box.arm else INK
    name = _named(box.row, say)
    if box.arm and box.row.text("term") == "assigned":
        name = f"{say.arm(box.arm)}\n{name}"
    axes.text(
        x, y, f"{name}\nn = {say.count(box.row, 'n')}", ha="center", va="center", fontsize=9,
        linespacing=1.35,
        bbox={"boxstyle": "square,pad=0.5", "facecolor": PAPER, "edgecolor": edge,
              "linewidth": 1.4, "linestyle": ARMS[box.arm]["linestyle"] if box.arm else "-"},
    )  # fmt: skip
    if box.losses and box.arm:
        left = box.arm == "1"
        at = x - _BOX / 2 - 0.03 if left else x + _BOX / 2 + 0.03
        _losses(axes, box, at, y, "right" if left else "left", say)


def _losses(axes: Axes, box: _Box, x: float, y: float, side: str, say: Speech) -> None:
    text = "\n".join(f"{_named_loss(loss, say)}: {say.count(loss, 'n')}" for loss in box.losses)
    axes.text(x, y, text, ha=side, va="center", fontsize=8, linespacing=1.3)


def _named(row: Row, say: Speech) -> str:
    wave = say.wave(row)
    return say.word(row.text("term")) + (f" {wave}" if wave else "")


def _named_loss(row: Row, say: Speech) -> str:
    return "\n".join(wrap(say.word(row.text("term")), _WRAPS))


def _arrows(axes: Axes, places: list[_Place], say: Speech) -> None:
    columns: dict[str, list[_Place]] = {}
    for place in sorted(places, key=lambda p: p.box.step):
        columns.setdefault(place.box.arm, []).append(place)
    for arm, column in columns.items():
        for before, after in pairwise(column):
            _arrow(axes, _X[arm], before.y - before.half, after.y + after.half)
            if not arm:
                _aside(axes, before, (before.y - before.half + after.y + after.half) / 2, say)
    arms = [a for a in ("1", "0") if a in columns]
    if "" not in columns or not arms:
        return
    last = columns[""][-1]
    low = max(columns[a][0].y + columns[a][0].half for a in arms)
    bend = (last.y - last.half + low) / 2
    axes.plot([0.5, 0.5], [last.y - last.half, bend], **_LINE_LOOK)
    axes.plot([_X[arms[0]], _X[arms[-1]]], [bend, bend], **_LINE_LOOK)
    for arm in arms:
        _arrow(axes, _X[arm], bend, columns[arm][0].y + columns[arm][0].half)
    _aside(axes, last, (last.y - last.half + bend) / 2 + 0.02, say)


def _arrow(axes: Axes, x: float, start: float, end: float) -> None:
    look = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 1, **_LINE_LOOK}
    axes.annotate("", (x, end), (x, start), arrowprops=look)


def _aside(axes: Axes, place: _Place, y: float, say: Speech) -> None:
    if place.box.losses:
        axes.plot([0.5, 0.57], [y, y], **_LINE_LOOK)
        _losses(axes, place.box, 0.58, y, "left", say)


def alt(say: Speech) -> str:
    """Say every box and its losses in words."""
    parts = []
    for box in _boxes(rows_of(say.exhibit.released())):
        arm = f" ({say.arm(box.arm)})" if box.arm else ""
        losses = ", ".join(f"{say.word(r.text('term'))} {say.count(r, 'n')}" for r in box.losses)
        text = f"{_named(box.row, say)}{arm}: {say.count(box.row, 'n')}"
        parts.append(text + (f" [{losses}]" if losses else ""))
    return "; ".join(parts) + "."
